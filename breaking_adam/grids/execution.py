"""Where the tiles of a grid are played: here, or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from math import prod
from typing import Any

from tqdm import tqdm

from breaking_adam.grids import tile
from breaking_adam.grids.ends import Found
from breaking_adam.grids.lanes import Tell
from breaking_adam.grids.processes import Here, Processes
from breaking_adam.grids.tiling import Block, part
from breaking_adam.grids.work import Work

#: Takes what came of a tile.
Keep = Callable[[Block, Found], None]

#: The tiles that wait at the cluster for each thread of its workers.
AHEAD = 3


def check_client(client: Any) -> None:
    """Raise a TypeError unless it is a client of a Dask cluster, or None."""
    if client is None:
        return
    from distributed import Client

    if not isinstance(client, Client):
        raise TypeError(f"client must be a dask.distributed.Client, got {client!r}")


def play(
    work: Work,
    tiles: list[Block],
    keep: Keep,
    client: Any = None,
    tell: Callable[[str], None] | None = None,
) -> None:
    """Play tiles, and hand over each as it is done.

    Args:
        work: the whole grid.
        tiles: those to play.
        keep: what takes them, in any order.
        client: a ``dask.distributed.Client``; None to play here.
        tell: takes lines for people.
    """
    with _bar(work, tiles) as advance:
        if client is None:
            with Processes(tell, prod(work.shape)) as processes:
                for block in tiles:
                    keep(block, tile.play(part(work, block), processes, advance))
        else:
            for block, found in _on_cluster(work, tiles, client):
                keep(block, found)
                advance(work.steps * _cells(block))


def _on_cluster(work: Work, tiles: Iterable[Block], client: Any) -> Iterator[tuple[Block, Found]]:
    """The tiles, as workers are done with them; a tile whose worker is lost goes to another."""
    from distributed import as_completed

    waiting = iter(tiles)
    ahead = max(1, AHEAD * sum(client.nthreads().values()))

    def submit(count: int) -> dict[Any, Block]:
        return {
            client.submit(_tile, part(work, block), pure=False): block
            for block in islice(waiting, count)
        }

    block_of = submit(ahead)
    done = as_completed(list(block_of))
    for future in done:
        block, found = block_of.pop(future), future.result()
        future.release()
        for later, its in submit(1).items():
            block_of[later] = its
            done.add(later)
        yield block, found


def _tile(work: Work) -> Found:
    """A tile, on a worker; its cells without a rule one after another."""
    return tile.play(work, Here())


@contextmanager
def _bar(work: Work, tiles: list[Block]) -> Iterator[Tell]:
    """A progress bar over cell-steps with the time left, on a terminal alone."""
    with tqdm(
        desc="grid",
        total=sum(map(_cells, tiles)) * work.steps,
        disable=None,  # where standard error is no terminal
        unit=" steps",
        unit_scale=True,
        leave=False,
    ) as bar:
        yield bar.update


def _cells(block: Block) -> int:
    return prod(cut.stop - cut.start for cut in block)
