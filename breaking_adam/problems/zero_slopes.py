"""A problem that shows nothing at most steps (Luo et al. 2019, AdaBound)."""

from __future__ import annotations

from typing import Any

import numpy as np

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.periods import divisible, divisor_of
from breaking_adam.problems.problem import LATEST, Problem
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def zero_slopes_at(x, t, key, c):
    """−100 below 0, nothing above 1, and between them −x, then 2x, then nothing."""
    period, divisor = c
    n = np.uint64(t + period - 1)
    second = 2.0 if divisible(n - np.uint64(1), divisor) else 0.0
    slope = -1.0 if divisible(n, divisor) else second
    if x < 0.0:
        return -100.0, 0.0
    if x > 1.0:
        return 0.0, 0.0
    return slope * x, slope


@compilable
def zero_slopes_key(k, c):
    """All replicas see the same."""
    return np.uint64(0)


class ZeroSlopes(Problem):
    """f_t(x) = −x if t ≡ 1 (mod period), 2x if t ≡ 2, else 0, for x in [0, 1] (arXiv 1902.09843).

    Outside [0, 1] nothing has a slope: f_t is −100 below and 0 above. On average the slope is
    above 0, and who comes below 0 is at a best point; who comes above 1 stays there for a price of
    100 a step. After many zeros it is the small slope −1 that gets the largest step.

    Args:
        period: the number of steps from one −x to the next, at least 2.
        **box: the arguments of :class:`Problem`; on [−2, 2] and from x_1 = 0.5 by default.

    >>> problem = ZeroSlopes(4)
    >>> [problem().item() for _ in range(5)], problem.best
    ([-0.5, 1.0, 0.0, 0.0, -0.5], (-2.0, 0.0))
    """

    cost = Cost(zero_slopes_at, zero_slopes_key)
    settings = ("period",)

    def __init__(self, period: int = 50, **box: Any) -> None:
        super().__init__(**{"domain": (-2.0, 2.0), "x0": 0.5, **box})
        self.period = checks.integer("period", period, at_least=2, at_most=LATEST)
        if not self.domain[0] < 0:
            raise ValueError(f"domain must begin below 0, got {box['domain']}")

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.period, divisor_of(self.period)

    @property
    def x_star(self) -> float:
        """One of the best points: the low end of the domain, or −1 where that is infinite."""
        return max(self.domain[0], -1.0)

    @property
    def best(self) -> tuple[float, float]:
        return self.domain[0], 0.0

    @property
    def cycle(self) -> float:
        return self.period
