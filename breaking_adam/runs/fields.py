"""Checks of a frozen dataclass's fields: each is refused by its name, or kept as one type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breaking_adam.support import checks

#: The most steps of a run, the latest first one, and the longest period.
LONGEST = 10**12


class SettingError(ValueError):
    """A setting that is refused: which one, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def keep(part: Any, field: str, value: Any) -> None:
    """Give a frozen part its checked value: whatever was given, what is kept is of one type."""
    object.__setattr__(part, field, value)


def real(part: Any, field: str, **limits: float) -> None:
    value = getattr(part, field)
    keep(part, field, _checked(field, checks.real, value, **limits))


def reals(part: Any, field: str, **limits: float) -> None:
    values = getattr(part, field)
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise SettingError(field, f"{values!r} is no list of numbers")
    kept = tuple(_checked(field, checks.real, value, **limits) for value in values)
    keep(part, field, kept)


def integer(part: Any, field: str, low: int, high: int) -> None:
    keep(part, field, _whole(field, getattr(part, field), low, high))


def integers(part: Any, field: str, low: int, high: int) -> None:
    values = getattr(part, field)
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise SettingError(field, f"{values!r} is no list of whole numbers")
    keep(part, field, tuple(_whole(field, value, low, high) for value in values))


def choice(part: Any, field: str, choices: Sequence[str]) -> None:
    if getattr(part, field) not in choices:
        raise SettingError(field, f"{getattr(part, field)!r} is none of {', '.join(choices)}")


def _whole(field: str, value: Any, low: int, high: int) -> int:
    number = _checked(field, checks.integer, value)
    if not low <= number <= high:
        raise SettingError(field, f"{shown(value)} is not from {low:,} to {high:,}")
    return int(number)


def _checked(field: str, check: Any, value: Any, **limits: float) -> Any:
    try:
        if isinstance(value, bool):
            raise TypeError(f"{field} must be a number, got {value}")
        return check(field, value, **limits)
    except (TypeError, ValueError) as error:
        raise SettingError(field, str(error).removeprefix(f"{field} ")) from error


def shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(f"{each:g}" for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
