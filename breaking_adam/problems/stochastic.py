"""The stochastic problem (paper, Section 5): the same in expectation."""

from __future__ import annotations

from typing import Any

import numpy as np

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.draws import rare_once_in, splitmix64, threshold
from breaking_adam.problems.linear import LinearProblem
from breaking_adam.problems.seldom import seldom
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def is_large(t, key, c):
    """Whether step t shows the large slope.

    The draw is output t of the replica's own generator: no state, so every engine and every
    block sees the same.
    """
    return splitmix64(key, np.uint64(t)) < c[2]


@compilable
def stochastic_at(x, t, key, c):
    """Large·x when the draw falls below the threshold, else small·x."""
    slope = c[0] if is_large(t, key, c) else c[1]
    return slope * x, slope


@compilable
def stochastic_alone_at(x, t, key, c):
    slope = seldom(is_large(t, key, c), c[0], c[1])
    return slope * x, slope


@compilable
def stochastic_key(k, c):
    """The seed of replica k's generator is output k + 1 of the generator seeded with ``seed``."""
    return splitmix64(c[3], np.uint64(k + 1))


class Stochastic(LinearProblem):
    """f_t(x) = large·x with the given probability, else small·x (paper, Section 5: the defaults).

    Theorem 3 is ``Stochastic(C, -1, probability=(1 + delta) / (C + 1))``. Which f_t a step shows
    depends on (seed, t, replica) alone: it is the same for every optimizer, engine and number of
    replicas.

    Args:
        large: the rare slope.
        small: the common slope.
        probability: of the rare slope, in [0, 1].
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`LinearProblem`.

    >>> problem = Stochastic(seed=1)
    >>> problem.x_star, round(problem.worst_average_regret, 12)
    (-1.0, 0.4)
    """

    cost = Cost(stochastic_at, stochastic_key, stochastic_alone_at)
    settings = ("large", "small", "probability", "seed")

    def __init__(
        self,
        large: float = 1010.0,
        small: float = -10.0,
        probability: float = 0.01,
        seed: int = 0,
        **box: Any,
    ) -> None:
        super().__init__(**box)
        self.large = checks.real("large", large)
        self.small = checks.real("small", small)
        self.probability = checks.real("probability", probability, at_least=0, at_most=1)
        self.seed = checks.integer("seed", seed, at_least=0, at_most=2**64 - 1)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.large, self.small, threshold(self.probability), np.uint64(self.seed)

    @property
    def cycle(self) -> float:
        return rare_once_in(self.probability)

    @property
    def mean_slope(self) -> float:
        return self.probability * self.large + (1 - self.probability) * self.small
