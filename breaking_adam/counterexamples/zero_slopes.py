"""AdaBound's example: most steps show no gradient (Luo et al. 2019)."""

from __future__ import annotations

import numpy as np

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.theory import drift
from breaking_adam.problems.zero_slopes import ZeroSlopes
from breaking_adam.rules.schedules import inverse_sqrt

#: A period, between 0 and 1.
SLOPES = np.array([-1.0, 2.0] + [0.0] * 48)


def predicted(beta1: float, beta2: float, eps: float) -> Prediction:
    """By the sign of the exact drift in [0, 1], where steps are too small to leave it at once."""
    moved = float(drift(SLOPES, beta1, beta2, eps=eps))
    verdict = "solves" if moved < 0 else "wrong point"
    return Prediction(verdict, moved, "exact drift D of a period in [0, 1]")


COUNTEREXAMPLES = (
    Counterexample(
        name="zero_slopes",
        paper="Luo, Xiong, Liu and Sun 2019, AdaBound (arXiv 1902.09843), Theorem 1",
        mechanism="sparse gradients: the step after many zeros is the largest",
        problem=ZeroSlopes,
        alpha=0.1,
        schedule=inverse_sqrt,
        steps=200_000,
        near=0.2,
        ours="C = 50, x_1, α, steps",
        predicted=predicted,
    ),
)
