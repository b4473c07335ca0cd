"""Adam by β1 and β2, on pieces that pull it out to infinity (Zhang et al. 2022, 2026)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from breaking_adam.optimizers import Adam
from breaking_adam.paper.diagrams.axes import axis
from breaking_adam.paper.diagrams.planes import OnPlane, Planes
from breaking_adam.paper.diagrams.shades import log_distance
from breaking_adam.paper.theory import drift
from breaking_adam.plots.diagram import Edge, Shade
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.rules.schedules import inverse_sqrt


def zhang(size: int) -> Planes:
    """The pieces come in cyclic order, for which the drift is exact; x_1 = 1, the step 0.1/√t."""
    line = np.linspace(0.0, 1.0, 100)
    claimed = Edge("β1 = √β2", line, line**2, 2)

    def adam(params: Any, beta1: float, beta2: float) -> torch.optim.Optimizer:
        return Adam(params, lr=0.1, betas=(beta1, beta2), eps=0.0, bias_correction=False)

    def pieces(n: int, a: float) -> Callable[[], PulledApart]:
        return lambda: PulledApart(n, a, order="cyclic", x0=1.0)

    return Planes(
        "(1/n) Σ f_i without bounds, x* = −2; α = 0.1/√t (Zhang et al. 2022, 2026)",
        tuple(
            OnPlane(
                f"n = {n}, a = {name}", pieces(n, a), adam, (claimed,), partial(_predicted, n, a)
            )
            for name, power in (("1", 0), ("1/(n−1)²", 2))
            for n in (10, 20, 50)
            for a in (1 / (n - 1) ** power,)
        ),
        axis("beta1", 0.01, 0.99, size),
        axis("beta2", 0.01, 0.99, size),
        50_000,
        inverse_sqrt,
        Shade("log |x − x*|, at first log 3", -2.0, np.log10(3.0), 2.0),
        log_distance,
    )


def _predicted(n: int, a: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The exact drift of the pieces in cyclic order, for each β1 across and β2 up."""
    slopes = np.array([1 + (n - 1) * a] + [-a] * (n - 1))
    return drift(slopes, x[:, None], y[None, :])
