"""The cells of some work, by the machine code that they share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple

import numpy as np

from breaking_adam.engine.packs import factors
from breaking_adam.engine.rows import kinds_of
from breaking_adam.grids.axes import numbers, points
from breaking_adam.grids.cell import Game, Mover, game_of, mover_of
from breaking_adam.grids.ends import How
from breaking_adam.grids.fleet import Fleet
from breaking_adam.grids.lanes import Lanes, packs_of, slopes_of
from breaking_adam.grids.plan import Plan, plan
from breaking_adam.grids.read_lanes import ReadLanes
from breaking_adam.grids.readings import reading_of
from breaking_adam.grids.reads import Reads, kind_of, settings_of
from breaking_adam.grids.work import Point, Work
from breaking_adam.grids.written_lanes import WrittenLanes
from breaking_adam.tracing import UnreadableError

#: How many settings of an optimizer are read one at a time.
SETTINGS = 16


class Group(NamedTuple):
    """Cells of one machine code.

    Args:
        cells: their numbers.
        how: they are played.
        first_step: the t of their first step.
        made: which of them share packs, counted from 0.
        lanes: makes the lanes of some packs.
    """

    cells: np.ndarray
    how: How
    first_step: int
    made: Plan
    lanes: Callable[[Plan], Lanes]


class Refusal(NamedTuple):
    """Cells without machine code, and why they have none."""

    cells: np.ndarray
    why: str


#: Cells of which all optimizers have one machine code, and all problems.
_Coded = tuple[Hashable, np.ndarray]


class Cells:
    """The cells of some work: each a problem and an optimizer, of which many cells share one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._game, self._mover = (
            numbers(work.axes, names) for names in (work.of_problem, work.of_optimizer)
        )
        self._problem_at = list(points(work.axes, work.of_problem))
        self._optimizer_at = list(points(work.axes, work.of_optimizer))
        self._games: list[Game | None] = []
        for point in self._problem_at:
            problem = work.make_problem(point)
            self._games.append(game_of(problem))
        dtype = problem.x.detach().numpy().dtype
        self._optimizers = [work.make_optimizer(problem, point) for point in self._optimizer_at]
        self._movers: list[Mover | None] = [mover_of(each, dtype) for each in self._optimizers]

    def games(self, cells: np.ndarray) -> list[Game]:
        """The problem of each cell."""
        return [game for i in self._game[cells].tolist() if (game := self._games[i])]

    def points(self, cells: np.ndarray) -> list[tuple[Point, Point]]:
        """A point of the problem's axes, and one of the optimizer's, for each cell."""
        return [
            (self._problem_at[self._game[cell]], self._optimizer_at[self._mover[cell]])
            for cell in cells.tolist()
        ]

    def kinds(self, cells: np.ndarray) -> list[str]:
        """The classes of the cells' optimizers by their names, each once."""
        own = (self._optimizers[i] for i in np.unique(self._mover[cells]).tolist())
        return list(dict.fromkeys(type(each).__name__ for each in own))

    def groups(self) -> Iterator[Group | Refusal]:
        """All cells, those of one machine code together; what takes longest to make comes last."""
        without = np.flatnonzero([self._games[i] is None for i in self._game])
        if without.size:
            yield Refusal(without, "its problem is set to more than numbers")
        unwritten: dict[Hashable, list[np.ndarray]] = {}
        for optimizers, cells in self._coded():
            if self._movers[self._mover[cells[0]]] is None:
                unwritten.setdefault(optimizers, []).append(cells)
            else:
                yield self._written(cells)
        for groups in unwritten.values():
            yield from self._unwritten(groups)

    def _coded(self) -> Iterator[_Coded]:
        """The cells by what decides the machine code of their optimizer and of their problem."""
        games, of_game = _numbered([game and game.showing for game in self._games])
        movers, of_mover = _numbered(
            [
                (mover.specialisation, kinds_of(mover.tuning)) if mover else kind_of(optimizer)
                for mover, optimizer in zip(self._movers, self._optimizers, strict=True)
            ]
        )
        both = of_mover[self._mover] * len(games) + of_game[self._game]
        for code in np.unique(both).tolist():
            if games[code % len(games)] is not None:
                yield movers[code // len(games)], np.flatnonzero(both == code)

    def _written(self, cells: np.ndarray) -> Group:
        """The group of cells whose optimizers have one written rule."""
        own, of_mover = np.unique(self._mover[cells], return_inverse=True)
        movers = [mover for i in own.tolist() if (mover := self._movers[i])]
        tunings = {mover.tuning: mover.settled for mover in movers}
        number = dict(zip(tunings, range(len(tunings)), strict=True))
        tuning = np.array([number[mover.tuning] for mover in movers])[of_mover]
        packs, passes, games = self._problems(cells)

        def lanes(part: Plan) -> Lanes:
            return WrittenLanes(movers, of_mover[part.cells], part.alike, packs(part), passes)

        made = plan(tuning, np.array(list(tunings.values())))
        return Group(cells, How.WRITTEN, games[0].showing.first_step, made, lanes)

    def _unwritten(self, groups: list[np.ndarray]) -> Iterator[Group | Refusal]:
        """The groups of cells whose optimizers are of one kind, and have to be read.

        Optimizers that cannot be read together, as when their step looks at a number which then
        has to be a constant, are read one setting at a time.
        """
        every = np.concatenate(groups)
        reads = self._reading(every)
        movers = np.unique(self._mover[every])
        settings = dict(
            zip(movers, (settings_of(self._optimizers[i]) for i in movers), strict=True)
        )
        if isinstance(reads, Reads) or not 1 < len(set(settings.values())) <= SETTINGS:
            yield from (self._read(cells, reads) for cells in groups)
            return
        for setting in dict.fromkeys(settings.values()):
            own = [mover for mover, its in settings.items() if its == setting]
            some = [cells[np.isin(self._mover[cells], own)] for cells in groups]
            reads = self._reading(np.concatenate(some))
            yield from (self._read(cells, reads) for cells in some if cells.size)

    def _reading(self, cells: np.ndarray) -> Reads | str:
        """The reading of all optimizers of those cells, or why there is none."""
        games = [game for i in np.unique(self._game[cells]).tolist() if (game := self._games[i])]
        optimizers = [self._optimizers[i] for i in np.unique(self._mover[cells]).tolist()]
        kept = [one for each in optimizers for one in each.state.values()]
        if any(isinstance(one, dict) and one.get("step", 0) for one in kept):
            return "it has taken steps before"
        try:
            return reading_of(optimizers, games, self.work.schedule)
        except UnreadableError as error:
            return str(error)

    def _read(self, cells: np.ndarray, reads: Reads | str) -> Group | Refusal:
        """The group of cells whose optimizers have been read."""
        if isinstance(reads, str):
            return Refusal(cells, reads)
        own, of_mover = np.unique(self._mover[cells], return_inverse=True)
        optimizers = [self._optimizers[i] for i in own.tolist()]
        packs, passes, games = self._problems(cells)

        def lanes(part: Plan) -> Lanes:
            lanes_of = part.cells.ravel()
            fleet = Fleet(optimizers, of_mover[lanes_of], reads.alone, reads.schedule)
            return ReadLanes(reads, fleet, packs(part), passes, lambda k: games[lanes_of[k]])

        one = np.zeros(cells.size, int)
        return Group(cells, How.READ, games[0].showing.first_step, plan(one, one[:1]), lanes)

    def _problems(
        self, cells: np.ndarray
    ) -> tuple[Callable[[Plan], Any], tuple[Any, Any], list[Game]]:
        """Of cells: the memory of packs of them, the passes over it, and the problem of each."""
        own, game = np.unique(self._game[cells], return_inverse=True)
        games = [each for i in own.tolist() if (each := self._games[i])]
        passes = slopes_of(games[0].showing), factors(self.work.schedule)

        def packs(part: Plan) -> Any:
            return packs_of(games, game[part.cells], part.playing)

        return packs, passes, [games[i] for i in game.tolist()]


def _numbered(values: list[Any]) -> tuple[list[Any], np.ndarray]:
    """The values that there are, and of each its place among them."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return list(places), np.array(codes)
