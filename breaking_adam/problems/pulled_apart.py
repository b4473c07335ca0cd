"""The problem of Zhang et al. (2022), on which Adam is pulled out to infinity."""

from __future__ import annotations

from typing import Any

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.pieces import Pieces, is_rare, key_of
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def pulled_apart_at(x, t, key, c):
    """A piece with slope s: s·x for x ≥ −1, else s/2·(x+2)² − 3s/2."""
    order, rare, common = c
    s = rare if is_rare(t, key, order) else common
    from_2 = x + 2.0
    return (s * x, s) if x >= -1.0 else (s * (0.5 * from_2 * from_2 - 1.5), s * from_2)


class PulledApart(Pieces):
    """(1/n) Σ f_i with one steep piece and n − 1 that pull the other way (arXiv 2208.09632).

    f_0 has the slope 1 + (n−1)a and each other f_i the slope −a for x ≥ −1; below that each is a
    parabola around −2 which goes on from there. The sum has the slope 1 for x ≥ −1 whatever a is,
    and x* = −2.

    Args:
        n: the number of pieces, at least 3.
        a: the slope of the others, above 0; a = 1 is the first paper's, 1/(n−1)² the second's
            (arXiv 2603.02092).
        order: "random" for draws with replacement, "cyclic" for f_0, f_1, … over and over.
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`Problem`; the papers have no bounds.

    >>> problem = PulledApart(3, order="cyclic", x0=1.0)
    >>> [problem().item() for _ in range(4)], problem.x_star
    ([3.0, -1.0, -1.0, 3.0], -2.0)
    """

    cost = Cost(pulled_apart_at, key_of)
    settings = ("n", "a", "order", "seed")

    x_star = -2.0

    def __init__(
        self, n: int = 20, a: float = 1.0, order: str = "random", seed: int = 0, **box: Any
    ) -> None:
        checks.integer("n", n, at_least=3)
        super().__init__(n, order, seed, **{"domain": None, "x0": 1.0, **box})
        self.a = checks.real("a", a, above=0)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.turns, 1 + (self.n - 1) * self.a, -self.a
