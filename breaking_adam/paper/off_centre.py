"""Parabolas on which Adam comes to rest beside x*.

Skewed noise is X of E½(x−X)² (Dereich and Jentzen 2024, arXiv 2407.21078); the pair,
which has no common minimum, the non-realizable one of Shi, Li, Hong and Sun (2021).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from breaking_adam.problems.parabolas import Parabolas

#: X = 10 with probability 0.1, else 0: E X = 1.
SKEWED = partial(Parabolas, 10, 1.0, 1.0, large_at=10.0)

#: Its control, X = ±3: E X = 0, and a third central moment of 0.
EVEN = partial(Parabolas, 2, 1.0, 1.0, large_at=3.0, small_at=-3.0)

#: The variance σ² of both, and the third central moment μ3 = 0.1·9³ − 0.9·1 of the skewed one.
VARIANCE, MU3 = 9.0, 72.0

#: Where the one parabola of the pair has its minimum; the nine have it at 10 S/9, and x* = 0.
S = 100.0

PAIR = partial(Parabolas, 10, 10.0, -1.0, S, 10 * S / 9, order="cyclic", first_step=2, x0=0.0)


def gradients(x: float) -> np.ndarray:
    """A period's of the pair: −(x − 10 S/9) nine times, then 10(x − S).

    >>> float(gradients(3.0).sum())
    3.0
    """
    return np.array([10 * S / 9 - x] * 9 + [10 * (x - S)])
