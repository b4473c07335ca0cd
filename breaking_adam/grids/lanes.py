"""Cells that share their machine code, played in lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from breaking_adam.engine import threads
from breaking_adam.engine.advance import Clock
from breaking_adam.engine.cells import WIDTH, Packs, many_cells
from breaking_adam.engine.rows import Rows, as_rows, kinds_of
from breaking_adam.grids.cell import Game, Mover
from breaking_adam.grids.ends import Recording
from breaking_adam.grids.plan import Plan, plan
from breaking_adam.grids.work import Work

#: Takes the cell-steps that were made since it was called last.
Tell = Callable[[int], None]


def play(
    work: Work,
    games: Sequence[Game],
    movers: Sequence[Mover],
    game: np.ndarray,
    mover: np.ndarray,
    tell: Tell,
) -> Recording:
    """Play cells and record them.

    Args:
        work: what to play, and what to record.
        games: problems of one machine code.
        movers: optimizers of one machine code.
        game: of each cell, the number of its problem, shape (cells,).
        mover: the same of its optimizer.
        tell: what to call from time to time.
    """
    first, someone = games[0], movers[0]
    tunings = {each.tuning: each.settled for each in movers}
    numbers = dict(zip(tunings, range(len(tunings)), strict=True))
    tuning = np.array([numbers[each.tuning] for each in movers])[mover]
    made = plan(tuning, np.array(list(tunings.values())), torch.get_num_threads())
    packs = _packs(games, movers, game, mover, made)
    kinds = (kinds_of(someone.tuning), *first.kinds)
    run = many_cells(someone.specialisation, first.cost, work.schedule, kinds)
    places, x = made.places, packs.lanes[:, -1]
    recording = Recording(work, game.size)
    at = 0
    for mark in work.marks.tolist():
        clock = Clock(first.first_step + at, at + 1, at + 1)
        steps, in_tail = mark - at, at >= work.tail
        if at == work.tail:
            packs.sums[:, 2] = x

        def part(begin: int, end: int, clock: Clock = clock, steps: int = steps) -> None:
            run(packs, begin, end, clock, steps, in_tail)  # noqa: B023 - it is called at once

        threads.share(part, len(packs.alike), grain=1)
        at = mark
        recording.record(at, x.ravel()[places], packs.sums[:, :2].sum(1).ravel()[places])
        tell(steps * game.size)
    tails = packs.sums[:, 2:].transpose(1, 0, 2).reshape(3, -1)[:, places]
    recording.end(tails)
    return recording


def _packs(
    games: Sequence[Game],
    movers: Sequence[Mover],
    game: np.ndarray,
    mover: np.ndarray,
    made: Plan,
) -> Packs:
    """The memory of all lanes, as they begin."""
    some_kinds, others = kinds_of(movers[0].tuning), games[0].kinds
    tunings = as_rows(some_kinds, [each.tuning for each in movers])
    tasks = as_rows(others, [each.task for each in games])
    of_mover, of_game = mover[made.cells], game[made.cells]
    rows = Rows(
        *(
            np.ascontiguousarray(
                np.concatenate([tuning[:, of_mover], task[:, of_game]]).transpose(1, 0, 2)
            )
            for tuning, task in zip(tunings, tasks, strict=True)
        )
    )
    specialisation = movers[0].specialisation
    shape = len(made.cells), len(specialisation.rule.state) + 1, WIDTH
    lanes = np.empty(shape, specialisation.dtype)
    initial = np.array([each.initial for each in movers]).reshape(len(movers), -1)
    lanes[:, :-1] = initial[of_mover].transpose(0, 2, 1)
    lanes[:, -1] = np.array([each.x0 for each in games])[of_game]
    sums = np.zeros((len(made.cells), 5, WIDTH))
    if not games[0].has_regret:
        sums[:, :2] = np.nan
    settled = np.array([each.settled for each in movers])[of_mover].max(axis=1)
    return Packs(lanes, sums, rows, made.alike, settled)
