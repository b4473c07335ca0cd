"""A sum of n pieces of which one is unlike the others, shown in turn or at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from breaking_adam.problems.draws import splitmix64, threshold
from breaking_adam.problems.periods import divisible, divisor_of
from breaking_adam.problems.problem import Problem
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def is_rare(t, key, order):
    """Whether step t shows the one piece that is unlike the others."""
    n, is_random, below, divisor, _ = order
    if is_random == 1:
        return splitmix64(key, np.uint64(t)) < below
    return divisible(np.uint64(t + n - 1), divisor)


@compilable
def key_of(k, c):
    """The seed of replica k's generator; the order comes first among a problem's constants."""
    return splitmix64(c[0][4], np.uint64(k + 1))


class Pieces(Problem):
    """(1/n) Σ f_i, a piece f_i at a time: f_0 and n − 1 that are alike.

    Args:
        n: the number of pieces, at least 1.
        order: "random" for draws with replacement, "cyclic" for f_0 where t ≡ 1 (mod n).
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`Problem`.
    """

    def __init__(self, n: int, order: str, seed: int, **box: Any) -> None:
        super().__init__(**box)
        self.n = checks.integer("n", n, at_least=1, at_most=2**31)
        if order not in ("random", "cyclic"):
            raise ValueError(f"order must be 'random' or 'cyclic', got {order!r}")
        self.order = order
        self.seed = checks.integer("seed", seed, at_least=0, at_most=2**64 - 1)

    @property
    def turns(self) -> tuple[Any, ...]:
        """The order as :func:`is_rare` takes it, the first of the problem's constants."""
        is_random = int(self.order == "random")
        below, seed = threshold(1 / self.n), np.uint64(self.seed)
        return self.n, is_random, below, divisor_of(self.n), seed

    @property
    def cycle(self) -> float:
        return self.n
