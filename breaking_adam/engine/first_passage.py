"""When a replica first gets somewhere."""

from __future__ import annotations

from functools import cache
from typing import Any

from breaking_adam.engine.advance import Clock, Lane, Schedule, Task, Tuning, player
from breaking_adam.engine.compilation import jit
from breaking_adam.engine.step import Specialisation
from breaking_adam.problems.cost import Cost
from breaking_adam.rules.schedules import constant


def first_passage(
    specialisation: Specialisation,
    cost: Cost,
    tuning: Tuning,
    task: Task,
    *,
    level: float,
    steps: int,
    schedule: Schedule = constant,
) -> int | None:
    """The first step, from t = 1 and all at zero, after which x ≤ level; None if there is none.

    Args:
        specialisation: the optimizer's rule, one that is written; arithmetic is in its dtype.
        cost: the problem's.
        tuning: what the optimizer is set to.
        task: what the problem is set to; its replica 0 plays.
        level: how low x has to get.
        steps: after how many to give up.
        schedule: α_t/α as a function of t.
    """
    run = _loop(specialisation, cost, schedule)
    return int(run(specialisation.dtype.type(0), tuning, task, float(level), steps)) or None


@cache
def _loop(specialisation: Specialisation, cost: Cost, schedule: Schedule) -> Any:
    prepare, advance, *_ = player(specialisation, cost, schedule)
    zeros = (specialisation.dtype.type(0),) * len(specialisation.rule.state)
    key_of = cost.key

    @jit(specialisation, cost, schedule)
    def run(x, tuning, task, level, steps):
        lane, key = Lane(x, zeros, (0.0, 0.0)), key_of(0, task.constants)
        clock = Clock(1, 1, 1)
        for i in range(steps):
            shared = prepare(clock, i, tuning)
            lane, _ = advance(lane, 1 + i, key, task, shared, tuning.decays)
            if lane.x <= level:
                return 1 + i
        return 0

    return run
