"""The eleven pieces of Chen et al. 2019: gradients that shrink, and of which one has their sum."""

from __future__ import annotations

from functools import partial

import numpy as np

from breaking_adam.counterexamples import at_random
from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.theory import drift
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.rules.schedules import inverse_sqrt

N, LARGE, SMALL = 11, 11.0, -1.0


def predicted_in_turn(beta1: float, beta2: float, eps: float) -> Prediction:
    """By the drift of a period at a fixed x: on both sides of 0 it goes towards it, or away.

    x changes slowly on the scale of what the moments remember, and all gradients by one factor.
    """
    moved = float(drift(np.array([LARGE] + [SMALL] * (N - 1)), beta1, beta2, eps=eps))
    return Prediction("solves" if moved < 0 else "diverges", moved, "exact drift D of a period")


PAPER = "Chen, Liu, Sun and Hong 2019 (arXiv 1808.02941)"
OURS = "α, schedule, steps, x_1"

COUNTEREXAMPLES = (
    Counterexample(
        name="eleven_cyclic",
        paper=PAPER,
        mechanism="gradients that change their sign, and shrink with x",
        problem=partial(Parabolas, N, LARGE, SMALL, order="cyclic"),
        alpha=0.1,
        schedule=inverse_sqrt,
        steps=200_000,
        near=0.05,
        ours=OURS,
        predicted=predicted_in_turn,
    ),
    Counterexample(
        name="eleven_random",
        paper=PAPER,
        mechanism="multiplicative noise",
        problem=partial(Parabolas, N, LARGE, SMALL),
        alpha=0.1,
        schedule=inverse_sqrt,
        steps=200_000,
        seeds=10,
        near=0.05,
        ours=f"random order, {OURS}",
        predicted=partial(at_random.predicted, LARGE, SMALL, 1 / N, "diverges"),
    ),
)
