"""A grid cut into tiles: blocks of cells along all axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import ceil, prod

from breaking_adam.grids.work import Work

#: The cells of a tile, at most: enough that what a tile costs besides is little against playing
#: it, and few enough that a cluster has many.
LARGEST = 2**12

Block = tuple[slice, ...]


def chunks(shape: tuple[int, ...], largest: int = LARGEST) -> tuple[int, ...]:
    """The shape of a tile: all of the grid, halved along its longest axis until it is small.

    >>> chunks((256, 256)), chunks((3, 100_000))
    ((64, 64), (3, 782))
    """
    size = list(shape)
    while prod(size) > largest:
        longest = size.index(max(size))
        size[longest] = ceil(size[longest] / 2)
    return tuple(size)


def blocks(shape: tuple[int, ...], tile: tuple[int, ...]) -> Iterator[Block]:
    """Each tile's place in the grid, the last axis running fastest."""
    ranges = [range(0, n, step) for n, step in zip(shape, tile, strict=True)]
    for begins in product(*ranges):
        yield tuple(
            slice(begin, min(begin + step, n))
            for begin, step, n in zip(begins, tile, shape, strict=True)
        )


def part(work: Work, block: Block) -> Work:
    """The work of one tile."""
    return replace(
        work,
        axes={name: work.axes[name][cut] for name, cut in zip(work.axes, block, strict=True)},
    )
