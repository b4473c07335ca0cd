"""Lanes of optimizers whose rule is read from their own step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from breaking_adam.engine.advance import Clock
from breaking_adam.engine.cells import ReadRows, read
from breaking_adam.engine.packs import STRANGE, WIDTH, Head, Packs
from breaking_adam.grids.cell import Game
from breaking_adam.grids.fleet import Fleet
from breaking_adam.grids.reads import Reads
from breaking_adam.problems.two_sum import add
from breaking_adam.tracing import UnreadableError, places
from breaking_adam.tracing.places import Place


class ReadLanes:
    """Lanes of optimizers with one rule that was read.

    The first steps, which make the optimizers' state, are the optimizers' own. From there on a
    pack plays in machine code, up to a step that its rule does not hold for, such as the first
    one after a warm-up: that is read when it comes.

    Args:
        reads: the optimizers and their rule.
        fleet: the optimizers of all lanes, as they begin.
        packs: their memory, of which only the problems are there.
        passes: the pass of the problems, and the schedule.
        game_of: of a lane, by its place among all, its problem; None for Gaussian slopes.
    """

    def __init__(
        self,
        reads: Reads,
        fleet: Fleet,
        packs: Packs,
        passes: tuple[Any, Any],
        game_of: Callable[[int], Game | None],
    ) -> None:
        self._reads, self._fleet, self._game_of = reads, fleet, game_of
        self._passes, self._read = passes, reads.read
        self._rows = ReadRows(self._read.rule)
        self._begun = False
        self.packs = packs.with_before(self._rows.head)

    def play(self, clock: Clock, steps: int, in_tail: bool) -> None:
        """So many steps on.

        Raises:
            UnreadableError: if there is a step that cannot be read.
        """
        while steps and clock.n <= self._reads.unsettled:
            self._step(clock, in_tail)
            clock, steps = _later(clock, 1), steps - 1
        if not steps:
            return
        if not self._begun:
            self.begin()
        made = self._run(clock, steps, in_tail)
        while (behind := np.flatnonzero(made < steps)).size:
            self._learn(int(behind[0]), _later(clock, int(made[behind[0]])))
            for p in behind.tolist():
                done = int(made[p])
                made[p] += self._run(_later(clock, done), steps - done, in_tail, p, p + 1)[0]

    def begin(self) -> None:
        """Take over from the optimizers themselves.

        Raises:
            UnreadableError: if one of them does not hold what was read.
        """
        for ship in self._fleet.ships:
            if self._reads.differs(ship.optimizer) != set():
                raise UnreadableError("its settings make it keep other numbers")
        self._begun = True
        self._fill(self._held, self._every(self._fleet.alphas()[None])[0])

    @property
    def states(self) -> dict[Place, np.ndarray]:
        """The lanes' own numbers, shapes (packs, WIDTH)."""
        first, dtype = self._rows.states, self._read.dtype
        return {p: self.packs.row(first + k, dtype) for k, p in enumerate(self._read.state)}

    def _step(self, clock: Clock, in_tail: bool) -> None:
        """One step by the optimizers themselves."""
        packs = self.packs
        g = packs.look(self._passes[0], clock.t)
        high, rest, term = (packs.head(row) for row in (Head.REGRET, Head.REST, Head.TERM))
        high[:], rest[:] = add(high, rest, term)
        term[:] = 0.0
        x, low, up = (packs.head(row) for row in (Head.X, Head.LOW, Head.HIGH))
        after = self._fleet.step(x.ravel(), g.ravel(), clock.s).reshape(x.shape)
        x[:] = np.minimum(np.maximum(after, low), up)
        if in_tail:
            distance = x - packs.head(Head.BEGIN)
            packs.head(Head.DISTANCE)[:] += distance
            packs.head(Head.SQUARE)[:] += distance * distance

    def _run(self, clock: Clock, steps: int, in_tail: bool, *some: int) -> np.ndarray:
        """The steps that packs have made, all of them or the first to the last of some."""
        mine = self._read
        kind = mine.dtype, self.packs.dtype, len(mine.hyper), mine.coefficients, mine.forks
        return self.packs.run(read(mine.rule, *kind), *self._passes, clock, steps, in_tail, *some)

    def _fill(self, held: Callable[[Sequence[Place]], np.ndarray], alphas: np.ndarray) -> None:
        """Lay the rows of the rule as it is now, with what each lane holds in each place."""
        while True:
            mine = self._reads.read
            shared = held(mine.hyper)
            differ = {
                place
                for place, numbers in zip(mine.hyper, shared, strict=True)
                if (numbers != numbers.flat[0]).any()
            }
            if not differ:
                break
            self._reads.with_own(differ)
        if len(shared) > STRANGE:
            raise UnreadableError(f"it keeps more than {STRANGE} numbers")
        states = held(mine.state)
        self._read, self._rows = mine, ReadRows(mine.rule)
        self.packs = self.packs.with_before(self._rows.head)
        self.packs.row(self._rows.alpha)[:] = alphas
        self.packs.memory[:, 0, : len(shared)] = shared[:, :, 0].T
        for row, numbers in zip(self.states.values(), states, strict=True):
            row[:] = numbers

    def _every(self, numbers: np.ndarray) -> np.ndarray:
        """Numbers of each lane of the fleet by packs; lanes beyond those are as the last one."""
        lanes = np.arange(len(self.packs.memory) * WIDTH).clip(max=self._fleet.lanes - 1)
        return numbers[:, lanes].reshape(len(numbers), len(self.packs.memory), WIDTH)

    def _held(self, wanted: Sequence[Place]) -> np.ndarray:
        """What the optimizers themselves hold in some places, shape (places, packs, WIDTH)."""
        return self._every(self._fleet.held(wanted))

    def _kept(self, wanted: Sequence[Place]) -> np.ndarray:
        """What each lane holds in some places now, likewise."""
        found, shared = self._held(wanted), self.packs.memory[:, 0]
        now = self.states | {p: shared[:, k : k + 1] for k, p in enumerate(self._read.hyper)}
        for row, place in zip(found, wanted, strict=True):
            if place in now:
                row[:] = now[place]
        return found

    def _learn(self, pack: int, clock: Clock) -> None:
        """Have the step that a pack has stopped at read, and go over to the new rule."""
        mine, strange = self._read, int(self.packs.memory[pack, 0, STRANGE])
        lane = min(pack * WIDTH + strange, self._fleet.lanes - 1)
        optimizer, wanted = self._fleet.of(lane), (*mine.state, *mine.hyper)
        for place, numbers in zip(wanted, self._kept(wanted), strict=True):
            places.put(optimizer, place, float(numbers.flat[lane]))
        (x,) = optimizer.param_groups[0]["params"]
        x.data.fill_(float(self.packs.head(Head.X).flat[lane]))
        self._reads.learn(optimizer, self._reads.course(self._game_of(lane), clock), mine)
        self._fill(self._kept, self.packs.row(self._rows.alpha).copy())


def _later(clock: Clock, steps: int) -> Clock:
    return Clock(*(each + steps for each in clock))
