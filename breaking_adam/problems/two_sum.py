"""A sum of two doubles, for a regret that is exact after 10⁹ steps."""

from __future__ import annotations

from breaking_adam.support.compilable import compilable


@compilable
def add(high, low, a):
    """(high + low) + a as a sum of two doubles, exact but for the last bits of ``low``.

    Knuth's two-sum (The Art of Computer Programming, vol. 2, 4.2.2, theorem B).
    """
    total = high + a
    b = total - high
    return total, low + ((high - (total - b)) + (a - b))
