"""A grid cut into tiles: blocks of cells along all axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import ceil, prod

from breaking_adam.grids.work import Work

#: The cells of a tile, at most: their memory while they are played is some 15 MB.
LARGEST = 2**14

Block = tuple[slice, ...]


def chunks(shape: tuple[int, ...], largest: int = LARGEST) -> tuple[int, ...]:
    """The shape of a tile: all of the grid, halved along its longest axis until it is small.

    >>> chunks((256, 256)), chunks((3, 100_000))
    ((128, 128), (3, 3125))
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
