"""The passes of optimizers over packs of lanes: so many steps each.

They take the steps that the loops of a Trial take. What a step has in common for all lanes is
worked out once for a pack.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numba
import numpy as np
from numba import types

from breaking_adam.engine.compilation import c_function
from breaking_adam.engine.packs import (
    DOUBLE,
    HEAD,
    MADE,
    PLAYING,
    ROW,
    STRANGE,
    TERMS,
    WIDTH,
    Head,
    call_factor,
    call_slopes,
    count_regret,
    count_tail,
    doubles,
    kept,
    reals,
)
from breaking_adam.engine.rows import across, columns
from breaking_adam.engine.step import Specialisation, stepper
from breaking_adam.rules import Rule
from breaking_adam.rules.bias_correction import coefficients_of

#: The steps after which powers are worked out anew, and not from those of the step before.
ANEW = 512

#: Of a pass of an optimizer: (packs, first, last, size, slopes, factor, t, n, s, steps, in_tail).
#: The packs first to last of those at an address, each of so many bytes, so many steps on: slopes
#: and factor are the addresses of the problem's pass and of the schedule; t, n and s are the
#: next step's as in :class:`breaking_adam.engine.advance.Clock`. In the tail of a run the sums
#: over x grow.
STEPS = types.void(*[types.intp] * 11)

#: Where a rule is written, a pack's first row begins with whether all lanes share their tuning, and
#: the step from which their bias corrections are 1.
ALIKE, SETTLED = 0, 1


class WrittenRows:
    """The rows of an optimizer with a written rule: a pack's first, then tunings, then states."""

    def __init__(self, specialisation: Specialisation, hypers: int) -> None:
        self.tuning = 1
        self.alphas = self.tuning + 1 + hypers + 2  # α, hyper and the two decays
        self.coefficients = self.alphas + 1
        self.powers = self.coefficients + specialisation.coefficients
        self.states = self.powers + 2
        self.head = self.states + len(specialisation.rule.state)


@cache
def written(specialisation: Specialisation, hypers: int) -> Any:
    """The pass of an optimizer with a written rule of so many hyperparameters.

    Lanes of different tunings each have their own coefficients, but for powers: β1ᵗ and β2ᵗ are
    products of those of the step before.
    """
    rule, dtype = specialisation.rule, specialisation.dtype
    one, at, coefficients = stepper(specialisation), rule.at, coefficients_of(rule.at)
    corrects = coefficients is not None
    coefficients = coefficients if corrects else at
    load, store, _ = columns(len(rule.state), dtype)
    take, keep, narrow = columns(specialisation.coefficients, dtype)
    hyper_of = columns(hypers, DOUBLE).load
    place = WrittenRows(specialisation, hypers)
    tuning, alphas, cs, powers = place.tuning, place.alphas, place.coefficients, place.powers
    states, head = place.states, place.head
    rows, lanes_at, g_row = head + HEAD, reals(dtype), head + int(Head.G)
    real = numba.from_dtype(dtype)

    @c_function(STEPS, specialisation, hypers)
    def run(packs, first, last, size, slopes, factor, t, n, s, steps, in_tail):
        for p in range(first, last):
            begin = packs + p * size
            lanes, floats = lanes_at(begin, rows), numba.carray(doubles(begin), (rows, WIDTH))
            width, alike = int(floats[0, PLAYING]), floats[0, ALIKE] != 0.0
            settled = floats[0, SETTLED]
            hyper = hyper_of(floats, tuning + 1, 0)
            decays = floats[tuning + 1 + hypers, 0], floats[tuning + 2 + hypers, 0]
            for i in range(steps):
                by = call_factor(factor, s + i)
                call_slopes(slopes, begin + head * ROW, t + i, width)
                if alike:
                    alpha = floats[tuning, 0] * by
                    c = narrow(at(n + i, alpha, hyper))
                    for j in range(width):
                        x, state = one(
                            lanes[head, j],
                            load(lanes, states, j),
                            real(floats[g_row, j]),
                            c,
                            alpha,
                            decays,
                        )
                        store(lanes, states, j, state)
                        lanes[head, j] = kept(lanes, head, j, x)
                else:
                    if not corrects:
                        for j in range(width):
                            alpha = floats[tuning, j] * by
                            floats[alphas, j] = alpha
                            c = at(n + i, alpha, hyper_of(floats, tuning + 1, j))
                            keep(lanes, cs, j, narrow(c))
                    elif n + i >= settled:
                        for j in range(width):
                            alpha = floats[tuning, j] * by
                            floats[alphas, j] = alpha
                            c = coefficients(alpha, hyper_of(floats, tuning + 1, j), (1.0, 1.0))
                            keep(lanes, cs, j, narrow(c))
                    else:
                        if i % ANEW == 0:
                            for j in range(width):
                                floats[powers, j] = floats[tuning + 1, j] ** float(n + i)
                                floats[powers + 1, j] = floats[tuning + 2, j] ** float(n + i)
                        for j in range(width):
                            alpha = floats[tuning, j] * by
                            floats[alphas, j] = alpha
                            corrections = 1.0 - floats[powers, j], 1.0 - floats[powers + 1, j]
                            c = coefficients(alpha, hyper_of(floats, tuning + 1, j), corrections)
                            keep(lanes, cs, j, narrow(c))
                            floats[powers, j] *= floats[tuning + 1, j]
                            floats[powers + 1, j] *= floats[tuning + 2, j]
                    for j in range(width):
                        decays_j = floats[tuning + 1 + hypers, j], floats[tuning + 2 + hypers, j]
                        x, state = one(
                            lanes[head, j],
                            load(lanes, states, j),
                            real(floats[g_row, j]),
                            take(lanes, cs, j),
                            floats[alphas, j],
                            decays_j,
                        )
                        store(lanes, states, j, state)
                        lanes[head, j] = kept(lanes, head, j, x)
                if in_tail:
                    count_tail(lanes, floats, head, width)
                if (i + 1) % TERMS == 0 or i == steps - 1:
                    count_regret(floats, head, width)
            floats[0, MADE] = steps

    return run


class ReadRows:
    """The rows of an optimizer whose rule was read: what its lanes share, then their own."""

    def __init__(self, rule: Rule) -> None:
        self.alpha = 1
        self.states = 2
        self.before = self.states + len(rule.state)  # the regret's term, before a step
        self.head = self.before + 1


@cache
def read(
    rule: Rule, dtype: np.dtype[Any], x_dtype: np.dtype[Any], n_shared: int, n_c: int, asks: bool
) -> Any:
    """The pass of an optimizer whose rule was read, in the form that it has for lanes.

    A pack stops before the first step that its rule does not hold for.

    Args:
        rule: with α_t as the last of what ``move`` and ``holds`` take as c.
        dtype: of its arithmetic.
        x_dtype: of x.
        n_shared: how many numbers lanes share from step to step.
        n_c: how many the rule's ``at`` gives.
        asks: whether it depends on coordinates that the rule holds.
    """
    at, move, after, holds = rule.at, rule.move, rule.after, rule.holds
    load, store, narrow = columns(len(rule.state), dtype)
    narrow_c = columns(n_c, dtype).narrow
    real, x_real = numba.from_dtype(dtype), numba.from_dtype(x_dtype)
    place, own_at, lanes_at = ReadRows(rule), reals(dtype), reals(x_dtype)
    alphas, states, before, head = place.alpha, place.states, place.before, place.head
    rows, term, g_row = head + HEAD, head + int(Head.TERM), head + int(Head.G)
    load_hyper, store_hyper = across(n_shared)

    @c_function(STEPS, rule, dtype, x_dtype, n_shared, n_c, asks)
    def run(packs, first, last, size, slopes, factor, t, n, s, steps, in_tail):
        for p in range(first, last):
            begin = packs + p * size
            own, lanes = own_at(begin, rows), lanes_at(begin, rows)
            floats = numba.carray(doubles(begin), (rows, WIDTH))
            width, made = int(floats[0, PLAYING]), 0
            hyper = load_hyper(floats)
            for i in range(steps):
                by = call_factor(factor, s + i)
                c = narrow_c(at(n, 0.0, hyper))
                if asks:
                    for j in range(width):
                        floats[before, j] = floats[term, j]
                else:
                    whole = (real(lanes[head, 0]),) + load(own, states, 0)  # noqa: RUF005
                    if not holds(whole, real(0.0), c + (floats[alphas, 0] * by,)):  # noqa: RUF005
                        floats[0, STRANGE] = 0
                        break
                call_slopes(slopes, begin + head * ROW, t + i, width)
                if asks:
                    strange = -1
                    for j in range(width):
                        x = real(lanes[head, j])
                        whole = (x,) + load(own, states, j)  # noqa: RUF005
                        g, last_c = real(x_real(floats[g_row, j])), (floats[alphas, j] * by,)
                        if x == x and not holds(whole, g, c + last_c):
                            strange = j
                    if strange >= 0:
                        floats[0, STRANGE] = strange
                        for j in range(width):
                            floats[term, j] = floats[before, j]
                        break
                for j in range(width):
                    whole = (real(lanes[head, j]),) + load(own, states, j)  # noqa: RUF005
                    g, last_c = real(x_real(floats[g_row, j])), (floats[alphas, j] * by,)
                    whole, _ = move(whole, g, c + last_c)
                    store(own, states, j, narrow(whole[1:]))
                    lanes[head, j] = kept(lanes, head, j, x_real(whole[0]))
                hyper = after(n, 0.0, hyper)
                made += 1
                if in_tail:
                    count_tail(lanes, floats, head, width)
                if made % TERMS == 0:
                    count_regret(floats, head, width)
            count_regret(floats, head, width)
            store_hyper(floats, hyper)
            floats[0, MADE] = made

    return run
