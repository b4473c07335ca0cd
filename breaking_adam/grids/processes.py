"""Cells that take long in Python, shared among processes."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

from breaking_adam.grids import alone
from breaking_adam.grids.ends import Found
from breaking_adam.grids.work import Point, Work
from breaking_adam.support.text import duration
from breaking_adam.support.workers import workers

#: The seconds of work below which other processes are not worth their start.
SHORT = 10.0

Pair = tuple[Point, Point]


class Here:
    """Plays cells eagerly, one after another in this process."""

    def play(self, work: Work, pairs: Sequence[Pair], of: int, why: str) -> Iterator[Found]:
        """What comes of each cell, in their order."""
        return (alone.play(work, *pair) for pair in pairs)


class Processes(Here):
    """Plays cells eagerly: here, or in other processes where it takes long.

    Args:
        tell: what to call with the line that says how long it will take.
        total: the cells of the whole grid.
    """

    def __init__(self, tell: Callable[[str], None] | None, total: int) -> None:
        self._tell = tell or to_standard_error
        self._total = total
        self._told = False
        self._pool: ProcessPoolExecutor | None = None
        self._ended = ExitStack()

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *how: Any) -> None:
        self._ended.__exit__(*how)

    def play(self, work: Work, pairs: Sequence[Pair], of: int, why: str) -> Iterator[Found]:
        """What comes of each cell, in their order.

        Args:
            work: the tile.
            pairs: a point of the problem's axes and one of the optimizer's for each cell.
            of: the number of all cells of the tile.
            why: they are played so, and whose they are.
        """
        is_one_of_many = multiprocessing.parent_process() is not None
        count = 1 if is_one_of_many else min(os.cpu_count() or 1, len(pairs))
        here = alone.seconds(work, *pairs[0]) * len(pairs)
        if not self._told and here > SHORT:
            self._told = True
            cells = round(len(pairs) / of * self._total)
            where = f"on {count} processes" if count > 1 else "one after another"
            takes = duration(here / count * self._total / of)
            self._tell(
                f"{cells:,} of {self._total:,} cells run eagerly, {where}, which takes about "
                f"{takes}: {why}"
            )
        if count == 1 or (here < SHORT and self._pool is None):
            return super().play(work, pairs, of, why)
        import cloudpickle

        if self._pool is None:
            self._pool = self._ended.enter_context(workers(count))
        packed = cloudpickle.dumps(work)
        return self._pool.map(_play, [packed] * len(pairs), map(cloudpickle.dumps, pairs))


def to_standard_error(line: str) -> None:
    """A line for people who have no other place for it."""
    print(line, file=sys.stderr)


@lru_cache(4)
def _loaded(packed: bytes) -> Any:
    import cloudpickle

    return cloudpickle.loads(packed)


def _play(work: bytes, pair: bytes) -> Found:
    return alone.play(_loaded(work), *_loaded(pair))
