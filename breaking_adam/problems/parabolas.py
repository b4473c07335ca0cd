"""Parabolas of which one is rare: with another curvature, or another minimum, or both."""

from __future__ import annotations

from typing import Any

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.pieces import Pieces, is_rare, key_of
from breaking_adam.support import checks
from breaking_adam.support.compilable import compilable


@compilable
def parabolas_at(x, t, key, c):
    """A parabola c/2·(x − a)², with the c and the a of the piece that step t shows."""
    order, large, small, large_at, small_at = c
    is_large = is_rare(t, key, order)
    distance = x - (large_at if is_large else small_at)
    slope = (large if is_large else small) * distance
    return 0.5 * slope * distance, slope


class Parabolas(Pieces):
    """f_t(x) = large/2·(x − large_at)² once in n steps, else small/2·(x − small_at)².

    A curvature may be below 0, as in the eleven pieces of Chen et al. 2019 (arXiv 1808.02941),
    which are the defaults; the sum of all n is above 0.

    Args:
        n: the number of pieces.
        large: the curvature of one.
        small: that of the others.
        large_at: where that one has its minimum.
        small_at: where the others have theirs.
        order: "random" for draws with replacement, "cyclic" for the one where t ≡ 1 (mod n).
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`Problem`; without bounds and from x_1 = 1 by default.

    >>> Parabolas(order="cyclic").x_star, Parabolas(10, 1.0, 1.0, large_at=10.0).x_star
    (0.0, 1.0)
    """

    cost = Cost(parabolas_at, key_of)
    settings = ("n", "large", "small", "large_at", "small_at", "order", "seed")

    def __init__(
        self,
        n: int = 11,
        large: float = 11.0,
        small: float = -1.0,
        large_at: float = 0.0,
        small_at: float = 0.0,
        order: str = "random",
        seed: int = 0,
        **box: Any,
    ) -> None:
        super().__init__(n, order, seed, **{"domain": None, "x0": 1.0, **box})
        self.large = checks.real("large", large)
        self.small = checks.real("small", small)
        self.large_at = checks.real("large_at", large_at)
        self.small_at = checks.real("small_at", small_at)
        if not self.curvature > 0:
            raise ValueError(
                f"large must be above {-(self.n - 1) * self.small:g}, for the sum of the pieces "
                f"to have a minimum, got {large}"
            )

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.turns, self.large, self.small, self.large_at, self.small_at

    @property
    def curvature(self) -> float:
        """That of the sum of all n."""
        return self.large + (self.n - 1) * self.small

    @property
    def x_star(self) -> float:
        pulls = self.large * self.large_at + (self.n - 1) * self.small * self.small_at
        return pulls / self.curvature
