"""Noise of which the variance is infinite."""

from __future__ import annotations

from typing import Any

import numpy as np

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.draws import splitmix64
from breaking_adam.problems.problem import Problem
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable

_1, _11 = np.uint64(1), np.uint64(11)


@compilable
def heavy_tails_at(x, t, key, c):
    """Huber's function and a noise ξ_t x: x²/2 for |x| ≤ 1, |x| − 1/2 beyond."""
    power, _ = c
    draw = splitmix64(key, np.uint64(t))
    # U in (0, 1) from the upper 53 bits, the sign from the lowest.
    size = ((np.float64(draw >> _11) + 0.5) * 2.0**-53) ** power - 1.0
    noise = size if draw & _1 else -size
    slope = min(max(x, -1.0), 1.0)
    return slope * (x - 0.5 * slope) + noise * x, slope + noise


@compilable
def heavy_tails_key(k, c):
    """The seed of replica k's generator."""
    return splitmix64(c[1], np.uint64(k + 1))


class HeavyTails(Problem):
    """f_t'(x) = clip(x, −1, 1) + ξ_t, where P(|ξ| > z) = (1+z)^−tail for z ≥ 0; x* = 0.

    |ξ| is U^(−1/tail) − 1 for a uniform U (a Lomax distribution), and its sign is even: moments
    below ``tail`` are finite, and the mean is 0. The variance is not, up to a tail of 2, so that
    the regret tells nothing in any time: it is not kept.

    Args:
        tail: above 1.
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`Problem`; without bounds and from x_1 = 10 by default.

    >>> HeavyTails().x_star, HeavyTails().distance.item()
    (0.0, 10.0)
    """

    cost = Cost(heavy_tails_at, heavy_tails_key)
    settings = ("tail", "seed")
    has_regret = False

    x_star = 0.0

    def __init__(self, tail: float = 1.2, seed: int = 0, **box: Any) -> None:
        super().__init__(**{"domain": None, "x0": 10.0, **box})
        self.tail = checks.real("tail", tail, above=1)
        self.seed = checks.integer("seed", seed, at_least=0, at_most=2**64 - 1)

    @property
    def constants(self) -> tuple[Any, ...]:
        return -1 / self.tail, np.uint64(self.seed)
