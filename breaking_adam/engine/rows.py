"""Numbers of many lanes as rows of memory, and back to one lane's nested tuple of them.

Every number takes eight bytes, whatever its kind, so that all rows are of one array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np

from breaking_adam.engine.spelled import spelled

#: A nested tuple with "f", "i" or "u" for each float, signed and unsigned integer.
Kinds = Any

#: The type in memory of each kind.
DTYPES = {"f": np.dtype("float64"), "i": np.dtype("int64"), "u": np.dtype("uint64")}


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


def as_rows(kinds: Kinds, settings: Sequence[Any]) -> np.ndarray:
    """The settings of some lanes as rows, a column for each lane; float64 by name alone.

    >>> as_rows(("f", "u"), [(0.5, np.uint64(1)), (1.5, np.uint64(2))]).view("uint64")[1]
    array([1, 2], dtype=uint64)
    """
    columns = zip(*map(flat, settings), strict=True)
    rows = [
        np.array(column, DTYPES[kind]).view("float64")
        for kind, column in zip(flat(kinds), columns, strict=True)
    ]
    return np.array(rows).reshape(-1, len(settings))


@cache
def reader(kinds: Kinds, first: int) -> Any:
    """(floats, integers, naturals, j) -> the setting of lane j, whose rows begin at ``first``.

    The three are the same memory, by type.
    """
    arrays, rows = dict(zip(DTYPES, ("f", "i", "u"), strict=True)), iter(range(first, 10**9))

    def spell(kinds: Kinds) -> str:
        if isinstance(kinds, str):
            return f"{arrays[kinds]}[{next(rows)}, j]"
        return f"({''.join(f'{spell(each)}, ' for each in kinds)})"

    return spelled("read(f, i, u, j)", f"return {spell(kinds)}")


class Columns(NamedTuple):
    """Compiled helpers for n numbers of one lane."""

    load: Any  # (rows, first, j) -> a tuple of numbers
    store: Any  # (rows, first, j, numbers)
    narrow: Any  # numbers -> numbers, in the dtype


class Across(NamedTuple):
    """Compiled helpers for n numbers that all lanes share."""

    load: Any  # rows -> a tuple of numbers
    store: Any  # (rows, numbers)


@cache
def columns(n: int, dtype: np.dtype[Any]) -> Columns:
    """The helpers for tuples of n, of rows that follow one another."""
    each = range(n)
    load = "".join(f"rows[first + {k}, j], " for k in each)
    store = "; ".join(f"rows[first + {k}, j] = numbers[{k}]" for k in each)
    narrow = "".join(f"real(numbers[{k}]), " for k in each)
    return Columns(
        spelled("load(rows, first, j)", f"return ({load})"),
        spelled("store(rows, first, j, numbers)", store or "pass"),
        spelled("narrow(numbers)", f"return ({narrow})", real=numba.from_dtype(dtype)),
    )


@cache
def across(n: int) -> Across:
    """(rows) -> the first n numbers of the first row, and (rows, numbers) to put them there."""
    load = "".join(f"rows[0, {k}], " for k in range(n))
    store = "; ".join(f"rows[0, {k}] = numbers[{k}]" for k in range(n))
    return Across(
        spelled("load(rows)", f"return ({load})"),
        spelled("store(rows, numbers)", store or "pass"),
    )
