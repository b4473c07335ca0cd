"""A tile: cells that are played in one go, those that share machine code together."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from math import prod
from threading import Event, Lock

import numpy as np
import torch

from breaking_adam.grids import lanes
from breaking_adam.grids.cells import Cells, Group, Refusal
from breaking_adam.grids.ends import Found
from breaking_adam.grids.lanes import Tell
from breaking_adam.grids.plan import Plan
from breaking_adam.grids.processes import Here
from breaking_adam.grids.work import Work
from breaking_adam.tracing import UnreadableError

#: Cells, by their numbers, with what came of them.
Part = tuple[np.ndarray, Found]


def play(work: Work, processes: Here, tell: Tell = lambda _: None) -> Found:
    """Play all cells of the work; each of ``ENDS`` and ``CURVES`` over its axes.

    Args:
        work: the tile.
        processes: for the cells that have no machine code.
        tell: what to call from time to time, with the cell-steps made since.
    """
    found: Found = {}
    for which, part in _parts(Cells(work), processes, tell):
        for name, values in part.items():
            if name not in found:
                found[name] = np.zeros((prod(work.shape), *values.shape[1:]), values.dtype)
            found[name][which] = values
    return {name: each.reshape(*work.shape, *each.shape[1:]) for name, each in found.items()}


def read_ahead(work: Work) -> list[Refusal]:
    """Read the optimizers that have no written rule, and trust them on all problems of the work.

    What a lockstep takes hardly depends on how many problems it is on. So grids that are played
    one after another, each on a problem of its own with steps of its own, are read in one go.

    Returns:
        The cells that would have to be played eagerly.
    """
    return [group for group in Cells(work).groups() if isinstance(group, Refusal)]


def _parts(cells: Cells, processes: Here, tell: Tell) -> Iterator[Part]:
    """Cells with what came of them, until there are no more."""
    refused: list[Refusal] = []
    yield from _in_lanes(cells, refused, tell)
    if not refused:
        return
    if not cells.work.eager:
        raise UnreadableError("; ".join(dict.fromkeys(refusal.why for refusal in refused)))
    which = np.concatenate([refusal.cells for refusal in refused])
    told = [f"{', '.join(cells.kinds(each.cells))}, as {each.why}" for each in refused]
    why = "; ".join(dict.fromkeys(told))
    ends = processes.play(cells.work, cells.points(which), prod(cells.work.shape), why)
    for cell, found in zip(which, ends, strict=True):
        yield cell[None], found
        tell(cells.work.steps)


def _in_lanes(cells: Cells, refused: list[Refusal], tell: Tell) -> Iterator[Part]:
    """Play what has machine code, while more is made; what has none is added to ``refused``."""
    threads, stopped, lock = torch.get_num_threads(), Event(), Lock()
    waiting: dict[Future[Part], np.ndarray] = {}

    def progress(steps: int) -> None:
        if stopped.is_set():
            raise InterruptedError
        with lock:
            tell(steps)

    pool = ThreadPoolExecutor(threads)
    try:
        for group in cells.groups():
            if isinstance(group, Refusal):
                refused.append(group)
                continue
            for part in group.made.parts(threads):
                future = pool.submit(_play, cells, group, part, progress)
                waiting[future] = group.cells[np.unique(part.cells)]
        for future in as_completed(waiting):
            try:
                yield future.result()
            except UnreadableError as error:
                refused.append(Refusal(waiting[future], str(error)))
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def _play(cells: Cells, group: Group, part: Plan, tell: Tell) -> Part:
    """Play some packs of a group."""
    which = group.cells[np.unique(part.cells)]
    recording = lanes.play(cells.work, group.lanes(part), group.first_step, part, tell)
    games = cells.games(which)
    known = {name: np.array([game.known[name] for game in games]) for name in games[0].known}
    has_regret = np.array([game.has_regret for game in games])
    return which, recording.ends(known, has_regret, group.how)
