"""The integer and double arithmetic of the loops, each operation as cheap as it can be exact."""

from __future__ import annotations

from functools import cache

import numpy as np
from numba.extending import register_jitable as compilable

# Numba turns an unsigned and a plain integer into a float, so unsigned constants it is.
_0, _1, _27, _30, _31, _63, _64 = (np.uint64(n) for n in (0, 1, 27, 30, 31, 63, 64))
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@compilable
def add(high, low, a):
    """(high + low) + a as a sum of two doubles, exact but for the last bits of ``low``.

    Knuth's two-sum (The Art of Computer Programming, vol. 2, 4.2.2, theorem B).
    """
    total = high + a
    b = total - high
    return total, low + ((high - (total - b)) + (a - b))


@compilable
def divisible(n, d):
    """Whether d divides n, without the division that would take half of a step's time.

    d = 2ˢ d' is what :func:`divisor_of` makes of it: n·d'⁻¹ mod 2⁶⁴, rotated by s, is n/d where d
    divides n, and above (2⁶⁴−1)/d elsewhere (Warren, Hacker's Delight, 10-17).
    """
    inverse, shift, largest = d
    q = n * inverse
    return (q >> shift) | (q << ((_64 - shift) & _63)) <= largest


@cache
def divisor_of(d: int) -> tuple[np.uint64, np.uint64, np.uint64]:
    """The numbers by which :func:`divisible` tests for d ≥ 1."""
    shift = (d & -d).bit_length() - 1
    inverse = pow(d >> shift, -1, 2**64) if d >> shift > 1 else 1
    return np.uint64(inverse), np.uint64(shift), np.uint64((2**64 - 1) // d)


@compilable
def splitmix64(seed, n):
    """Output n (from 1) of the SplitMix64 generator (Steele, Lea and Flood 2014), in one jump."""
    z = seed + n * _GOLDEN
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return z ^ (z >> _31)
