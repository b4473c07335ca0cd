"""A smooth bowl whose slope never exceeds a bound, and may begin with a giant one."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.problem import Problem
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def pseudo_huber_at(x, t, key, c):
    """√(1+x²) − 1, times the scale and, at the first step, times ``first``."""
    scale, first, first_t = c
    s = scale * first if t == first_t else scale
    root = sqrt(1.0 + x * x)
    # The value without the difference, which near 0 would leave nothing of it.
    return s * x * x / (1.0 + root), s * x / root


@compilable
def pseudo_huber_key(k, c):
    """All replicas see the same."""
    return np.uint64(0)


class PseudoHuber(Problem):
    """f_t(x) = scale·(√(1+x²) − 1), whose slope is scale·x/√(1+x²); x* = 0.

    Args:
        scale: the bound of the slope, above 0.
        first: what the first cost is multiplied by, above 0.
        **box: the arguments of :class:`Problem`; without bounds and from x_1 = 2 by default.

    >>> problem = PseudoHuber(first=1e4, x0=0.75)
    >>> [problem().item() for _ in range(3)]
    [2500.0, 0.25, 0.25]
    """

    cost = Cost(pseudo_huber_at, pseudo_huber_key)
    settings = ("scale", "first")

    x_star = 0.0

    def __init__(self, scale: float = 1.0, first: float = 1.0, **box: Any) -> None:
        super().__init__(**{"domain": None, "x0": 2.0, **box})
        self.scale = checks.real("scale", scale, above=0)
        self.first = checks.real("first", first, above=0)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.scale, self.first, self.first_step
