"""What a run shows: did the optimizer end at the best point, at the worst, or neither yet?"""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

#: How near an end of the domain x must be to be there, as a part of the domain's width.
NEAR = 0.05


class Verdict(NamedTuple):
    """A word ("best point", "worst point", "undecided", "diverged") and the reason for it."""

    word: str
    reason: str


def judge(
    x: float,
    average_regret: float,
    steps: int,
    *,
    x_star: float,
    x_worst: float,
    worst_average_regret: float,
) -> Verdict:
    """Judge a run by where it ended and by what it cost.

    It ends at a point when x_T is within 5% of the domain's width of it and R_T/T is on the same
    side of half the regret of staying at the worst point; otherwise it is undecided.

    Args:
        x: x_T.
        average_regret: R_T/T.
        steps: T.
        x_star: the best fixed point.
        x_worst: the worst one.
        worst_average_regret: R_T/T of staying there.

    >>> judge(0.99, 0.21, 10**6, x_star=-1, x_worst=1, worst_average_regret=20 / 101)
    Verdict(word='worst point', reason='x_T ≈ +1 and R_T/T = 0.21, against 0.198 for staying at +1')
    """
    if not (isfinite(x) and isfinite(average_regret)):
        return Verdict("diverged", f"x is no finite number after step {steps:,}")
    near = NEAR * abs(x_worst - x_star)
    compared = (
        f"R_T/T = {average_regret:.3g}, against {worst_average_regret:.3g} "
        f"for staying at {x_worst:+g}"
    )
    cheap = average_regret < worst_average_regret / 2
    if abs(x - x_star) <= near and cheap:
        return Verdict("best point", f"x_T ≈ {x_star:+g} and {compared}")
    if abs(x - x_worst) <= near and not cheap:
        return Verdict("worst point", f"x_T ≈ {x_worst:+g} and {compared}")
    if abs(x - x_star) <= near:
        return Verdict(
            "undecided", f"x_T ≈ {x_star:+g} but {compared}: more steps or a smaller α may tell"
        )
    if abs(x - x_worst) <= near:
        return Verdict("undecided", f"x_T ≈ {x_worst:+g} but {compared}: run more steps")
    return Verdict("undecided", f"x_T = {x:+.3g} is near neither end: run more steps")
