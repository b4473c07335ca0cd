"""A parabola under skewed noise, to whose mean Adam does not go (Dereich and Jentzen 2024)."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.off_centre import EVEN, MU3, SKEWED, VARIANCE
from breaking_adam.paper.random_order import bias
from breaking_adam.rules.schedules import inverse_sqrt

#: 5% of the way from 1/2.
NEAR = 0.025

FORMULA = "limit − x*, −(1−β2)κ μ3/(2σ²)"


def predicted(variance: float, mu3: float, beta1: float, beta2: float, eps: float) -> Prediction:
    """By the bias of the limit, which is a wrong point where it is farther than near."""
    d = float(bias(variance, mu3, beta1, beta2))
    return Prediction("solves" if abs(d) <= NEAR else "wrong point", d, FORMULA)


COUNTEREXAMPLES = tuple(
    Counterexample(
        name=name,
        paper="Dereich and Jentzen 2024 (arXiv 2407.21078), Dereich et al. 2025 (arXiv 2511.06675)",
        mechanism=mechanism,
        problem=partial(problem, x0=x0),
        alpha=0.3,
        schedule=inverse_sqrt,
        steps=4_000_000,
        seeds=10,
        near=NEAR,
        ours="X, x_1, α, schedule, steps",
        predicted=partial(predicted, VARIANCE, mu3),
    )
    for name, mechanism, problem, x0, mu3 in (
        ("lopsided", "skewed noise: a biased limit", SKEWED, 0.5, MU3),
        ("lopsided_from_zero", "a first gradient of 0", SKEWED, 0.0, MU3),
        ("symmetric", "even noise: the control of lopsided", EVEN, 0.5, 0.0),
    )
)
