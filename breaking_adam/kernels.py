"""Machine code from rules: the loops that Numba compiles.

A ``Step`` is a rule with what surrounds it in an optimizer (weight decay, maximization, a
precision). From it come the loop over one replica's steps, the loop over many replicas, and the
pass over a parameter's memory.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numba.extending import register_jitable as compilable

from breaking_adam import memory
from breaking_adam.arithmetic import add
from breaking_adam.compilation import jit
from breaking_adam.problems import Cost
from breaking_adam.rules import Rule

#: Replicas that share a pass of the loop over lanes: their state stays in the first-level cache.
WIDTH = 64

#: Coordinates that a pass over memory works out before it writes them back, for the same reason.
TILE = 512


class Step(NamedTuple):
    """A rule with all that decides the machine code of one step of one coordinate."""

    rule: Rule
    l2: bool
    decay: bool
    decay_absolute: bool
    maximize: bool
    dtype: np.dtype[Any]  # of x, the state and the arithmetic
    coefficients: int  # how many numbers the rule's ``at`` gives


class Tuples(NamedTuple):
    """Compiled helpers for tuples of one length; Numba has no comprehension over tuples."""

    load: Any  # (rows, k) -> tuple(row[k] for row in rows)
    store: Any  # (rows, k, values): row[k] = value for each
    narrow: Any  # values -> the values in the precision of the step


@cache
def tuples(n: int, dtype: np.dtype[Any]) -> Tuples:
    """The helpers for tuples of n."""
    if n == 0:
        empty = compilable(lambda *_: ())
        return Tuples(empty, empty, empty)
    rest, i, real = tuples(n - 1, dtype), n - 1, numba.from_dtype(dtype)
    load_rest, store_rest, narrow_rest = rest

    @compilable
    def load(rows, k):
        return load_rest(rows, k) + (rows[i][k],)  # noqa: RUF005 - Numba's subset

    @compilable
    def store(rows, k, values):
        store_rest(rows, k, values)
        rows[i][k] = values[i]

    @compilable
    def narrow(values):
        return narrow_rest(values) + (real(values[i]),)  # noqa: RUF005

    return Tuples(load, store, narrow)


@cache
def stepper(step: Step) -> Any:
    """(x, state, g, c, alpha, (l2, decay)) -> (x, state): the rule with weight decay around it."""
    move, real = step.rule.move, numba.from_dtype(step.dtype)
    narrow = tuples(len(step.rule.state), step.dtype).narrow
    maximize, use_l2, use_decay, absolute = step.maximize, step.l2, step.decay, step.decay_absolute

    @compilable
    def one(x, state, g, c, alpha, decays):
        l2, decay = decays
        if maximize:
            g = -g
        if use_l2:
            g = g + real(l2) * x
        if use_decay:
            x = x * real(1.0 - (decay if absolute else alpha * decay))
        state, dx = move(state, g, c)
        return real(x + dx), narrow(state)

    return one


@cache
def one_lane(step: Step, cost: Cost, schedule: Any) -> Any:
    """The loop over the steps of a single replica: x and its state stay in registers."""
    real, one, at = numba.from_dtype(step.dtype), stepper(step), step.rule.at
    load, store, _ = tuples(len(step.rule.state), step.dtype)
    narrow = tuples(step.coefficients, step.dtype).narrow
    f_at, key_of = cost

    @jit(step, cost, schedule)
    def run(xs, states, regret, f_last, counts, alpha, hyper, decays, box, constants):
        t, n, s, steps = counts
        low, high, x_star = box
        x, state, key = xs[0], load(states, 0), key_of(0, constants)
        total, rest, f = regret[0, 0], regret[1, 0], 0.0
        made = 0
        if x != x:  # NaN: the run has diverged already
            steps = 0
        while made < steps:
            f, g = f_at(x, t + made, key, constants)
            f_star, _ = f_at(x_star, t + made, key, constants)
            total, rest = add(total, rest, f - f_star)
            alpha_t = alpha * schedule(s + made)
            c = narrow(at(n + made, alpha_t, hyper))
            x, state = one(x, state, real(g), c, alpha_t, decays)
            made += 1
            if not low <= x <= high:
                if x != x:  # this is the step to report
                    break
                x = real(low) if x < low else real(high)
        xs[0], f_last[0], regret[0, 0], regret[1, 0] = x, f, total, rest
        store(states, 0, state)
        return made

    return run


@cache
def lanes(step: Step, cost: Cost, schedule: Any) -> Any:
    """The loop over the replicas first to last, WIDTH of them at a time in the vector units."""
    dtype, real, one, at = step.dtype, numba.from_dtype(step.dtype), stepper(step), step.rule.at
    load, store, _ = tuples(len(step.rule.state), dtype)
    narrow = tuples(step.coefficients, dtype).narrow
    n_states = len(step.rule.state)
    f_at, key_of = cost

    @jit(step, cost, schedule, nogil=True)
    def run(xs, states, regret, f_last, first, last, counts, alpha, hyper, decays, box, constants):
        t, n, s, steps = counts
        low, high, x_star = box
        # Rows of one array, a constant distance apart: LLVM then sees that they do not overlap.
        work, sums = np.empty((n_states + 1, WIDTH), dtype), np.empty((2, WIDTH))
        keys = np.empty(WIDTH, np.uint64)
        for begin in range(first, last, WIDTH):
            width = min(WIDTH, last - begin)
            for j in range(width):
                store(work, j, load(states, begin + j))
                work[n_states, j], keys[j] = xs[begin + j], key_of(begin + j, constants)
                sums[0, j], sums[1, j] = regret[0, begin + j], regret[1, begin + j]
            for i in range(steps):
                alpha_t = alpha * schedule(s + i)
                c = narrow(at(n + i, alpha_t, hyper))
                if i == steps - 1:
                    for j in range(width):
                        f_last[begin + j], _ = f_at(work[n_states, j], t + i, keys[j], constants)
                for j in range(width):
                    x = work[n_states, j]
                    f, g = f_at(x, t + i, keys[j], constants)
                    f_star, _ = f_at(x_star, t + i, keys[j], constants)
                    sums[0, j], sums[1, j] = add(sums[0, j], sums[1, j], f - f_star)
                    x, state = one(x, load(work, j), real(g), c, alpha_t, decays)
                    store(work, j, state)
                    work[n_states, j] = real(low) if x < low else (real(high) if x > high else x)
            for j in range(width):
                store(states, begin + j, load(work, j))
                xs[begin + j] = work[n_states, j]
                regret[0, begin + j], regret[1, begin + j] = sums[0, j], sums[1, j]

    return run


@cache
def over_memory(step: Step, storage: str) -> Any:
    """Step t of the coordinates first to last of a list of tensors, in one pass over them.

    A row of ``addresses`` holds where one tensor's states, x and g begin, and ``sizes`` its
    number of coordinates. ``storage`` is the type in memory, which for a half is narrower than
    the step's arithmetic.
    """
    one, at = stepper(step), step.rule.at
    n_states = len(step.rule.state)
    store = tuples(n_states, step.dtype).store
    narrow = tuples(step.coefficients, step.dtype).narrow
    rows, load, _ = memory.rows(n_states + 2, storage)
    _, _, write = memory.rows(n_states + 1, storage)
    dtype = step.dtype

    @jit(step, storage, nogil=True)
    def run(first, last, addresses, sizes, t, alpha, hyper, decays):
        # Results wait here for the tile to be read: LLVM cannot know that tensors do not overlap,
        # and checks at run time only so many pairs of them.
        work = np.empty((n_states + 1, TILE), dtype)
        c = narrow(at(t, alpha, hyper))
        begin = 0
        for i in range(len(sizes)):
            lowest, highest = max(first - begin, 0), min(last - begin, sizes[i])
            begin += sizes[i]
            for k in range(lowest, highest, TILE):
                width = min(TILE, highest - k)
                tile = rows(addresses[i], k, width)
                for j in range(width):
                    values = load(tile, j)
                    x, state = one(values[-2], values[:-2], values[-1], c, alpha, decays)
                    store(work, j, state)
                    work[n_states, j] = x
                write(tile, work, width)

    return run
