"""The pieces of Zhang et al., on which Adam without bounds is pulled out to infinity."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.at_random import predicted
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.rules.schedules import inverse_sqrt

N = 20
A = 1 / (N - 1) ** 2

COUNTEREXAMPLES = tuple(
    Counterexample(
        name=name,
        paper="Zhang, Li, Chen, Luo and Sun 2026 (arXiv 2603.02092)",
        mechanism=mechanism,
        problem=partial(PulledApart, N, A, x0=x0),
        alpha=0.1,
        schedule=inverse_sqrt,
        steps=50_000,
        seeds=10,
        near=near,
        ours="x_1, 10 draws",
        predicted=partial(predicted, 1 + (N - 1) * A, -A, 1 / N, "diverges"),
    )
    for name, mechanism, x0, near in (
        ("pulled_apart", "one piece against all others, no bounds", 1.0, 0.15),
        ("pulled_apart_from_below", "one piece against all others, from the parabolas", -3.0, 0.05),
    )
)
