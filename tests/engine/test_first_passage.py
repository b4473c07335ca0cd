"""When x first gets somewhere, on runs whose every step is known by hand."""

import numpy as np
import pytest

from breaking_adam import Online, rules
from breaking_adam.engine.advance import Task, Tuning
from breaking_adam.engine.first_passage import first_passage
from breaking_adam.optimizers.binding import Binding
from breaking_adam.rules.schedules import constant, inverse_sqrt

DOUBLE = np.dtype("float64")


def passage(rule, hyper, level, *, steps=50, small=1.0, schedule=constant):
    """Of a player with α = 1/8 on slopes of 1, or 2 first and 1 or another ``small`` then."""
    problem = Online(1.0 if small == 1.0 else 2.0, small, period=100)
    return first_passage(
        Binding(rule, hyper, rule.state).step(DOUBLE),
        problem.cost,
        Tuning(0.125, hyper, (0.0, 0.0)),
        Task(*problem.domain, problem.x_star, problem.constants),
        level=level,
        steps=steps,
        schedule=schedule,
    )


PLAIN = (0.0, 0.0)  # without momentum or dampening


@pytest.mark.parametrize(
    ("level", "step"), [(-0.125, 1), (-0.126, 2), (-0.5, 4), (-1.0, 8), (-1.01, None)]
)
def test_gradient_descent_takes_an_eighth_a_step_to_the_wall(level, step):
    assert passage(rules.SGD, PLAIN, level) == step


def test_the_step_that_gets_there_is_the_last_that_may():
    assert passage(rules.SGD, PLAIN, -0.5, steps=4) == 4
    assert passage(rules.SGD, PLAIN, -0.5, steps=3) is None


def test_the_steps_of_the_problem_the_optimizer_and_the_schedule_are_counted_from_1():
    # The large slope, 2, is the first: −1/4 by it, and −1/8 by the next.
    assert passage(rules.SGD, PLAIN, -0.25, small=0.5) == 1
    # α at first, α/√2 then: 0.125 and 0.2134.
    assert passage(rules.SGD, PLAIN, -0.125, schedule=inverse_sqrt) == 1
    assert passage(rules.SGD, PLAIN, -0.213, schedule=inverse_sqrt) == 2
    # Adam's first step is −α whatever the betas, if the moments are corrected for t = 1.
    assert passage(rules.ADAM, (0.9, 0.99, 0.0), -0.125 * (1 - 1e-12)) == 1
