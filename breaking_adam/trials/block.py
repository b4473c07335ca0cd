"""A block of a problem's steps in the compiled loops."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch

from breaking_adam.engine import loops, threads
from breaking_adam.engine.advance import Clock, Schedule, Task, Tuning
from breaking_adam.engine.step import Specialisation
from breaking_adam.problems import Problem


def play_block(
    model: Problem,
    specialisation: Specialisation,
    schedule: Schedule,
    states: tuple[np.ndarray, ...],
    counts: tuple[int, int],
    tuning: Tuning,
    domain: tuple[float, float],
) -> tuple[torch.Tensor, int, Tuning]:
    """Play up to so many steps; the model and the states are then where they led.

    Args:
        model: on the CPU.
        specialisation: the rule, and what surrounds it.
        schedule: α_t/α as a function of t.
        states: the rule's, an array of R numbers each.
        counts: the steps that the optimizer has made, and those to make.
        tuning: of the optimizer.
        domain: where x is kept after every step.

    Returns:
        f_t(x_t) of the last step, shape (R,); the steps made, fewer at NaN or where the rule does
        not hold; and the tuning after them.
    """
    x = model.x.detach().numpy()
    values = x.astype(specialisation.dtype, copy=False)
    low, high = _rounded(domain, x.dtype)
    made, steps = counts
    lanes = loops.Lanes(values, states, model.score.sums, np.zeros(x.size))
    clock = Clock(t=model.t + 1, n=made + 1, s=model.steps + 1)
    task = Task(low, high, model.x_star, model.constants)
    if x.size == 1:
        run = loops.one_lane(specialisation, model.cost, schedule)
        steps, tuning = run(lanes, clock, steps, tuning, task)
    else:
        run = loops.many_lanes(specialisation, model.cost, schedule)
        ends = {}

        def part(first: int, last: int) -> None:
            ends[first] = run(lanes, first, last, clock, steps, tuning, task)

        threads.share(part, x.size, grain=loops.WIDTH)
        steps, tuning = ends[0]  # the same for every part
    if values is not x:
        x[:] = values
    model.score.add(steps, lanes.regret)
    return torch.from_numpy(lanes.f), steps, tuning


@lru_cache
def _rounded(domain: tuple[float, float], dtype: np.dtype[Any]) -> tuple[float, float]:
    """The domain as an x of the dtype can have it."""
    low, high = (float(dtype.type(end)) for end in domain)
    return low, high
