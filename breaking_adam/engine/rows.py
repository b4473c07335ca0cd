"""Numbers of many lanes as rows of memory, and back to one lane's nested tuple of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable as compilable

#: A nested tuple with "f", "i" or "u" for each float, signed and unsigned integer.
Kinds = Any

#: The type in memory of each kind.
DTYPES = {"f": np.dtype("float64"), "i": np.dtype("int64"), "u": np.dtype("uint64")}


class Rows(NamedTuple):
    """A row for each number of a setting, by kind: arrays of shape (…, rows, lanes)."""

    floats: np.ndarray
    integers: np.ndarray
    naturals: np.ndarray


def kinds_of(setting: Any) -> Kinds:
    """What a setting is made of, which decides the machine code that reads one.

    Raises:
        TypeError: if it holds anything but numbers and tuples of them.

    >>> kinds_of((0.5, (3, np.uint64(7)), ()))
    ('f', ('i', 'u'), ())
    """
    if isinstance(setting, tuple):
        return tuple(map(kinds_of, setting))
    if isinstance(setting, np.unsignedinteger):
        return "u"
    if isinstance(setting, (int, np.integer)) and not isinstance(setting, bool):
        return "i"
    if isinstance(setting, float):
        return "f"
    raise TypeError(f"{setting!r} is no number of a lane's own")


def flat(setting: Any) -> Iterator[Any]:
    """The numbers of a nested tuple, in their order.

    >>> list(flat((1, (2, (3,)), ())))
    [1, 2, 3]
    """
    if isinstance(setting, tuple):
        for each in setting:
            yield from flat(each)
    else:
        yield setting


def as_rows(kinds: Kinds, settings: Sequence[Any]) -> Rows:
    """The settings of some lanes as rows, a column for each lane."""
    order = list(flat(kinds))
    columns = list(zip(*map(flat, settings), strict=True)) if order else []
    arrays = [
        np.array([c for c, k in zip(columns, order, strict=True) if k == kind], dtype)
        for kind, dtype in DTYPES.items()
    ]
    return Rows(*(array.reshape(-1, len(settings)) for array in arrays))


@cache
def reader(kinds: Kinds) -> Any:
    """(rows, j) -> the setting of lane j, of those kinds; compiled."""
    return _reader(kinds, dict.fromkeys(DTYPES, 0))


def _reader(kinds: Kinds, used: dict[str, int]) -> Any:
    if isinstance(kinds, str):
        i, which = used[kinds], list(DTYPES).index(kinds)
        used[kinds] += 1
        return _leaf(which, i)
    if not kinds:
        return compilable(lambda rows, j: ())
    first = _reader(kinds[0], used)
    rest = _reader(kinds[1:], used)

    @compilable
    def both(rows, j):
        return (first(rows, j),) + rest(rows, j)  # noqa: RUF005 - Numba's subset

    return both


def _leaf(which: int, i: int) -> Any:
    @compilable
    def number(rows, j):
        return rows[which][i, j]

    return number


def count(kinds: Kinds, kind: str) -> int:
    """How many numbers of the kind a setting holds.

    >>> count(("f", ("i", "f")), "f")
    2
    """
    return list(flat(kinds)).count(kind)
