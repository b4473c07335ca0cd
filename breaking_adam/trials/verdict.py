"""What a run shows: did the optimizer end at the best point, at the worst, or neither yet?

The verdict is on the tail, the last half of the run, and not on its last point:

- The tail is *at* an end of the domain when the medians of x over its first and its second half
  are both within 5% of the domain's width of it: a single rare slope may throw x off for a while.
- Its *price* is its regret per step. It is low below half of what staying at the worst point
  costs, and it *vanishes* if the last quarter of the run cost less than 0.9 of the one before.

Then it is the *best point* at x* at a low price, the *worst point* at the worst point at a high
one, and *best point at a price* at x* at a high price that does not vanish: more steps would not
change it. It has *diverged* at NaN, and where without bounds the tail is farther from x* than x_1
was and goes on from there. All else is *undecided*, and so is a run of fewer than twenty cycles of
its problem.

Where no point is known to be the worst, there is no price to compare with, and every price is low;
"near" then means 5% of the way that x had to go from x_1.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from breaking_adam.problems import Problem
from breaking_adam.problems.problem import distance

#: How near a point x must be to be there, as a part of the problem's width.
NEAR = 0.05

#: The price of the last quarter, as a part of that of the quarter before, from which it stays.
STAYS = 0.9

#: The fewest cycles of the problem, such as periods, that a run must have seen to be judged.
CYCLES = 20

#: The fewest points of a tail, and the fewest by which two quarters can be compared.
POINTS, POINTS_TO_COMPARE = 2, 4

#: The words of a verdict.
WORDS = ("best point", "worst point", "best point at a price", "undecided", "diverged")

#: A number, or one for each of several runs.
Number = Any


class Verdict(NamedTuple):
    """A word and the reason for it; the words are :data:`WORDS`."""

    word: str
    reason: str


class Case(IntEnum):
    """What may be seen of a run, the first that holds."""

    NO_POINT = 0
    DIVERGED = 1
    FLAT = 2
    SHORT = 3
    SINGLE = 4
    BEST = 5
    WORST = 6
    WORST_FOR_LITTLE = 7
    FEW_AT_STAR = 8
    FALLING = 9
    AT_A_PRICE = 10
    MOVING = 11
    BETWEEN = 12
    AWAY = 13

    @property
    def word(self) -> str:
        return _WORD.get(self, "undecided")


_WORD = {
    Case.BEST: "best point",
    Case.WORST: "worst point",
    Case.AT_A_PRICE: "best point at a price",
    Case.DIVERGED: "diverged",
    Case.AWAY: "diverged",
}


class Evidence(NamedTuple):
    """What a verdict rests on: a number for each run, but for ``points``.

    Args:
        points: those of the tail.
        middle: the median of x over the tail's first half.
        last: the same over its second half.
        price: the regret per step of the tail.
        before: the same of the third quarter of the run.
        after: the same of the last quarter.
    """

    points: int
    middle: Number
    last: Number
    price: Number
    before: Number
    after: Number


def evidence(steps: np.ndarray, x: np.ndarray, average_regret: np.ndarray) -> Evidence:
    """Of runs that were recorded after the same steps, shapes (points,) and (points, …)."""
    tail = x[steps >= steps[-1] / 2]
    with np.errstate(invalid="ignore"):  # where a run has diverged
        return _evidence(tail, steps, average_regret)


def _evidence(tail: np.ndarray, steps: np.ndarray, average_regret: np.ndarray) -> Evidence:
    prices = (
        _price(steps, average_regret, *part) for part in ((1 / 2, 1), (1 / 2, 3 / 4), (3 / 4, 1))
    )
    return Evidence(len(tail), *medians(tail, 2), *prices)


def medians(tail: np.ndarray, parts: int) -> np.ndarray:
    """The medians of a tail, shape (points, …), over so many equal parts of it; shape (parts, …).

    Where there are fewer points than parts, each of them is the median of all.

    >>> medians(np.array([1.0, 5.0, 2.0, 3.0]), 2)
    array([3. , 2.5])
    """
    some = np.array_split(tail, parts) if len(tail) >= parts else [tail] * parts
    return np.array([np.median(part, axis=0) for part in some])


def known_of(problem: Problem) -> dict[str, Any]:
    """What :func:`cases` and :func:`judge` have to know of a problem."""
    return {
        "best": problem.best,
        "x_worst": problem.x_worst,
        "worst_average_regret": problem.worst_average_regret,
        "cycle": problem.cycle,
        "width": problem.width,
    }


@np.errstate(invalid="ignore")  # where a run has diverged
def cases(
    steps: np.ndarray,
    x: np.ndarray,
    average_regret: np.ndarray,
    *,
    best: Number,
    x_worst: Number,
    worst_average_regret: Number,
    cycle: Number,
    width: Number,
    near: Number = None,
) -> np.ndarray:
    """What is seen of each run, as numbers of :class:`Case`; the arguments of :func:`judge`.

    The numbers but for the steps may be of several runs: x and R_t/t then have the shape
    (points, runs), ``best`` has (runs, 2), and the others have (runs,).
    """
    if not len(steps):
        return np.full(np.shape(x)[1:], Case.NO_POINT, np.uint8)
    seen = evidence(steps, x, average_regret)
    # Where no point is known to be the worst, a price is low.
    is_low = ~(seen.price >= worst_average_regret / 2)
    near = NEAR * np.asarray(width) if near is None else near
    ends = np.moveaxis(np.asarray(best, float), -1, 0)
    middle, last = distance(seen.middle, *ends), distance(seen.last, *ends)
    at_best = (middle <= near) & (last <= near)
    at_worst = (np.abs(seen.middle - x_worst) <= near) & (np.abs(seen.last - x_worst) <= near)
    first_that_holds = {
        Case.DIVERGED: ~(np.isfinite(x[-1]) & np.isfinite(average_regret[-1])),
        Case.FLAT: worst_average_regret == 0,
        Case.SHORT: steps[-1] < CYCLES * np.asarray(cycle),
        Case.SINGLE: seen.points < POINTS,
        Case.BEST: at_best & is_low,
        Case.WORST: at_worst & ~is_low,
        Case.WORST_FOR_LITTLE: at_worst,
        Case.FEW_AT_STAR: at_best & (seen.points < POINTS_TO_COMPARE),
        Case.FALLING: at_best & (seen.after < STAYS * seen.before),
        Case.AT_A_PRICE: at_best,
        Case.AWAY: (last > width) & (last - middle > near),
        Case.MOVING: np.abs(seen.last - seen.middle) > near,
    }
    shape = np.shape(x[-1])
    conditions = [np.broadcast_to(holds, shape) for holds in first_that_holds.values()]
    return np.select(conditions, list(first_that_holds), Case.BETWEEN).astype(np.uint8)


@np.errstate(invalid="ignore")
def judge(
    steps: np.ndarray,
    x: np.ndarray,
    average_regret: np.ndarray,
    *,
    best: tuple[float, float],
    x_worst: float,
    worst_average_regret: float,
    cycle: float,
    width: float,
    near: float | None = None,
) -> Verdict:
    """Judge a run by where its last half was and by what that cost.

    Args:
        steps: the numbers of steps played at which it was recorded, rising, shape (points,).
        x: x after each of them, shape (points,).
        average_regret: R_t/t after each of them, shape (points,); NaN where there is none.
        best: the lowest and the highest of the best fixed points.
        x_worst: the worst one; NaN where none is known.
        worst_average_regret: R_T/T of staying there; NaN where that is not known.
        cycle: the steps in which the problem shows all that it has, such as its period.
        width: of the domain or, without bounds, the way from x_1 to the best points.
        near: how far from a point is at it; None for 5% of the width.

    >>> t = np.arange(1000, 11_000, 1000)
    >>> known = {"best": (-1, -1), "x_worst": 1, "worst_average_regret": 0.2, "cycle": 1}
    >>> known["width"] = 2
    >>> judge(t, np.full(10, 0.99), np.full(10, 0.21), **known)
    Verdict(word='worst point', reason='x stays at +1, for 0.21 a step, against 0.2 for +1 itself')
    >>> judge(t, np.full(10, -0.97), np.full(10, 0.33), **known).word
    'best point at a price'
    >>> known = {**known, "x_worst": np.nan, "worst_average_regret": np.nan}
    >>> judge(t, np.full(10, -0.97), np.full(10, np.nan), **known).reason
    'x stays at -1, |x − x*| ≤ 0.03 for nine tenths of the time'
    """
    known = {"best": best, "x_worst": x_worst, "worst_average_regret": worst_average_regret}
    is_kept = not np.isnan(average_regret).all()
    regret = average_regret if is_kept else np.zeros(np.shape(steps))
    case = Case(int(cases(steps, x, regret, **known, cycle=cycle, width=width, near=near)))
    if case is Case.NO_POINT:
        return Verdict(case.word, "there is no point yet: run more steps")
    seen, end = evidence(steps, x, regret), steps[-1]
    tail = x[steps >= end / 2]
    low, high = np.quantile(tail, (0.1, 0.9))
    away = np.quantile(distance(tail, *best), 0.9)
    low_end, high_end = (f"{end:+g}" if end else "0" for end in best)
    star = low_end if low_end == high_end else f"{low_end} to {high_end}"
    costs = (
        f"|x − x*| ≤ {away:.3g} for nine tenths of the time"
        if np.isnan(worst_average_regret)
        else f"for {seen.price:.3g} a step, against {worst_average_regret:.3g} for {x_worst:+g} "
        "itself"
    )
    far = " to ".join(f"{distance(place, *best):.3g}" for place in (seen.middle, seen.last))
    # A point that is left and come back to costs more than staying there.
    stays = "stays" if seen.price <= 2 * worst_average_regret else "is most of the time"
    reasons = {
        Case.DIVERGED: f"x is no finite number after step {end:,}",
        Case.FLAT: "on average every point costs the same here",
        Case.SHORT: f"{end:,} steps are too few to say: the problem takes {cycle:,.0f} to show all "
        f"it has, and {CYCLES} times that is the least",
        Case.SINGLE: "a single point is no tail: log more often",
        Case.BEST: f"x stays at {star}, {costs}",
        Case.WORST: f"x {stays} at {x_worst:+g}, {costs}",
        Case.WORST_FOR_LITTLE: f"x stays at {x_worst:+g}, but only {costs}: run more steps",
        Case.FEW_AT_STAR: f"x stays at {star}, but {costs}: log more often to see if that falls",
        Case.FALLING: f"x stays at {star}, but {costs}, and falling, {seen.before:.3g} to "
        f"{seen.after:.3g} from the third quarter to the last: run more steps",
        Case.AT_A_PRICE: f"x stays near {star}, but {costs}, and not falling: a smaller or "
        "falling α costs less, more steps do not",
        Case.AWAY: f"x goes away from {star}: it was {far} from it, and began at {width:.3g}",
        Case.MOVING: f"x still moves, from {seen.middle:+.3g} to {seen.last:+.3g}: run more steps",
        Case.BETWEEN: f"x stays at neither end, from {low:+.3g} to {high:+.3g}, {costs}"
        if np.isfinite(x_worst)
        else f"x stays off {star}, from {low:+.3g} to {high:+.3g}",
    }
    return Verdict(case.word, reasons[case])


def _price(steps: np.ndarray, average_regret: np.ndarray, start: float, stop: float) -> Number:
    """The regret per step between two parts of the run, interpolated between its points."""
    end = steps[-1]
    return (
        _regret(steps, average_regret, stop * end) - _regret(steps, average_regret, start * end)
    ) / ((stop - start) * end)


def _regret(steps: np.ndarray, average_regret: np.ndarray, at: float) -> Number:
    """R_t at a step within the run."""
    k = int(np.searchsorted(steps, at))
    above = average_regret[k] * steps[k]
    if k == 0:
        return above * at / steps[0]
    below = average_regret[k - 1] * steps[k - 1]
    return below + (above - below) * (at - steps[k - 1]) / (steps[k] - steps[k - 1])
