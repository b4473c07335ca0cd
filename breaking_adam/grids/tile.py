"""A tile: cells that are played in one go, those that share machine code together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from math import prod
from threading import Event, Lock
from typing import Any

import numpy as np
import torch

from breaking_adam.engine.packs import factors
from breaking_adam.engine.rows import kinds_of
from breaking_adam.grids import lanes
from breaking_adam.grids.axes import numbers, points
from breaking_adam.grids.cell import Game, Mover, game_of, mover_of
from breaking_adam.grids.codes import Lanes, Written
from breaking_adam.grids.ends import Found, How
from breaking_adam.grids.lanes import Tell, packs_of
from breaking_adam.grids.plan import Plan, plan
from breaking_adam.grids.processes import Here
from breaking_adam.grids.reads import (
    Fleet,
    ReadLanes,
    Reads,
    kind_of,
    reading_of,
    settings_of,
    slopes_of,
)
from breaking_adam.grids.work import Work
from breaking_adam.tracing import UnreadableError


def play(work: Work, processes: Here, tell: Tell = lambda _: None) -> Found:
    """Play all cells of the work; each of ``ENDS`` and ``CURVES`` over its axes.

    Args:
        work: the tile.
        processes: for the cells that have no machine code.
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


def read_ahead(work: Work) -> None:
    """Read the optimizers that have no written rule, and trust them on all problems of the work.

    What a lockstep takes hardly depends on how many problems it is on. So grids that are played
    one after another, each on a problem of its own with steps of its own, are read in one go.
    """
    for _ in Cells(work).by_setting({}):
        pass


#: Cells, by their numbers, with what came of them.
Part = tuple[np.ndarray, Found]


#: What decides the machine code of an optimizer and of a problem, and the cells of both.
Group = tuple[Hashable, Hashable, np.ndarray]

#: How many settings of an optimizer are read one at a time.
SETTINGS = 16


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
        self.optimizers = [work.make_optimizer(problem, point) for point in self.optimizer_at]
        self.movers: list[Mover | None] = [mover_of(each, dtype) for each in self.optimizers]
        #: Why cells have no machine code.
        self.why: dict[str, np.ndarray] = {}

    def groups(self) -> Iterator[Group]:
        """The cells by what decides the machine code of their optimizer and of their problem."""
        games, of_game = _coded([g and g.showing for g in self.games])
        movers, of_mover = _coded(
            [
                (m.specialisation, kinds_of(m.tuning)) if m else kind_of(optimizer)
                for m, optimizer in zip(self.movers, self.optimizers, strict=True)
            ]
        )
        both = np.array(of_mover)[self.mover] * len(games) + np.array(of_game)[self.game]
        for code in np.unique(both).tolist():
            which = np.flatnonzero(both == code)
            yield movers[code // len(games)], games[code % len(games)], which

    def parts(self, processes: Here, tell: Tell) -> Iterator[Part]:
        """Cells with what came of them, until there are no more."""
        stopped, lock = Event(), Lock()

        def progress(steps: int) -> None:
            if stopped.is_set():
                raise InterruptedError
            with lock:
                tell(steps)

        readings: dict[Hashable, Reads | str] = {}
        pool = ThreadPoolExecutor(torch.get_num_threads())
        try:
            waiting: dict[Future[Part], np.ndarray] = {}
            for mover, showing, which in self.by_setting(readings):
                if showing is None:
                    self._refuse("its problem is set to more than numbers", which)
                    continue
                begin = self._begin(mover, which, readings)
                if begin is None:
                    continue
                made, lanes_of, how = begin
                for part in made.parts(torch.get_num_threads()):
                    future = pool.submit(self._play, which, part, lanes_of, how, progress)
                    waiting[future] = which[np.unique(part.cells)]
            for future in as_completed(waiting):
                try:
                    yield future.result()
                except UnreadableError as error:
                    self._refuse(str(error), waiting[future])
        finally:
            stopped.set()
            pool.shutdown(cancel_futures=True)
        yield from self._eagerly(processes, tell)

    def _refuse(self, why: str, which: np.ndarray) -> None:
        self.why[why] = np.concatenate([self.why.get(why, which[:0]), which])

    def by_setting(self, readings: dict[Hashable, Reads | str]) -> Iterator[Group]:
        """The groups, of which those without a written rule have been read.

        Optimizers that cannot be read together, because their step takes other ways for other
        numbers than it says, are read one setting at a time.
        """
        groups = list(self.groups())
        for mover in dict.fromkeys(mover for mover, *_ in groups):
            its = [group for group in groups if group[0] == mover]
            cells = np.concatenate([which for *_, which in its])
            if self.movers[self.mover[cells[0]]] is not None:
                yield from its
                continue
            readings[mover] = self._read(cells)
            codes = [settings_of(self.optimizers[i]) for i in self.mover[cells]]
            if not isinstance(readings[mover], str) or not 1 < len(set(codes)) <= SETTINGS:
                yield from its
                continue
            for setting in dict.fromkeys(codes):
                own = cells[[code == setting for code in codes]]
                readings[mover, setting] = self._read(own)
                for _, showing, which in its:
                    if (some := np.intersect1d(which, own)).size:
                        yield (mover, setting), showing, some

    def _begin(
        self, mover: Hashable, which: np.ndarray, readings: dict[Hashable, Reads | str]
    ) -> tuple[Plan, Callable[[Plan], Lanes], How] | None:
        """What a group's packs are, and how to make their lanes."""
        own_games, game = np.unique(self.game[which], return_inverse=True)
        own_movers, of_mover = np.unique(self.mover[which], return_inverse=True)
        games = [g for i in own_games.tolist() if (g := self.games[i])]
        movers = [m for i in own_movers.tolist() if (m := self.movers[i])]
        showing, factor = games[0].showing, factors(self.work.schedule)
        threads = torch.get_num_threads()

        def packs(part: Plan) -> Any:
            return packs_of(games, game[part.cells], part.playing)

        if movers:
            tunings = {each.tuning: each.settled for each in movers}
            number = dict(zip(tunings, range(len(tunings)), strict=True))
            tuning = np.array([number[each.tuning] for each in movers])[of_mover]
            made = plan(tuning, np.array(list(tunings.values())), threads)

            def written(part: Plan) -> Lanes:
                its = of_mover[part.cells]
                return Written(movers, its, part.alike, packs(part), slopes_of(showing), factor)

            return made, written, How.WRITTEN
        reads = readings[mover]
        if isinstance(reads, str):
            self._refuse(reads, which)
            return None
        every = np.zeros(which.size, int)
        made = plan(every, every[:1], threads)

        def from_read(part: Plan) -> Lanes:
            place = dict(zip(np.unique(self.mover[which]).tolist(), range(10**9), strict=False))
            fleet = Fleet(
                [self.optimizers[i] for i in place],
                of_mover[part.cells].ravel(),
                reads.alone,
                self.work.schedule,
            )
            its = game[part.cells].ravel()
            return ReadLanes(reads, fleet, packs(part), slopes_of(showing), lambda j: games[its[j]])

        return made, from_read, How.READ

    def _read(self, cells: np.ndarray) -> Reads | str:
        """The reading of all optimizers of those cells, or why there is none."""
        games = [g for i in np.unique(self.game[cells]).tolist() if (g := self.games[i])]
        optimizers = [self.optimizers[i] for i in np.unique(self.mover[cells]).tolist()]
        try:
            return reading_of(optimizers, games, self.work.schedule)
        except UnreadableError as error:
            return str(error)

    def _play(
        self,
        which: np.ndarray,
        part: Plan,
        lanes_of: Callable[[Plan], Lanes],
        how: How,
        tell: Tell,
    ) -> Part:
        """Play some packs of cells."""
        cells = which[np.unique(part.cells)]
        games = [g for i in self.game[cells].tolist() if (g := self.games[i])]
        first_step = games[0].showing.first_step
        recording = lanes.play(self.work, lanes_of(part), first_step, part, tell)
        known = {name: np.array([g.known[name] for g in games]) for name in games[0].known}
        return cells, recording.ends(known, np.array([g.has_regret for g in games]), how)

    def _eagerly(self, processes: Here, tell: Tell) -> Iterable[Part]:
        """Play the cells that have no machine code."""
        if not self.why:
            return
        which = np.concatenate(list(self.why.values()))
        pairs = [
            (self.problem_at[self.game[cell]], self.optimizer_at[self.mover[cell]])
            for cell in which.tolist()
        ]
        ends = processes.play(self.work, pairs, self.game.size, "; ".join(self.why))
        for cell, found in zip(which, ends, strict=True):
            yield cell[None], found
            tell(self.work.steps)


def _coded(values: list[Any]) -> tuple[list[Any], list[int]]:
    """The values that there are, and of each its place among them."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return list(places), codes
