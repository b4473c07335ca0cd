"""RMSprop and Adam by C and β2 (Shi, Li, Hong and Sun 2021), and AMSGrad beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from breaking_adam.optimizers import AMSGrad
from breaking_adam.paper.diagrams.axes import axis
from breaking_adam.paper.diagrams.cycle import slopes
from breaking_adam.paper.diagrams.planes import OnPlane, Planes
from breaking_adam.paper.diagrams.shades import END, mean
from breaking_adam.paper.theory import critical_beta2, drift
from breaking_adam.plots.diagram import Edge
from breaking_adam.problems import Online
from breaking_adam.rules.schedules import inverse_sqrt


def shi(size: int) -> Planes:
    """Its scripts start x at 100, which the first step brings to +1, and v at 100 C.

    Here x starts at +1, and v as each optimizer has it; C goes on to 128.
    """
    smooth = np.geomspace(2, 128, 200)

    def rmsprop(params: Any, beta2: float) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(params, lr=1.0, alpha=beta2, eps=0.0)

    def adam(params: Any, beta2: float, kind: Any = torch.optim.Adam) -> torch.optim.Optimizer:
        made: torch.optim.Optimizer = kind(params, lr=1.0, betas=(0.9, beta2), eps=0.0)
        return made

    def online(C: int) -> Online:  # noqa: N803 - the paper's letter
        return Online(C, -1, period=C, x0=1.0)

    formula = Edge("1−β2 = 4/C²", smooth, critical_beta2(smooth))
    with_tau = Edge("1−β2 = 4/(C(C−2τ))", smooth, critical_beta2(smooth, 0.9))
    return Planes(
        "slope C once in C steps, else −1; x* = −1; α = 1/√t (Shi et al. 2021)",
        (
            OnPlane("RMSprop", online, rmsprop, (formula,), partial(_predicted, 0.0)),
            OnPlane("Adam, β1 = 0.9", online, adam, (with_tau,), partial(_predicted, 0.9)),
            OnPlane("AMSGrad, β1 = 0.9", online, partial(adam, kind=AMSGrad)),
        ),
        axis("C", 2, 128, size, "log"),
        axis("beta2", 1 - 10**-0.1, 1 - 10**-4.0, size, "log1m"),
        1_000_000,
        inverse_sqrt,
        END,
        mean,
    )


def _predicted(beta1: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The exact drift for each C across and β2 up."""
    return np.array([drift(slopes(C), beta1, y) for C in x])
