"""A tile: cells that are played in one go, those that share machine code together."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np

from breaking_adam.engine.rows import kinds_of
from breaking_adam.grids import lanes
from breaking_adam.grids.axes import numbers, points
from breaking_adam.grids.cell import Game, Mover, game_of, mover_of
from breaking_adam.grids.ends import Found
from breaking_adam.grids.lanes import Tell
from breaking_adam.grids.processes import Here
from breaking_adam.grids.work import Work


def play(work: Work, processes: Here, tell: Tell = lambda _: None) -> Found:
    """Play all cells of the work; each of ``ENDS`` and ``CURVES`` over its axes.

    Args:
        work: the tile.
        processes: for the cells that have no rule.
        tell: what to call from time to time, with the cell-steps made since.
    """
    cells = Cells(work)
    found: Found = {}
    for which, part in cells.parts(processes, tell):
        for name, values in part.items():
            if name not in found:
                found[name] = np.zeros((prod(work.shape), *values.shape[1:]), values.dtype)
            found[name][which] = values
    return {name: each.reshape(*work.shape, *each.shape[1:]) for name, each in found.items()}


class Cells:
    """The cells of some work: each a problem and an optimizer, of which many cells share one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.game, self.mover = (
            numbers(work.axes, names) for names in (work.of_problem, work.of_optimizer)
        )
        self.problem_at = list(points(work.axes, work.of_problem))
        self.optimizer_at = list(points(work.axes, work.of_optimizer))
        self.games: list[Game | None] = []
        problem = work.make_problem(self.problem_at[0])
        for point in self.problem_at:
            problem = work.make_problem(point)
            self.games.append(game_of(problem))
        dtype = problem.x.detach().numpy().dtype
        self.movers: list[Mover | None] = [
            mover_of(work.make_optimizer(problem, point), dtype) for point in self.optimizer_at
        ]

    def groups(self) -> dict[Any, np.ndarray]:
        """The cells by what decides their machine code; those that have none by None."""
        games, game_code = _coded([None if g is None else g.machine for g in self.games])
        movers, mover_code = _coded(
            [None if m is None else (m.specialisation, kinds_of(m.tuning)) for m in self.movers]
        )
        of_game, of_mover = np.array(game_code)[self.game], np.array(mover_code)[self.mover]
        both = of_game * len(movers) + of_mover
        result: dict[Any, np.ndarray] = {}
        for code in np.unique(both).tolist():
            pair = games[code // len(movers)], movers[code % len(movers)]
            which = np.flatnonzero(both == code)
            key = None if None in pair else pair
            result[key] = np.concatenate([result.get(key, which[:0]), which])
        return result

    def parts(self, processes: Here, tell: Tell) -> Iterable[tuple[np.ndarray, Found]]:
        """Cells with what came of them, until there are no more."""
        for key, which in self.groups().items():
            if key is not None:
                yield which, self.in_lanes(which, tell)
                continue
            pairs = [
                (self.problem_at[self.game[cell]], self.optimizer_at[self.mover[cell]])
                for cell in which.tolist()
            ]
            ends = processes.play(self.work, pairs, self.game.size)
            for cell, found in zip(which, ends, strict=True):
                yield cell[None], found
                tell(self.work.steps)

    def in_lanes(self, which: np.ndarray, tell: Tell) -> Found:
        """Play cells of one machine code."""
        own_games, game = np.unique(self.game[which], return_inverse=True)
        own_movers, mover = np.unique(self.mover[which], return_inverse=True)
        games = [g for i in own_games.tolist() if (g := self.games[i])]
        movers = [m for i in own_movers.tolist() if (m := self.movers[i])]
        recording = lanes.play(self.work, games, movers, game, mover, tell)
        known = {name: np.array([g.known[name] for g in games])[game] for name in games[0].known}
        return recording.ends(known, np.full(which.size, games[0].has_regret))


def _coded(values: list[Any]) -> tuple[list[Any], list[int]]:
    """The values that there are, and of each its place among them."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return list(places), codes
