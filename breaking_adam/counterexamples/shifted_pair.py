"""Two parabolas that share no minimum (Shi et al. 2021, the non-realizable case)."""

from __future__ import annotations

from functools import partial

import numpy as np

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.theory import resting_point
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.rules.schedules import inverse_sqrt

S, NEAR = 100.0, 0.1


def gradients(x: float) -> np.ndarray:
    """A period's: −(x − 10s/9) nine times, then 10(x − s)."""
    return np.array([10 * S / 9 - x] * 9 + [10 * (x - S)])


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
        problem=partial(
            Parabolas, 10, 10.0, -1.0, S, 10 * S / 9, order="cyclic", first_step=2, x0=0.0
        ),
        alpha=0.1,
        schedule=inverse_sqrt,
        steps=1_000_000,
        near=NEAR,
        ours="α/√t at each step and not each period, v_0 = 0, steps",
        predicted=predicted,
    ),
)
