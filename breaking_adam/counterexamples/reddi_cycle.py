"""The paper's online problems: a rare large gradient in a fixed order (Theorem 1, Section 5)."""

from __future__ import annotations

from functools import partial

import numpy as np

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.theory import drift
from breaking_adam.problems import Online
from breaking_adam.rules.schedules import inverse_sqrt


def predicted(
    large: float, small: float, period: int, beta1: float, beta2: float, eps: float
) -> Prediction:
    """By the sign of the exact drift: x* is below."""
    slopes = np.array([large] + [small] * (period - 1))
    moved = float(drift(slopes, beta1, beta2, eps=eps))
    return Prediction("solves" if moved < 0 else "wrong point", moved, "exact drift D of a period")


THREE, SECTION_5 = (4.0, -1.0, 3), (1010.0, -10.0, 101)

COUNTEREXAMPLES = (
    Counterexample(
        name="three_steps",
        paper="Reddi, Kale and Kumar 2018 (arXiv 1904.09237), Theorem 1",
        mechanism="a large gradient forgotten at once",
        problem=partial(Online, *THREE, x0=1.0),
        alpha=0.5,
        schedule=inverse_sqrt,
        steps=100_000,
        near=0.1,
        ours="C, α, steps",
        predicted=partial(predicted, *THREE),
    ),
    Counterexample(
        name="reddi_cycle",
        paper="Reddi, Kale and Kumar 2018 (arXiv 1904.09237), Section 5",
        mechanism="a rare large gradient, in a fixed order",
        problem=partial(Online, *SECTION_5),
        alpha=1.0,
        schedule=inverse_sqrt,
        steps=1_000_000,
        near=0.1,
        ours="x_1, α, schedule, steps",
        predicted=partial(predicted, *SECTION_5),
    ),
)
