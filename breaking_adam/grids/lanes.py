"""Cells that share their machine code, played in lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from breaking_adam.engine.advance import Clock
from breaking_adam.engine.packs import WIDTH, Head, Packs, slopes
from breaking_adam.engine.rows import as_rows
from breaking_adam.grids.cell import Game, Showing
from breaking_adam.grids.ends import Recording
from breaking_adam.grids.plan import Plan
from breaking_adam.grids.work import Work

#: Takes the cell-steps that were made since it was called last.
Tell = Callable[[int], None]


class Lanes(Protocol):
    """The lanes of some packs, on their way."""

    packs: Packs

    def play(self, clock: Clock, steps: int, in_tail: bool) -> None:
        """So many steps on."""


def play(work: Work, lanes: Lanes, first_step: int, made: Plan, tell: Tell) -> Recording:
    """Play cells and record them.

    Args:
        work: what to play, and what to record.
        lanes: theirs, as they begin.
        first_step: the t of the first step.
        made: which cells have which lanes.
        tell: what to call from time to time.
    """
    places = made.places
    recording = Recording(work, places.size)
    at = 0
    for mark in work.marks.tolist():
        if at == work.tail:
            lanes.packs.head(Head.BEGIN)[:] = lanes.packs.head(Head.X)
        steps = mark - at
        lanes.play(Clock(first_step + at, at + 1, at + 1), steps, at >= work.tail)
        packs, at = lanes.packs, mark
        regret = packs.head(Head.REGRET) + packs.head(Head.REST)
        recording.record(at, packs.head(Head.X).ravel()[places], regret.ravel()[places])
        tell(steps * places.size)
    rows = Head.BEGIN, Head.DISTANCE, Head.SQUARE
    recording.end(np.array([lanes.packs.head(row).ravel()[places] for row in rows]))
    return recording


def packs_of(games: Sequence[Game], game: np.ndarray, playing: np.ndarray) -> Packs:
    """The memory of lanes, as their problems begin.

    Args:
        games: problems of one machine code.
        game: of each lane, the number of its problem, shape (packs, WIDTH).
        playing: how many lanes of each pack play.
    """
    showing = games[0].showing
    tasks = as_rows(showing.kinds, [each.task for each in games])[:, game]
    packs = Packs(0, showing.dtype, tasks, playing)
    for row, numbers in {
        Head.X: [each.x0 for each in games],
        Head.LOW: [each.box[0] for each in games],
        Head.HIGH: [each.box[1] for each in games],
        Head.REGRET: [0.0 if each.has_regret else np.nan for each in games],
    }.items():
        packs.head(row)[:] = np.array(numbers)[game]
    return packs


def slopes_of(showing: Showing) -> Any:
    """The pass of problems of one machine code."""
    return slopes(showing.cost, showing.dtype, showing.kinds)


class Slope:
    """The slope of a problem, so many steps from a step on."""

    def __init__(self, game: Game, t: int) -> None:
        self._packs = packs_of([game], np.zeros((1, WIDTH), int), np.ones(1))
        self._pass, self._t = slopes_of(game.showing), t

    def __call__(self, t: int, x: float) -> float:
        self._packs.head(Head.X)[:] = x
        return float(self._packs.look(self._pass, self._t + t, 1)[0, 0])
