"""The online problem (paper, Section 5), where Adam goes to the worst point."""

from __future__ import annotations

from typing import Any

import numpy as np

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.linear import LinearProblem
from breaking_adam.problems.periods import divisible, divisor_of
from breaking_adam.problems.problem import LATEST
from breaking_adam.problems.seldom import seldom
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def is_large(t, c):
    """Whether step t shows the large slope."""
    return divisible(np.uint64(t - 1), c[2])


@compilable
def online_at(x, t, key, c):
    """Large·x on the first step of every period, small·x on the others."""
    slope = c[0] if is_large(t, c) else c[1]
    return slope * x, slope


@compilable
def online_alone_at(x, t, key, c):
    slope = seldom(is_large(t, c), c[0], c[1])
    return slope * x, slope


@compilable
def online_key(k, c):
    """All replicas see the same."""
    return np.uint64(0)


class Online(LinearProblem):
    """f_t(x) = large·x if t ≡ 1 (mod period), else small·x (paper, Section 5: the defaults).

    Theorem 1 is ``Online(C, -1, period=3)`` and Theorem 2 ``Online(C, -1, period=C)``.

    Args:
        large: the rare slope.
        small: the common slope.
        period: the number of steps from one large slope to the next.
        **box: the arguments of :class:`LinearProblem`.

    >>> problem = Online(x0=1)
    >>> [problem().item() for _ in range(3)], problem.x_star
    ([1010.0, -10.0, -10.0], -1.0)
    >>> Online(5, -1, period=3)
    Online(large=5.0, small=-1.0, period=3, domain=(-1.0, 1.0), first_step=1, replicas=1)
    """

    cost = Cost(online_at, online_key, online_alone_at)
    settings = ("large", "small", "period")

    def __init__(
        self, large: float = 1010.0, small: float = -10.0, period: int = 101, **box: Any
    ) -> None:
        super().__init__(**box)
        self.large = checks.real("large", large)
        self.small = checks.real("small", small)
        self.period = checks.integer("period", period, at_least=1, at_most=LATEST)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.large, self.small, divisor_of(self.period)

    @property
    def cycle(self) -> float:
        return self.period

    @property
    def mean_slope(self) -> float:
        return (self.large + (self.period - 1) * self.small) / self.period
