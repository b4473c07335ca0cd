"""Bias correction: what a zero-initialised running mean has seen so far."""

from breaking_adam.rules.rule import compilable


@compilable
def settled(beta):
    """A step from which 1 − βᵗ rounds to 1: βᵗ ≤ exp(−t(1−β)), and e⁻⁴⁰ < 2⁻⁵⁴.

    >>> settled(0.99), 1 - 0.99 ** settled(0.99)
    (3999, 1.0)
    """
    return int(40.0 / (1.0 - beta))


@compilable
def bias_correction(beta, t):
    """1 − βᵗ, the weight that a zero-initialised average with decay β has seen by step t.

    >>> bias_correction(0.9, 1), bias_correction(0.9, 10**9)
    (0.09999999999999998, 1.0)
    """
    return 1.0 - beta ** (1.0 * t) if t < settled(beta) else 1.0
