"""What each order of the maximum and the bias correction makes of the online problem."""

from __future__ import annotations

import numpy as np

from breaking_adam import rules
from breaking_adam.engine.advance import Task, Tuning
from breaking_adam.engine.first_passage import first_passage
from breaking_adam.optimizers.binding import Binding
from breaking_adam.problems import Online

#: How long the online problem is given.
STEPS = 20_000_000

#: α and (β1, β2, ε), which are the notebook's.
ALPHA, HYPER = 0.001, (0.9, 0.99, 1e-8)

#: Where x has to come.
LIMIT = -0.99

RULES = {
    "Adam": rules.ADAM,
    "AMSGrad, none": rules.AMSGRAD_PAPER,
    "AMSGrad, after_max": rules.AMSGRAD_CORRECT_LAST,
    "AMSGrad, before_max": rules.AMSGRAD_CORRECT_FIRST,
}


def orders(steps: int = STEPS) -> dict[str, int | None]:
    """The first step with x ≤ LIMIT that each algorithm takes; None for none within the steps."""
    return {name: first_step(rule, HYPER, steps) for name, rule in RULES.items()}


def first_step(
    rule: rules.Rule, hyper: rules.Numbers, steps: int, limit: float = LIMIT
) -> int | None:
    """The first step of the paper's online problem after which x ≤ limit, if any.

    From x = 0 on [−1, 1] with a constant α = ALPHA.
    """
    problem = Online()
    return first_passage(
        Binding(rule, hyper, rule.state).step(np.dtype("float64")),
        problem.cost,
        Tuning(ALPHA, hyper, (0.0, 0.0)),
        Task(*problem.domain, problem.x_star, problem.constants),
        level=limit,
        steps=steps,
    )
