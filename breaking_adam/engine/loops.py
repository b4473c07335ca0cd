"""The loops over the steps of a Trial: of one replica, and of many at once."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from breaking_adam.engine.advance import Lane, Schedule, player
from breaking_adam.engine.compilation import jit
from breaking_adam.engine.step import Specialisation, tuples
from breaking_adam.problems.cost import Cost

#: Replicas that share a pass of the loop over lanes: their state stays in the first-level cache.
WIDTH = 64

#: The steps of one replica from one look for NaN to the next. An x that was NaN stays in the
#: regret; where one is found, the stretch is played again, with a look at every step.
STRETCH = 512


class Lanes(NamedTuple):
    """The replicas' memory, which a loop reads and writes."""

    x: np.ndarray  # shape (R,)
    states: tuple[np.ndarray, ...]  # of the rule, each of shape (R,)
    regret: np.ndarray  # as two doubles, shape (2, R)
    f: np.ndarray  # f_t(x_t) of the last step, shape (R,)


@cache
def one_lane(specialisation: Specialisation, cost: Cost, schedule: Schedule) -> Any:
    """(lanes, clock, steps, tuning, task) -> (steps made, tuning): x and its state in registers.

    It ends early at NaN and before a step that the rule does not hold for.
    """
    prepare, advance, holds, after = player(specialisation, cost.alone, schedule)
    load, store, _ = tuples(len(specialisation.rule.state), specialisation.dtype)
    key_of = cost.key

    @jit(specialisation, cost, schedule)
    def run(lanes, clock, steps, tuning, task):
        regret = lanes.regret[0, 0], lanes.regret[1, 0]
        lane, f = Lane(lanes.x[0], load(lanes.states, 0), regret), 0.0
        key, made, stretch = key_of(0, task.constants), 0, STRETCH
        if lane.x != lane.x:  # NaN: the run has diverged already
            steps = 0
        while made < steps:
            before, first, last = (lane, f, tuning), made, min(made + stretch, steps)
            while made < last:
                shared = prepare(clock, made, tuning)
                if not holds(lane, clock.t + made, key, task, shared):
                    break
                lane, f = advance(lane, clock.t + made, key, task, shared, tuning.decays)
                tuning = after(clock, made, tuning)
                made += 1
            diverged = lane.x != lane.x
            if stretch > 1 and (diverged or lane.regret[0] != lane.regret[0]):
                (lane, f, tuning), made, stretch = before, first, 1
            elif diverged or made < last:  # the step to report, or one that has no rule yet
                break
        lanes.x[0], lanes.f[0] = lane.x, f
        lanes.regret[0, 0], lanes.regret[1, 0] = lane.regret
        store(lanes.states, 0, lane.state)
        return made, tuning

    return run


@cache
def many_lanes(specialisation: Specialisation, cost: Cost, schedule: Schedule) -> Any:
    """(lanes, first, last, clock, steps, tuning, task) -> (steps made, tuning).

    The replicas first to last, WIDTH of them at a time through the vector units. It ends before a
    step that the rule does not hold for, which is the same one for all.
    """
    dtype, n_states = specialisation.dtype, len(specialisation.rule.state)
    prepare, advance, holds, after = player(specialisation, cost, schedule)
    load, store, _ = tuples(n_states, dtype)
    f_at, key_of = cost.at, cost.key

    @jit(specialisation, cost, schedule, nogil=True)
    def run(lanes, first, last, clock, steps, tuning, task):
        # Rows of one array, a constant distance apart: LLVM then sees that they do not overlap.
        work, sums = np.empty((n_states + 1, WIDTH), dtype), np.empty((2, WIDTH))
        keys = np.empty(WIDTH, np.uint64)
        made, later = 0, tuning
        for begin in range(first, last, WIDTH):
            made, later = 0, tuning
            width = min(WIDTH, last - begin)
            for j in range(width):
                k = begin + j
                store(work, j, load(lanes.states, k))
                work[n_states, j], keys[j] = lanes.x[k], key_of(k, task.constants)
                sums[0, j], sums[1, j] = lanes.regret[0, k], lanes.regret[1, k]
            for i in range(steps):
                t, shared = clock.t + i, prepare(clock, i, later)
                one = Lane(work[n_states, 0], load(work, 0), (sums[0, 0], sums[1, 0]))
                if not holds(one, t, keys[0], task, shared):
                    break
                if i == steps - 1:
                    for j in range(width):
                        f, _ = f_at(work[n_states, j], t, keys[j], task.constants)
                        lanes.f[begin + j] = f
                for j in range(width):
                    lane = Lane(work[n_states, j], load(work, j), (sums[0, j], sums[1, j]))
                    lane, _ = advance(lane, t, keys[j], task, shared, later.decays)
                    store(work, j, lane.state)
                    work[n_states, j] = lane.x
                    sums[0, j], sums[1, j] = lane.regret
                later = after(clock, i, later)
                made += 1
            for j in range(width):
                k = begin + j
                store(lanes.states, k, load(work, j))
                lanes.x[k] = work[n_states, j]
                lanes.regret[0, k], lanes.regret[1, k] = sums[0, j], sums[1, j]
        return made, later

    return run
