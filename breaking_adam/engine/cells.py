"""The loop over lanes of which each has an optimizer and a problem of its own.

It takes the steps that the loops of a Trial take, by the same ``player``. What a step has in
common for lanes that share a tuning is worked out once for a pack of them. Lanes of different
tunings each have their own, but for powers: β1ᵗ and β2ᵗ are products of those of the step before.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable as compilable

from breaking_adam.engine.advance import Lane, Schedule, Task, Tuning, player
from breaking_adam.engine.compilation import jit
from breaking_adam.engine.rows import DTYPES, Kinds, Rows, count, reader
from breaking_adam.engine.step import Specialisation, tuples
from breaking_adam.problems.cost import Cost

#: The lanes of a pack: what they carry and are set to stays in the first-level cache.
WIDTH = 64

#: The steps after which powers are worked out anew, and not from those of the step before.
ANEW = 512


class Packs(NamedTuple):
    """The memory of packs of WIDTH lanes, which the loop reads and writes.

    Args:
        lanes: the rule's states and x, shape (packs, states + 1, WIDTH).
        sums: the regret as two doubles; x where the tail begins, and over the tail the sums of
            x's distance to that and of its square; shape (packs, 5, WIDTH).
        rows: what each lane is set to, (tuning, task, key), as rows of shape (packs, …, WIDTH).
        alike: whether a pack's lanes share their tuning, shape (packs,).
        settled: the step of a pack's optimizers from which bias corrections are 1, (packs,).
    """

    lanes: np.ndarray
    sums: np.ndarray
    rows: Rows
    alike: np.ndarray
    settled: np.ndarray


@cache
def many_cells(specialisation: Specialisation, cost: Cost, schedule: Schedule, kinds: Kinds) -> Any:
    """(packs, first, last, clock, steps, in_tail): the packs first to last, so many steps on.

    ``kinds`` are those of what a lane is set to. In the tail of a run the sums over x grow.
    """
    dtype, n_states = specialisation.dtype, len(specialisation.rule.state)
    prepare, advance, _, _, prepare_corrected = player(specialisation, cost, schedule)
    load, store, _ = tuples(n_states, dtype)
    read, corrects = reader(kinds), prepare_corrected is not None
    n_coefficients = specialisation.coefficients
    take, keep, _ = tuples(n_coefficients, dtype)
    n_floats, n_integers, n_naturals = (count(kinds, kind) for kind in DTYPES)

    @compilable
    def set_to(rows, j):
        (alpha, hyper, decays), (low, high, x_star, constants), key = read(rows, j)
        return Tuning(alpha, hyper, decays), Task(low, high, x_star, constants), key

    @compilable
    def step(lanes, sums, rows, j, t, shared):
        tuning, task, key = set_to(rows, j)
        lane = Lane(lanes[n_states, j], load(lanes, j), (sums[0, j], sums[1, j]))
        lane, _ = advance(lane, t, key, task, shared, tuning.decays)
        store(lanes, j, lane.state)
        lanes[n_states, j] = lane.x
        sums[0, j], sums[1, j] = lane.regret

    @jit(specialisation, cost, schedule, kinds, nogil=True)
    def run(packs, first, last, clock, steps, in_tail):
        # Rows of one array, a constant distance apart: LLVM then sees that they do not overlap.
        lanes, sums = np.empty((n_states + 1, WIDTH), dtype), np.empty((5, WIDTH))
        coefficients, alphas = np.empty((n_coefficients, WIDTH), dtype), np.empty(WIDTH)
        floats, integers = np.empty((n_floats, WIDTH)), np.empty((n_integers, WIDTH), np.int64)
        naturals, powers = np.empty((n_naturals, WIDTH), np.uint64), np.empty((2, WIDTH))
        rows = (floats, integers, naturals)
        for p in range(first, last):
            lanes[:], sums[:] = packs.lanes[p], packs.sums[p]
            floats[:], integers[:] = packs.rows.floats[p], packs.rows.integers[p]
            naturals[:] = packs.rows.naturals[p]
            common, _, _ = set_to(rows, 0)
            for i in range(steps):
                t, n = clock.t + i, clock.n + i
                if packs.alike[p]:
                    shared = prepare(clock, i, common)
                    for j in range(WIDTH):
                        step(lanes, sums, rows, j, t, shared)
                else:
                    if not corrects:
                        for j in range(WIDTH):
                            tuning, _, _ = set_to(rows, j)
                            alphas[j], c = prepare(clock, i, tuning)
                            keep(coefficients, j, c)
                    elif n >= packs.settled[p]:
                        for j in range(WIDTH):
                            tuning, _, _ = set_to(rows, j)
                            alphas[j], c = prepare_corrected(clock, i, tuning, (1.0, 1.0))
                            keep(coefficients, j, c)
                    else:
                        if i % ANEW == 0:
                            for j in range(WIDTH):
                                tuning, _, _ = set_to(rows, j)
                                powers[0, j] = tuning.hyper[0] ** float(n)
                                powers[1, j] = tuning.hyper[1] ** float(n)
                        for j in range(WIDTH):
                            tuning, _, _ = set_to(rows, j)
                            corrections = 1.0 - powers[0, j], 1.0 - powers[1, j]
                            alphas[j], c = prepare_corrected(clock, i, tuning, corrections)
                            keep(coefficients, j, c)
                            powers[0, j] *= tuning.hyper[0]
                            powers[1, j] *= tuning.hyper[1]
                    for j in range(WIDTH):
                        step(lanes, sums, rows, j, t, (alphas[j], take(coefficients, j)))
                if in_tail:
                    for j in range(WIDTH):
                        distance = lanes[n_states, j] - sums[2, j]
                        sums[3, j] += distance
                        sums[4, j] += distance * distance
            packs.lanes[p], packs.sums[p] = lanes, sums

    return run
