"""One step of one coordinate: a rule with what surrounds it in an optimizer."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np

from breaking_adam.engine.spelled import spelled
from breaking_adam.rules import Rule
from breaking_adam.support.compilable import compilable


class Specialisation(NamedTuple):
    """A rule with all that decides the machine code of one step of one coordinate."""

    rule: Rule
    l2: bool
    decay: bool
    decay_absolute: bool
    maximize: bool
    dtype: np.dtype[Any]  # of x, the state and the arithmetic
    coefficients: int  # how many numbers the rule's ``at`` gives


class Tuples(NamedTuple):
    """Compiled helpers for tuples of one length."""

    load: Any  # (rows, k) -> tuple(row[k] for row in rows)
    store: Any  # (rows, k, values): row[k] = value for each
    narrow: Any  # values -> the values in the precision of the step


@cache
def tuples(n: int, dtype: np.dtype[Any]) -> Tuples:
    """The helpers for tuples of n."""
    load = "".join(f"rows[{i}][k], " for i in range(n))
    store = "; ".join(f"rows[{i}][k] = values[{i}]" for i in range(n))
    narrow = "".join(f"real(values[{i}]), " for i in range(n))
    return Tuples(
        spelled("load(rows, k)", f"return ({load})"),
        spelled("store(rows, k, values)", store or "pass"),
        spelled("narrow(values)", f"return ({narrow})", real=numba.from_dtype(dtype)),
    )


class Pairs(NamedTuple):
    """Compiled helpers for tuples of pairs."""

    lower: Any  # pairs -> tuple(pair[0] for pair in pairs)
    upper: Any  # pairs -> tuple(pair[1] for pair in pairs)
    paired: Any  # (below, above) -> tuple(zip(below, above)), which are one shorter


@cache
def pairs(n: int) -> Pairs:
    """The helpers for tuples of n pairs, and for making one of n − 1."""
    lower, upper = ("".join(f"pairs[{i}][{k}], " for i in range(n)) for k in (0, 1))
    paired = "".join(f"(below[{i}], above[{i}]), " for i in range(n - 1))
    return Pairs(
        spelled("lower(pairs)", f"return ({lower})"),
        spelled("upper(pairs)", f"return ({upper})"),
        spelled("paired(below, above)", f"return ({paired})"),
    )


@cache
def stepper(specialisation: Specialisation) -> Any:
    """(x, state, g, c, alpha, (l2, decay)) -> (x, state): the rule with weight decay around it."""
    move, real = specialisation.rule.move, numba.from_dtype(specialisation.dtype)
    narrow = tuples(len(specialisation.rule.state), specialisation.dtype).narrow
    maximize, absolute = specialisation.maximize, specialisation.decay_absolute
    use_l2, use_decay = specialisation.l2, specialisation.decay
    with_x = specialisation.rule.with_x

    @compilable
    def one(x, state, g, c, alpha, decays):
        l2, decay = decays
        if maximize:
            g = -g
        if use_l2:
            g = g + real(l2) * x
        if use_decay:
            x = x * real(1.0 - (decay if absolute else alpha * decay))
        if with_x:
            whole, _ = move((x,) + state, g, c)  # noqa: RUF005 - Numba's subset
            return real(whole[0]), narrow(whole[1:])
        state, dx = move(state, g, c)
        return real(x + dx), narrow(state)

    return one
