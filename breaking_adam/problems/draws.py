"""Random draws as a function of (seed, step): no state, so that every engine sees the same."""

from __future__ import annotations

import math

import numpy as np

from breaking_adam.support.compilable import compilable

_27, _30, _31 = (np.uint64(n) for n in (27, 30, 31))


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@compilable
def splitmix64(seed, n):
    """Output n (from 1) of the SplitMix64 generator (Steele, Lea and Flood 2014), in one jump."""
    z = seed + n * _GOLDEN
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return z ^ (z >> _31)


def threshold(probability: float) -> np.uint64:
    """The number below which a draw falls with the probability.

    >>> threshold(0.5) == 2**63
    np.True_
    """
    return np.uint64(min(math.ceil(probability * 2**64), 2**64 - 1))


def rare_once_in(probability: float) -> float:
    """The steps from one of the rarer draws to the next, on average; 1 if there is no rarer one."""
    rare = min(probability, 1 - probability)
    return 1 / rare if rare > 0 else 1.0
