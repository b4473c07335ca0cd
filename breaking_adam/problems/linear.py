"""What holds only where costs are linear on an interval: the best point is one of its ends."""

from __future__ import annotations

import math
from typing import Any

from breaking_adam.problems.problem import Problem


class LinearProblem(Problem):
    """A problem of which f_t(x) = g_t x, on an interval [low, high].

    Args:
        **box: the arguments of :class:`Problem`; the domain has to be bounded.

    Raises:
        ValueError: if the domain is unbounded: a linear cost has no least value there.
    """

    def __init__(self, **box: Any) -> None:
        super().__init__(**box)
        if not all(map(math.isfinite, self.domain)):
            raise ValueError(
                f"domain must be bounded for linear costs, got {box['domain']}: give (low, high)"
            )

    @property
    def mean_slope(self) -> float:
        """The slope of the average cost (over a period, or in expectation)."""
        raise NotImplementedError

    @property
    def x_star(self) -> float:
        """x*, the best fixed point of the domain."""
        return self.domain[0] if self.mean_slope >= 0 else self.domain[1]

    @property
    def x_worst(self) -> float:
        """The end of the domain across from x*."""
        return self.domain[0] + self.domain[1] - self.x_star

    @property
    def worst_average_regret(self) -> float:
        """R_T/T of a player who stays at ``x_worst``: 20/101 online and 0.4 stochastic."""
        return abs(self.mean_slope) * (self.domain[1] - self.domain[0])
