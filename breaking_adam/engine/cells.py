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
from breaking_adam.support.compilable import compilable

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
    """The rows of an optimizer with a written rule: the first, tunings, coefficients, states."""

    def __init__(self, specialisation: Specialisation, hypers: int) -> None:
        self.tuning = 1
        self.hyper = self.tuning + 1
        self.decays = self.hyper + hypers
        self.alphas = self.decays + 2
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
    place = WrittenRows(specialisation, hypers)
    tuning, hyper, decays, alphas = place.tuning, place.hyper, place.decays, place.alphas
    cs, powers, states, head = place.coefficients, place.powers, place.states, place.head
    slope, rows, lanes_at = head + int(Head.G), head + HEAD, reals(dtype)
    load, store, _ = columns(len(rule.state), dtype)
    take, keep, narrow = columns(specialisation.coefficients, dtype)
    hyper_of, decays_of = columns(hypers, DOUBLE).load, columns(2, DOUBLE).load
    one, at, from_corrections = stepper(specialisation), rule.at, coefficients_of(rule.at)
    corrects = from_corrections is not None
    coefficients: Any = from_corrections

    @compilable
    def move(lanes, j, c, alpha, decay):
        x, g = lanes[head, j], lanes[slope, j]
        x, state = one(x, load(lanes, states, j), g, c, alpha, decay)
        store(lanes, states, j, state)
        lanes[head, j] = kept(lanes, head, j, x)

    @compilable
    def anew(floats, j, n):
        """The powers of lane j as they are, and not from those of the step before."""
        floats[powers, j] = floats[hyper, j] ** float(n)
        floats[powers + 1, j] = floats[hyper + 1, j] ** float(n)

    @compilable
    def coefficients_next(floats, j, n, alpha, is_settled):
        """The coefficients of lane j, whose powers go on to the next step: once in each."""
        its = hyper_of(floats, hyper, j)
        if not corrects:
            return narrow(at(n, alpha, its))
        if is_settled:
            return narrow(coefficients(alpha, its, (1.0, 1.0)))
        first, second = floats[powers, j], floats[powers + 1, j]
        floats[powers, j], floats[powers + 1, j] = first * its[0], second * its[1]
        return narrow(coefficients(alpha, its, (1.0 - first, 1.0 - second)))

    @compilable
    def prepare(lanes, floats, width, n, by, is_settled):
        """The step sizes and the coefficients of many lanes, in loops without a branch."""
        for j in range(width):
            floats[alphas, j] = floats[tuning, j] * by
        if is_settled:
            for j in range(width):
                keep(lanes, cs, j, coefficients_next(floats, j, n, floats[alphas, j], True))
        else:
            for j in range(width):
                keep(lanes, cs, j, coefficients_next(floats, j, n, floats[alphas, j], False))

    @c_function(STEPS, specialisation, hypers)
    def run(packs, first, last, size, slopes, factor, t, n, s, steps, in_tail):
        for p in range(first, last):
            begin = packs + p * size
            lanes, floats = lanes_at(begin, rows), numba.carray(doubles(begin), (rows, WIDTH))
            width, alike = int(floats[0, PLAYING]), floats[0, ALIKE] != 0.0
            for i in range(steps):
                by, is_settled = call_factor(factor, s + i), n + i >= floats[0, SETTLED]
                if corrects and i % ANEW == 0:
                    for j in range(1 if alike else width):
                        anew(floats, j, n + i)
                call_slopes(slopes, begin + head * ROW, t + i, width)
                if alike:
                    alpha = floats[tuning, 0] * by
                    c, decay = (
                        coefficients_next(floats, 0, n + i, alpha, is_settled),
                        decays_of(floats, decays, 0),
                    )
                    for j in range(width):
                        move(lanes, j, c, alpha, decay)
                else:
                    prepare(lanes, floats, width, n + i, by, is_settled)
                    for j in range(width):
                        c, decay = take(lanes, cs, j), decays_of(floats, decays, j)
                        move(lanes, j, c, floats[alphas, j], decay)
                if in_tail:
                    count_tail(lanes, floats, head, width)
                if (i + 1) % TERMS == 0:
                    count_regret(floats, head, width)
            count_regret(floats, head, width)
            floats[0, MADE] = steps

    return run


class ReadRows:
    """The rows of an optimizer whose rule was read: what its lanes share, then their own."""

    def __init__(self, rule: Rule) -> None:
        self.alpha = 1
        self.before = 2  # the term of the regret, before a step
        self.states = self.before + 1
        self.head = self.states + len(rule.state)


@cache
def read(
    rule: Rule, dtype: np.dtype[Any], x_dtype: np.dtype[Any], shared: int, c_length: int, asks: bool
) -> Any:
    """The pass of an optimizer whose rule was read, in the form that it has for lanes.

    A pack stops before the first step that its rule does not hold for.

    Args:
        rule: with α_t as the last of what ``move`` and ``holds`` take as c.
        dtype: of its arithmetic.
        x_dtype: of x.
        shared: how many numbers lanes share from step to step.
        c_length: how many the rule's ``at`` gives.
        asks: whether it depends on coordinates that the rule holds.
    """
    place, real, x_real = ReadRows(rule), numba.from_dtype(dtype), numba.from_dtype(x_dtype)
    alphas, before, states, head = place.alpha, place.before, place.states, place.head
    slope, term, rows = head + int(Head.G), head + int(Head.TERM), head + HEAD
    own_at, lanes_at = reals(dtype), reals(x_dtype)
    load, store, narrow = columns(len(rule.state), dtype)
    load_shared, store_shared = across(shared)
    narrow_c = columns(c_length, dtype).narrow
    at, after, holds, move = rule.at, rule.after, rule.holds, rule.move

    @compilable
    def given(own, lanes, floats, j, c, by):
        """What the rule takes in lane j."""
        state = (real(lanes[head, j]),) + load(own, states, j)  # noqa: RUF005 - Numba's subset
        g, own_c = real(lanes[slope, j]), (floats[alphas, j] * by,)
        return state, g, c + own_c

    @compilable
    def strange(own, lanes, floats, width, c, by):
        """A lane for which the rule does not hold, or −1."""
        found = -1
        for j in range(width):
            state, g, own_c = given(own, lanes, floats, j, c, by)
            diverged = asks and state[0] != state[0]  # NaN
            if not diverged and not holds(state, g, own_c):
                found = j
        return found

    @c_function(STEPS, rule, dtype, x_dtype, shared, c_length, asks)
    def run(packs, first, last, size, slopes, factor, t, n, s, steps, in_tail):
        for p in range(first, last):
            begin = packs + p * size
            own, lanes = own_at(begin, rows), lanes_at(begin, rows)
            floats = numba.carray(doubles(begin), (rows, WIDTH))
            width, made, lost = int(floats[0, PLAYING]), 0, -1
            hyper = load_shared(floats)
            while made < steps:
                by = call_factor(factor, s + made)
                c = narrow_c(at(n, 0.0, hyper))
                if not asks:  # what all share says whether it holds
                    lost = strange(own, lanes, floats, 1, c, by)
                    if lost >= 0:
                        break
                if asks:
                    for j in range(width):
                        floats[before, j] = floats[term, j]
                call_slopes(slopes, begin + head * ROW, t + made, width)
                if asks:
                    lost = strange(own, lanes, floats, width, c, by)
                    if lost >= 0:
                        for j in range(width):
                            floats[term, j] = floats[before, j]
                        break
                for j in range(width):
                    state, g, own_c = given(own, lanes, floats, j, c, by)
                    state, _ = move(state, g, own_c)
                    store(own, states, j, narrow(state[1:]))
                    lanes[head, j] = kept(lanes, head, j, x_real(state[0]))
                hyper = after(n, 0.0, hyper)
                made += 1
                if in_tail:
                    count_tail(lanes, floats, head, width)
                if made % TERMS == 0:
                    count_regret(floats, head, width)
            count_regret(floats, head, width)
            store_shared(floats, hyper)
            floats[0, MADE], floats[0, STRANGE] = made, lost

    return run
