"""Adam by C and β2 where the large slope comes at random, without and with momentum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from breaking_adam.optimizers import Adam
from breaking_adam.paper.diagrams.axes import axis
from breaking_adam.paper.diagrams.planes import OnPlane, Planes
from breaking_adam.paper.diagrams.shades import END, mean
from breaking_adam.paper.theory import critical_beta2_at_random
from breaking_adam.plots.diagram import Axis
from breaking_adam.problems import Stochastic
from breaking_adam.rules.schedules import inverse_sqrt


def random_order(size: int) -> Planes:
    """The slopes of Theorem 3, with the mean 0.02."""
    delta = 0.02

    def adam(beta1: float) -> Callable[..., torch.optim.Optimizer]:
        return lambda params, beta2: Adam(
            params, lr=1.0, betas=(beta1, beta2), eps=0.0, bias_correction=False
        )

    def slopes(C: float) -> Stochastic:  # noqa: N803 - the paper's letter
        return Stochastic(C, -1, probability=(1 + delta) / (C + 1))

    def panel(beta1: float) -> OnPlane:
        def predicted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            return critical_beta2_at_random(x[:, None], delta, beta1) - y[None, :]

        return OnPlane(f"β1 = {beta1:g}", slopes, adam(beta1), (), predicted, "(1−β2)κ = 2δ/C")

    return Planes(
        "slope C at random, else −1, mean 0.02; α = 1/√t (Reddi et al., Theorem 3)",
        (panel(0.0), panel(0.9)),
        # No whole numbers, as ``axis`` would take for a constant of the problem.
        Axis("C", "C", np.geomspace(10.0, 1000.0, size), "log"),
        axis("beta2", 0.9, 1 - 10**-5.0, size, "log1m"),
        1_000_000,
        inverse_sqrt,
        END,
        mean,
    )
