"""What a run on a counterexample comes to, judged by its tail and not by its last point.

x is *near* a point within the counterexample's ``near``: mostly 5% of the problem's width, which is
that of the box or, without one, the way from x_1 to the best points. The tail is the last half of
the run, in two halves of its own; of the last tenth of the steps the mean and the spread (standard
deviation) are known. A run

- **diverges** if x is no finite number in the end, or if its distance to the best points grows to
  more than twice the width;
- is **undecided** if it has seen fewer than twenty cycles of its problem;
- **solves** the problem if the medians of its distance over both halves of the tail are near 0, and
  the mean of the last tenth is near the best points as well: more than a rare slope throws off; and
  if it is not on its way past them or away, crawling one way while its distance does not fall. One
  that began near them and has never been elsewhere shows nothing, and is **undecided**;
- comes to a **wrong point** if it is near another end of the box in both halves of the tail, or on
  its way there: its distance to the best points grows, and in the last half of the tail x is nearer
  to that end than to where it began;
- is **stuck** if it stays near where it began;
- comes to a **wrong point**, too, if it stays elsewhere, away from the best points by more than
  twice its spread;
- is **stuck**, too, if it goes back and forth across the best points and comes no nearer: the step
  size is constant, and the distance of the second half no less than 0.9 of that of the first;
- is **undecided** if it still moves, or comes nearer going back and forth: it needs more steps.

x *stays* if its medians over both halves of the tail are no further apart than near, or than three
times its spread, and it does not crawl. It *crawls* if x goes one way or wanders, or its distance
falls, at a pace at which ten times as many steps would take it on by more than near: the
√t of a step size that falls is no rest, a sum of steps that converges is, and too small a step
size is undecided as long as ten runs more would show it. Something *goes one way*, grows or falls
if the later of two points of the tail is the higher one in 70% of all pairs or more, or in 30% or
fewer: points that are drawn anew each time do so once in a thousand. And x *wanders* if its spread
over the tail is more than 1.5 times that over the last tenth: noise that is held has the same, and
a walk of steps that add up 2.2 times as much.

:mod:`breaking_adam.trials.verdict` judges runs of linear problems, on which all points but two
ends are on the way, by place and price. Here there need be no price and no other end; what both
see of a tail, and by which numbers, is the same.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from breaking_adam.problems.problem import distance
from breaking_adam.trials.verdict import CYCLES, STAYS, medians

#: The words of an outcome.
WORDS = ("solves", "wrong point", "stuck", "diverges", "undecided")

#: How many times the problem's width x is off when it has left for good.
GONE = 2.0

#: The least excess of pairs that go one way, over those that go the other.
TREND = 0.4

#: How many times its spread over the last tenth x has over the tail where it wanders.
WANDERS = 1.5

#: How many times as many steps a crawl is given.
MORE = 10

#: Numbers, one for each run.
Numbers = Any


class Outcome(IntEnum):
    """What is seen of a run, the first that holds."""

    NOT_FINITE = 0
    LEAVES = 1
    SHORT = 2
    NEVER_ELSEWHERE = 3
    SOLVES = 4
    AT_AN_END = 5
    TO_AN_END = 6
    AT_THE_START = 7
    MOVES = 8
    ELSEWHERE = 9
    BACK_AND_FORTH = 10
    NARROWS = 11

    @property
    def word(self) -> str:
        """One of :data:`WORDS`."""
        return _WORD.get(self, "undecided")

    @property
    def reason(self) -> str:
        """What was seen, in words."""
        return _REASON[self]


_WORD = {
    Outcome.NOT_FINITE: "diverges",
    Outcome.LEAVES: "diverges",
    Outcome.SOLVES: "solves",
    Outcome.AT_THE_START: "stuck",
    Outcome.AT_AN_END: "wrong point",
    Outcome.TO_AN_END: "wrong point",
    Outcome.ELSEWHERE: "wrong point",
    Outcome.BACK_AND_FORTH: "stuck",
}

_REASON = {
    Outcome.NOT_FINITE: "x is no finite number",
    Outcome.LEAVES: "x has left the best points for good",
    Outcome.SHORT: "the problem takes longer to show all that it has",
    Outcome.NEVER_ELSEWHERE: "x began near the best points and has never left them",
    Outcome.SOLVES: "x stays near the best points",
    Outcome.AT_THE_START: "x stays where it began",
    Outcome.AT_AN_END: "x is at another end of the box",
    Outcome.TO_AN_END: "x goes to another end of the box",
    Outcome.MOVES: "x still moves",
    Outcome.ELSEWHERE: "x stays away from the best points",
    Outcome.BACK_AND_FORTH: "x goes back and forth across the best points and comes no nearer",
    Outcome.NARROWS: "x goes back and forth across the best points and comes nearer",
}


class Question(NamedTuple):
    """What a counterexample asks.

    Args:
        best: the best points, (low, high); both are x* where there is one.
        domain: the box, (low, high), its ends infinite where there is none.
        start: x_1.
        near: how far from a point is near it.
        width: how large the problem is.
        cycle: the steps in which the problem shows all that it has.
        falls: whether the step size falls.
    """

    best: tuple[float, float]
    domain: tuple[float, float]
    start: float
    near: float
    width: float
    cycle: float
    falls: bool

    def distance(self, x: Numbers) -> np.ndarray:
        """How far x is from the best points."""
        return distance(x, *self.best)


class Tail(NamedTuple):
    """What a run's outcome rests on, a number for each run.

    Args:
        x: x after the last step.
        halves: medians of x over the tail's halves, shape (2, …).
        away: medians of the distance over its halves, shape (2, …).
        trend: :func:`trend` of x over the tail.
        trend_away: the same of the distance.
        mean: of x over the last tenth of the steps.
        spread: its standard deviation.
        tail_spread: that of x over the points of the tail.
        farthest: the largest distance to the best points over the whole run.
    """

    x: Numbers
    halves: Numbers
    away: Numbers
    trend: Numbers
    trend_away: Numbers
    mean: Numbers
    spread: Numbers
    tail_spread: Numbers
    farthest: Numbers


def tail_of(question: Question, t: np.ndarray, x: Numbers, mean: Numbers, spread: Numbers) -> Tail:
    """The tail of runs that were recorded after the same steps.

    Args:
        question: of the counterexample that was played.
        t: the steps, rising, shape (points,); some thirty of them should be in the last half.
        x: x after each of them, shape (points, …).
        mean: of x over the last tenth of all steps, shape (…).
        spread: its standard deviation, shape (…).
    """
    tail = x[t > t[-1] / 2]
    with np.errstate(invalid="ignore", over="ignore"):  # where a run has diverged
        d = question.distance(tail)
        return Tail(
            x=x[-1],
            halves=medians(tail, 2),
            away=medians(d, 2),
            trend=trend(tail),
            trend_away=trend(d),
            mean=mean,
            spread=spread,
            tail_spread=tail.std(axis=0),
            farthest=question.distance(x).max(axis=0),
        )


def trend(values: np.ndarray) -> np.ndarray:
    """Kendall's τ of values over time: of all pairs, those that rise less those that fall.

    Args:
        values: in their order, shape (points, …).

    Returns:
        A number from −1 to 1 for each of the rest of the shape.

    >>> trend(np.array([1.0, 2.0, 4.0, 3.0])).item()  # five pairs rise and one falls
    0.6666666666666666
    """
    count = len(values)
    total = sum(np.sign(values[k:] - values[:-k]).sum(axis=0) for k in range(1, count))
    return np.asarray(total / (count * (count - 1) / 2))


def outcomes(question: Question, steps: int, seen: Tail) -> np.ndarray:
    """The numbers of each run's :class:`Outcome`, shape (…), int8.

    Args:
        question: of the counterexample that was played.
        steps: of each run.
        seen: the runs' tails.

    >>> t = np.arange(1, 65) * 100
    >>> asked = Question((-1, -1), (-1, 1), 0.0, 0.1, 2.0, cycle=101, falls=True)
    >>> x = np.full(64, 0.97)
    >>> Outcome(outcomes(asked, 6400, tail_of(asked, t, x, 0.97, 0.01))).word
    'wrong point'
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return _outcomes(question, steps, seen)


def _outcomes(question: Question, steps: int, seen: Tail) -> np.ndarray:
    near = question.near
    off = question.distance(seen.mean)

    def all_near(values: Numbers, place: float) -> Any:
        return (np.abs(values - place) <= near).all(axis=0)

    shift = np.abs(seen.halves[1] - seen.halves[0])
    nearer = seen.away[0] - seen.away[1]
    # From the middle of one half to that of the other is a quarter of the run.
    goes = (np.abs(seen.trend) > TREND) | (seen.tail_spread > WANDERS * seen.spread)
    crawls = goes & (4 * MORE * shift > near)
    crawls |= (seen.trend_away < -TREND) & (4 * MORE * nearer > near)
    passes = (np.abs(seen.trend) > TREND) & (4 * MORE * shift > near)
    passes &= (seen.trend_away >= -TREND) & (seen.away[1] > 0)
    stays = (shift <= np.maximum(near, 3 * seen.spread)) & ~crawls
    at_end: Any = False
    to_end: Any = False
    last, grows = seen.halves[1], seen.trend_away > TREND
    for end in question.domain:
        if np.isfinite(end) and question.distance(end) > near:
            at_end = at_end | all_near(seen.halves, end)
            nearer_to_it = np.abs(last - end) < np.abs(last - question.start)
            to_end = to_end | (grows & nearer_to_it)
    first_that_holds = {
        Outcome.NOT_FINITE: ~np.isfinite(seen.x),
        Outcome.LEAVES: grows & (seen.away[1] > GONE * question.width),
        Outcome.SHORT: steps < CYCLES * question.cycle,
        Outcome.NEVER_ELSEWHERE: (question.distance(question.start) <= near)
        & (seen.farthest <= near),
        Outcome.SOLVES: (seen.away <= near).all(axis=0) & (off <= near) & ~passes,
        Outcome.AT_AN_END: at_end,
        Outcome.TO_AN_END: to_end,
        Outcome.AT_THE_START: stays & all_near(seen.halves, question.start) & (seen.spread <= near),
        Outcome.MOVES: ~stays,
        Outcome.ELSEWHERE: off > 2 * seen.spread,
        Outcome.BACK_AND_FORTH: (seen.away[1] >= STAYS * seen.away[0]) & ~np.bool_(question.falls),
    }
    shape = np.shape(seen.x)
    conditions = [np.broadcast_to(holds, shape) for holds in first_that_holds.values()]
    return np.select(conditions, list(first_that_holds), Outcome.NARROWS).astype(np.int8)
