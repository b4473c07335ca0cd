"""The paper's online problem (Section 5): a rare large gradient in a fixed order."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.problems import Online
from breaking_adam.rules.schedules import inverse_sqrt

COUNTEREXAMPLES = (
    Counterexample(
        name="reddi_cycle",
        paper="Reddi, Kale and Kumar 2018 (arXiv 1904.09237), Section 5",
        mechanism="a rare large gradient, in a fixed order",
        problem=partial(Online, 1010.0, -10.0, 101),
        alpha=1.0,
        schedule=inverse_sqrt,
        steps=1_000_000,
        near=0.1,
    ),
)
