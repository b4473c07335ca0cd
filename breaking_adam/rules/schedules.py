"""Step size schedules: α_t/α as a function of t, one definition for every engine."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from breaking_adam.rules.rule import compilable


@compilable
def constant(t):
    """α_t = α: what the public reproductions use."""
    return 1.0


@compilable
def inverse_sqrt(t):
    """α_t = α/√t: what the paper's theorems use. t counts the steps from 1."""
    return 1.0 / sqrt(t)


@compilable
def late_inverse_sqrt(t):
    """α_t = α/√(1 + (t−1)/100): near α for the first hundred steps (ADOPT's toy example)."""
    return 1.0 / sqrt(1.0 + 0.01 * (t - 1))


#: The schedules by the names that the commands give them.
SCHEDULES: dict[str, Callable[[int], float]] = {
    "constant": constant,
    "inverse-sqrt": inverse_sqrt,
    "late-inverse-sqrt": late_inverse_sqrt,
}
