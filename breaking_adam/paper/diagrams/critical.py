"""The least C that breaks Adam, by β1 and β2, on the slopes of Theorem 2."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from breaking_adam.optimizers import Adam
from breaking_adam.paper.diagrams.axes import axis
from breaking_adam.paper.diagrams.cycle import slopes
from breaking_adam.paper.diagrams.planes import OnPlane, Planes
from breaking_adam.paper.diagrams.shades import mean
from breaking_adam.paper.theory import critical_beta2, drift
from breaking_adam.plots.diagram import Edge, Shade, Zero
from breaking_adam.problems import Online
from breaking_adam.rules.schedules import inverse_sqrt

#: The C whose edges are drawn over the measured ones.
LEVELS = (4, 8, 16, 32, 64)


def critical(size: int) -> Planes:
    """AdaShift (Zhou et al. 2019, figure 8) has such a plane, with a period that could not be read.

    Nor could its values of C: here the period is C, as in Theorem 2, and C goes up to 128.
    """
    C = axis("C", 2, 128, 64, "log")  # noqa: N806 - the paper's letter
    beta1 = axis("beta1", 0.0, 0.95, size)
    beta2 = axis("beta2", 0.5, 0.999, size, "log1m")
    fine1, fine2 = beta1.finer(), beta2.finer()

    def adam(params: Any, beta1: float, beta2: float) -> torch.optim.Optimizer:
        return Adam(params, lr=1.0, betas=(beta1, beta2), eps=0.0, bias_correction=False)

    def online(C: int) -> Online:  # noqa: N803
        return Online(C, -1, period=C, x0=0.0)

    exact = _predicted(fine1.values, fine2.values, np.array(LEVELS))
    edges: list[Edge | Zero] = []
    for k, level in enumerate(LEVELS):
        edges.append(Zero(f"D = 0, C = {level}", fine1, fine2, exact[..., k]))
        formula = "C = τ + √(τ² + 4/(1−β2))" if level == max(LEVELS) else ""
        edges.append(Edge(formula, fine1.values, critical_beta2(level, fine1.values)))
    low, high = C.place(C.values)[[0, -1]]
    return Planes(
        "The least C that breaks Adam",
        (OnPlane("slope C once in C steps, else −1", online, adam, tuple(edges), _predicted),),
        beta1,
        beta2,
        300_000,
        inverse_sqrt,
        Shade("log of that C", high, (low + high) / 2, low),
        mean,
        through=C,
    )


def _predicted(x: np.ndarray, y: np.ndarray, C: np.ndarray) -> np.ndarray:  # noqa: N803
    """The exact drift for each β1 across, each β2 up and each C."""
    every = [drift(slopes(each), x[:, None], y[None, :]) for each in C]
    return np.stack(every, axis=-1)
