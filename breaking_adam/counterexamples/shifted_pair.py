"""Two parabolas that share no minimum (Shi et al. 2021, the non-realizable case)."""

from __future__ import annotations

import numpy as np

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.off_centre import PAIR, S, gradients
from breaking_adam.paper.theory import resting_point
from breaking_adam.rules.schedules import inverse_sqrt

NEAR = 0.1


def predicted(beta1: float, beta2: float, eps: float) -> Prediction | None:
    """By where the drift of a period is 0; None where it is nowhere from −1000 on."""
    x = resting_point(gradients, beta1, beta2, -1000.0, S, eps=eps)
    if np.isnan(x):
        return None
    return Prediction("solves" if abs(x) <= NEAR else "wrong point", x, "x with D(x) = 0, ∝ 1−β2")


COUNTEREXAMPLES = (
    Counterexample(
        name="shifted_pair",
        paper="Shi, Li, Hong and Sun 2021 (ICLR)",
        mechanism="no common minimum: an error ∝ 1−β2",
        problem=PAIR,
        alpha=0.1,
        schedule=inverse_sqrt,
        steps=1_000_000,
        near=NEAR,
        ours="α/√t at each step and not each period, v_0 = 0, steps",
        predicted=predicted,
    ),
)
