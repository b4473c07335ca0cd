"""The paper's stochastic problem (Section 5), and ADOPT's toy: a rare large gradient at random."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.at_random import predicted
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.problems import Stochastic
from breaking_adam.rules.schedules import inverse_sqrt, late_inverse_sqrt

SECTION_5, ADOPT = (1010.0, -10.0, 0.01), (2500.0, -50.0, 0.02)

COUNTEREXAMPLES = (
    Counterexample(
        name="reddi_random",
        paper="Reddi, Kale and Kumar 2018 (arXiv 1904.09237), Section 5",
        mechanism="a rare large gradient, at random",
        problem=partial(Stochastic, *SECTION_5),
        alpha=0.5,
        schedule=inverse_sqrt,
        steps=3_000_000,
        seeds=10,
        near=0.1,
        ours="x_1, α, schedule, steps",
        predicted=partial(predicted, *SECTION_5, "wrong point"),
    ),
    Counterexample(
        name="adopt_toy",
        paper="Taniguchi et al. 2024, ADOPT (arXiv 2411.02853)",
        mechanism="a rare large gradient, larger and at a smaller step",
        problem=partial(Stochastic, *ADOPT),
        alpha=0.01,
        schedule=late_inverse_sqrt,
        steps=2_000_000,
        seeds=10,
        near=0.1,
        ours="10 runs, not 1000",
        predicted=partial(predicted, *ADOPT, "wrong point"),
    ),
)
