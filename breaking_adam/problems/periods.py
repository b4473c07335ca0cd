"""Whether a period ends at a step, without a division."""

from __future__ import annotations

from functools import cache

import numpy as np

from breaking_adam.support.compilable import compilable

_63, _64 = np.uint64(63), np.uint64(64)


@compilable
def divisible(n, d):
    """Whether d divides n, without the division that would take half of a step's time.

    d = 2ˢ d' is what :func:`divisor_of` makes of it: n·d'⁻¹ mod 2⁶⁴, rotated by s, is n/d where d
    divides n, and above (2⁶⁴−1)/d elsewhere (Warren, Hacker's Delight, 10-17). So n may be −1 as
    well, which is 2⁶⁴−1 here: of that, d = 1 is the one divisor.
    """
    inverse, shift, largest = d
    q = n * inverse
    return (q >> shift) | (q << ((_64 - shift) & _63)) <= largest


@cache
def divisor_of(d: int) -> tuple[np.uint64, np.uint64, np.uint64]:
    """The numbers by which :func:`divisible` tests for d ≥ 1."""
    shift = (d & -d).bit_length() - 1
    inverse = pow(d >> shift, -1, 2**64) if d >> shift > 1 else 1
    largest = (2**64 - 1) // d if d == 1 else (2**64 - 2) // d
    return np.uint64(inverse), np.uint64(shift), np.uint64(largest)
