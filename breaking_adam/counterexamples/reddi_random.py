"""The paper's stochastic problem (Section 5): a rare large gradient at random."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.problems import Stochastic
from breaking_adam.rules.schedules import inverse_sqrt

COUNTEREXAMPLES = (
    Counterexample(
        name="reddi_random",
        paper="Reddi, Kale and Kumar 2018 (arXiv 1904.09237), Section 5",
        mechanism="a rare large gradient, at random",
        problem=partial(Stochastic, 1010.0, -10.0, 0.01),
        alpha=0.5,
        schedule=inverse_sqrt,
        steps=3_000_000,
        seeds=10,
        near=0.1,
    ),
)
