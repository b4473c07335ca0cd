"""Where tensors lie: whether one pass over their memory may take them as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from torch import Tensor

DTYPE = attrgetter("dtype")

#: Layouts that are remembered: a step finds most tensors where the one before left them.
REMEMBERED = 64


class Layout(NamedTuple):
    """Tensors that a pass may step together."""

    addresses: np.ndarray  # (tensors, columns), where each begins
    sizes: np.ndarray  # (tensors,), in coordinates


def layout(columns: Sequence[Sequence[Tensor]]) -> Layout | None:
    """Where the tensors lie, for columns of them of which all but the last are written to.

    None if they do not lie ready for one pass: if those of a row are not in the same order
    without gaps, or if one that is written to overlaps another.

    Raises:
        RuntimeError: if a row's tensors differ in their dtypes or sizes.
    """
    first = columns[0]
    sizes, dtype = tuple(map(Tensor.numel, first)), first[0].dtype
    for column in columns:
        if tuple(map(Tensor.numel, column)) != sizes or {*map(DTYPE, column)} != {dtype}:
            raise RuntimeError(
                "a parameter, its gradient and its state must have one dtype and one shape: "
                "make a new optimizer after changing a parameter's"
            )
    if not all(all(map(Tensor.is_contiguous, column)) for column in columns) and not all(
        _alike(row) for row in zip(*columns, strict=True)
    ):
        return None
    pointers = tuple(tuple(map(Tensor.data_ptr, column)) for column in columns)
    return _apart(pointers, sizes, dtype.itemsize)


@lru_cache(REMEMBERED)
def _apart(
    pointers: tuple[tuple[int, ...], ...], sizes: tuple[int, ...], itemsize: int
) -> Layout | None:
    """The layout of columns that lie apart, but for the last ones among themselves."""
    found = Layout(np.array(pointers).T.copy(), np.array(sizes))
    rows = found.sizes > 0
    begins = found.addresses[rows]
    ends = begins + itemsize * found.sizes[rows, None]
    written, until = np.sort(begins[:, :-1], axis=None), np.sort(ends[:, :-1], axis=None)
    if (written[1:] < until[:-1]).any():
        return None
    # Of those that are written to and begin before a read one ends, the last ends last.
    last = np.searchsorted(written, ends[:, -1]) - 1
    if ((last >= 0) & (until[last] > begins[:, -1])).any():
        return None
    return found


def _alike(row: Sequence[Tensor]) -> bool:
    """Whether the tensors fill their memory without gaps, all in the same order."""
    first, *others = row
    stride = first.stride()
    return all(t.is_contiguous() for t in row) or (
        all(t.stride() == stride for t in others) and _dense(first)
    )


def _dense(x: Tensor) -> bool:
    expected = 1
    for stride, size in sorted(zip(x.stride(), x.shape, strict=True)):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True
