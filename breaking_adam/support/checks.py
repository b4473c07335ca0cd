"""Checks of arguments, with the argument's name and value in the message."""

from __future__ import annotations

import math
import operator
from typing import Any


def real(
    name: str,
    value: Any,
    *,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """The value as a finite float within [at_least, at_most], above and below what is given.

    >>> real("alpha", 1)
    1.0
    >>> real("alpha", float("nan"))
    Traceback (most recent call last):
    ValueError: alpha must be a finite number, got nan
    """
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{name} must be a number, got {value!r}") from error
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value}")
    _within(name, value, number, at_least, at_most)
    if not number > above:
        raise ValueError(f"{name} must be above {above:g}, got {value}")
    if not number < below:
        raise ValueError(f"{name} must be below {below:g}, got {value}")
    return number


def integer(
    name: str, value: Any, *, at_least: float = -math.inf, at_most: float = math.inf
) -> int:
    """The value as an int within [at_least, at_most].

    >>> integer("period", 0, at_least=1)
    Traceback (most recent call last):
    ValueError: period must be at least 1, got 0
    """
    try:
        number = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} must be an integer, got {value!r}") from error
    _within(name, value, number, at_least, at_most)
    return number


def _within(name: str, value: Any, number: float, at_least: float, at_most: float) -> None:
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least:g}, got {value}")
    if number > at_most:
        raise ValueError(f"{name} must be at most {at_most:g}, got {value}")
