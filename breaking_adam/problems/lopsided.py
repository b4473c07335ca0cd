"""A skewed noise, to whose mean Adam does not go (Dereich and Jentzen 2024)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable as compilable

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.draws import rare_once_in, splitmix64, threshold
from breaking_adam.problems.problem import Problem
from breaking_adam.support import checks


@compilable
def lopsided_at(x, t, key, c):
    """(x − X)²/2, where X is large when the draw falls below the threshold, else small."""
    large, small, below, _ = c
    distance = x - (large if splitmix64(key, np.uint64(t)) < below else small)
    return 0.5 * distance * distance, distance


@compilable
def lopsided_key(k, c):
    """The seed of replica k's generator."""
    return splitmix64(c[3], np.uint64(k + 1))


class Lopsided(Problem):
    """f_t(x) = (x − X_t)²/2 with X_t = large at times, else small; x* = E X (arXiv 2407.21078).

    Args:
        large: X with the given probability.
        small: X otherwise.
        probability: in [0, 1].
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`Problem`; without bounds by default.

    >>> Lopsided().x_star, Lopsided(3.0, -3.0, 0.5).x_star
    (1.0, 0.0)
    """

    cost = Cost(lopsided_at, lopsided_key)
    settings = ("large", "small", "probability", "seed")

    def __init__(
        self,
        large: float = 10.0,
        small: float = 0.0,
        probability: float = 0.1,
        seed: int = 0,
        **box: Any,
    ) -> None:
        super().__init__(**{"domain": None, **box})
        self.large = checks.real("large", large)
        self.small = checks.real("small", small)
        self.probability = checks.real("probability", probability, at_least=0, at_most=1)
        self.seed = checks.integer("seed", seed, at_least=0, at_most=2**64 - 1)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.large, self.small, threshold(self.probability), np.uint64(self.seed)

    @property
    def x_star(self) -> float:
        return self.probability * self.large + (1 - self.probability) * self.small

    @property
    def cycle(self) -> float:
        return rare_once_in(self.probability)
