"""What a run shows: did the optimizer end at the best point, at the worst, or neither yet?

The verdict is on the tail, the last half of the run, and not on its last point:

- The tail is *at* an end of the domain when the medians of x over its first and its second half
  are both within 5% of the domain's width of it: a single rare slope may throw x off for a while.
- Its *price* is its regret per step. It is low below half of what staying at the worst point
  costs, and it *vanishes* if the last quarter of the run cost less than 0.9 of the one before.

Then it is the *best point* at x* at a low price, the *worst point* at the worst point at a high
one, and *best point at a price* at x* at a high price that does not vanish: more steps would not
change it. All else is *undecided*, and so is a run of fewer than twenty cycles of its problem.
"""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

import numpy as np

#: How near an end of the domain x must be to be there, as a part of the domain's width.
NEAR = 0.05

#: The price of the last quarter, as a part of that of the quarter before, from which it stays.
STAYS = 0.9

#: The fewest cycles of the problem, such as periods, that a run must have seen to be judged.
CYCLES = 20

#: The fewest points of a tail, and the fewest by which two quarters can be compared.
POINTS, POINTS_TO_COMPARE = 2, 4


class Verdict(NamedTuple):
    """A word and the reason for it.

    The words are "best point", "worst point", "best point at a price", "undecided", "diverged".
    """

    word: str
    reason: str


def judge(
    steps: np.ndarray,
    x: np.ndarray,
    average_regret: np.ndarray,
    *,
    x_star: float,
    x_worst: float,
    worst_average_regret: float,
    cycle: float = 1.0,
) -> Verdict:
    """Judge a run by where its last half was and by what that cost.

    Args:
        steps: the numbers of steps played at which it was recorded, rising, shape (points,).
        x: x after each of them, shape (points,).
        average_regret: R_t/t after each of them, shape (points,).
        x_star: the best fixed point.
        x_worst: the worst one.
        worst_average_regret: R_T/T of staying there.
        cycle: the steps in which the problem shows all that it has, such as its period.

    >>> t = np.arange(1000, 11_000, 1000)
    >>> ends = {"x_star": -1, "x_worst": 1, "worst_average_regret": 0.2}
    >>> judge(t, np.full(10, 0.99), np.full(10, 0.21), **ends)
    Verdict(word='worst point', reason='x stays at +1, for 0.21 a step, against 0.2 for +1 itself')
    >>> judge(t, np.full(10, -0.97), np.full(10, 0.33), **ends).word
    'best point at a price'
    """
    if not len(steps):
        return Verdict("undecided", "there is no point yet: run more steps")
    end = steps[-1]
    if not (isfinite(x[-1]) and isfinite(average_regret[-1])):
        return Verdict("diverged", f"x is no finite number after step {end:,}")
    if worst_average_regret == 0:
        return Verdict("undecided", "on average every point costs the same here")
    if end < CYCLES * cycle:
        return Verdict(
            "undecided",
            f"{end:,} steps are too few to say: the problem takes {cycle:,.0f} to show all it has, "
            f"and {CYCLES} times that is the least",
        )
    tail = x[steps >= end / 2]
    if len(tail) < POINTS:
        return Verdict("undecided", "a single point is no tail: log more often")
    price = _price(steps, average_regret, 1 / 2, 1)
    costs = f"for {price:.3g} a step, against {worst_average_regret:.3g} for {x_worst:+g} itself"
    is_low = price < worst_average_regret / 2
    near = NEAR * abs(x_worst - x_star)
    middle, last = (float(np.median(part)) for part in np.array_split(tail, 2))
    at_star, at_worst = (
        abs(middle - place) <= near and abs(last - place) <= near for place in (x_star, x_worst)
    )
    if at_star and is_low:
        return Verdict("best point", f"x stays at {x_star:+g}, {costs}")
    if at_worst and not is_low:
        return Verdict("worst point", f"x stays at {x_worst:+g}, {costs}")
    if at_worst:
        return Verdict("undecided", f"x stays at {x_worst:+g}, but only {costs}: run more steps")
    if at_star:
        return _at_a_price(len(tail), steps, average_regret, x_star, costs)
    if abs(last - middle) > near:
        return Verdict(
            "undecided", f"x still moves, from {middle:+.3g} to {last:+.3g}: run more steps"
        )
    low, high = np.quantile(tail, (0.1, 0.9))
    return Verdict("undecided", f"x stays at neither end, from {low:+.3g} to {high:+.3g}, {costs}")


def _at_a_price(
    points: int, steps: np.ndarray, average_regret: np.ndarray, x_star: float, costs: str
) -> Verdict:
    """The verdict on a tail at x* that costs too much for the best point."""
    if points < POINTS_TO_COMPARE:
        return Verdict(
            "undecided", f"x stays at {x_star:+g}, but {costs}: log more often to see if that falls"
        )
    before = _price(steps, average_regret, 1 / 2, 3 / 4)
    after = _price(steps, average_regret, 3 / 4, 1)
    if after < STAYS * before:
        return Verdict(
            "undecided",
            f"x stays at {x_star:+g}, but {costs}, and falling, {before:.3g} to {after:.3g} from "
            "the third quarter to the last: run more steps",
        )
    return Verdict(
        "best point at a price",
        f"x stays near {x_star:+g}, but {costs}, and not falling: a smaller or falling α costs "
        "less, more steps do not",
    )


def _price(steps: np.ndarray, average_regret: np.ndarray, start: float, stop: float) -> float:
    """The regret per step between two parts of the run, interpolated between its points."""
    known = np.concatenate(([0.0], steps)), np.concatenate(([0.0], average_regret * steps))
    first, last = np.interp((start * steps[-1], stop * steps[-1]), *known)
    return float((last - first) / ((stop - start) * steps[-1]))
