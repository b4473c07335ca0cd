"""A parabola, or a minimum that is flatter (Bai et al. 2026)."""

from __future__ import annotations

from typing import Any

import numpy as np

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.problem import Problem
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def power_at(x, t, key, c):
    """scale·xᵏ/k, for an even k."""
    k, scale = c
    slope = scale
    for _ in range(k - 1):
        slope = slope * x
    return slope * x / k, slope


@compilable
def power_key(k, c):
    """All replicas see the same."""
    return np.uint64(0)


class Power(Problem):
    """f_t(x) = scale·xᵏ/k with an even k; x* = 0 (arXiv 2603.09581 has k = 4 and more).

    Args:
        k: even, from 2 to 20; 2 is a parabola of curvature ``scale``.
        scale: above 0.
        **box: the arguments of :class:`Problem`; without bounds and from x_1 = 1 by default.

    >>> Power(4, x0=2.0)().item()
    4.0
    """

    cost = Cost(power_at, power_key)
    settings = ("k", "scale")

    x_star = 0.0

    def __init__(self, k: int = 4, scale: float = 1.0, **box: Any) -> None:
        super().__init__(**{"domain": None, "x0": 1.0, **box})
        self.k = checks.integer("k", k, at_least=2, at_most=20)
        if self.k % 2:
            raise ValueError(f"k must be even, got {k}")
        self.scale = checks.real("scale", scale, above=0)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.k, self.scale
