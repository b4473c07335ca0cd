"""Adam by β1 and β2 at a degenerate minimum (Bai et al. 2026)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from breaking_adam.optimizers import Adam
from breaking_adam.paper.diagrams.axes import axis
from breaking_adam.paper.diagrams.planes import OnPlane, Planes
from breaking_adam.paper.diagrams.shades import log_distance
from breaking_adam.paper.minima import edges
from breaking_adam.plots.diagram import Edge, Shade
from breaking_adam.problems.power import Power
from breaking_adam.rules.schedules import constant


def quartic(size: int) -> Planes:
    """Moments start at 0; ε is 1e-100, so that a run that has come to 0 is one of numbers still."""
    smooth = np.linspace(0.0, 1.0, 300)

    def adam(params: Any, beta1: float, beta2: float) -> torch.optim.Optimizer:
        return Adam(params, lr=1e-3, betas=(beta1, beta2), eps=1e-100, bias_correction=False)

    def panel(k: int) -> OnPlane:
        inner, outer = edges(k)

        def formula(power: float) -> str:
            return f"$β_1 = β_2^{{{power:g}}}$" if power != 1 else "$β_1 = β_2$"

        def predicted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            return x[:, None] - y[None, :] ** inner

        spikes = Edge(formula(outer), smooth**outer, smooth)
        return OnPlane(f"$x^{k}/{k}$", lambda: Power(k), adam, (spikes,), predicted, formula(inner))

    return Planes(
        "a degenerate minimum, constant α = 0.001 (Bai et al. 2026)",
        (panel(4), panel(6)),
        axis("beta1", 0.02, 0.995, size),
        axis("beta2", 0.02, 0.995, size),
        100_000,
        constant,
        Shade("log |x| at the end", -12.0, -5.0, 0.0),
        log_distance,
    )
