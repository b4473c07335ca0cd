"""One step of one replica on a problem: the body of every loop over steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numba

from breaking_adam.engine.step import Specialisation, stepper, tuples
from breaking_adam.problems.cost import Cost
from breaking_adam.problems.two_sum import add
from breaking_adam.rules.rule import always, keep
from breaking_adam.support.compilable import compilable

Schedule = Callable[[int], float]


class Clock(NamedTuple):
    """The numbers of the next step: each counts something that may have begun at another time."""

    t: int  # the problem's t, by which it shows its costs
    n: int  # the optimizer's own count, by which moments are corrected
    s: int  # the steps of the problem, by which the step size falls


class Tuning(NamedTuple):
    """What an optimizer is set to."""

    alpha: float
    hyper: tuple[float, ...]
    decays: tuple[float, float]  # added to the gradient, and of x itself


class Task(NamedTuple):
    """What a problem is set to."""

    low: float
    high: float
    x_star: float
    constants: tuple[Any, ...]


class Lane(NamedTuple):
    """What a replica carries from step to step."""

    x: float
    state: tuple[float, ...]
    regret: tuple[float, float]


class Player(NamedTuple):
    """Compiled functions of an optimizer on a problem."""

    #: (clock, i, tuning) -> (α_t, c): what the i-th step from the clock's has in common for all
    #: lanes that share a tuning.
    prepare: Any
    #: (lane, t, key, task, shared, decays) -> (lane, f_t(x_t)), with what ``prepare`` gave.
    advance: Any
    #: (lane, t, key, task, shared) -> whether the rule says what this step is.
    holds: Any
    #: (clock, i, tuning) -> tuning: after that step.
    after: Any


@cache
def player(specialisation: Specialisation, cost: Cost, schedule: Schedule) -> Player:
    """The step of an optimizer on a problem, to be inlined into a loop.

    A rule that always holds, and hyperparameters that stay as they are, need no code of their own.
    """
    rule, real = specialisation.rule, numba.from_dtype(specialisation.dtype)
    at, known, later, with_x = rule.at, rule.holds, rule.after, rule.with_x
    narrow = tuples(specialisation.coefficients, specialisation.dtype).narrow
    one, f_at = stepper(specialisation), cost.at

    @compilable
    def prepare(clock, i, tuning):
        alpha = tuning.alpha * schedule(clock.s + i)
        return alpha, narrow(at(clock.n + i, alpha, tuning.hyper))

    @compilable
    def advance(lane, t, key, task, shared, decays):
        x, state, (total, rest) = lane
        alpha, c = shared
        f, g = f_at(x, t, key, task.constants)
        f_star, _ = f_at(task.x_star, t, key, task.constants)
        regret = add(total, rest, f - f_star)
        x, state = one(x, state, real(g), c, alpha, decays)
        # Π_F, which leaves NaN as it is.
        x = real(task.low) if x < task.low else (real(task.high) if x > task.high else x)
        return Lane(x, state, regret), f

    @compilable
    def holds(lane, t, key, task, shared):
        _, g = f_at(lane.x, t, key, task.constants)
        state = (lane.x,) + lane.state if with_x else lane.state  # noqa: RUF005 - Numba's subset
        return known(state, real(g), shared[1])

    @compilable
    def after(clock, i, tuning):
        alpha = tuning.alpha * schedule(clock.s + i)
        hyper = later(clock.n + i, alpha, tuning.hyper)
        return Tuning(tuning.alpha, hyper, tuning.decays)

    return Player(
        prepare,
        advance,
        _always if known is always else holds,
        _keep if later is keep else after,
    )


@compilable
def _always(lane, t, key, task, shared):
    return True


@compilable
def _keep(clock, i, tuning):
    return tuning
