"""Optimizers whose rule is read from their own step, many of them at once.

In a grid every cell has an optimizer of its own, with one coordinate. So a rule that was read can
be played in lanes whatever it does with its coordinate, and however its optimizers differ in their
numbers: what a lane has for itself is an input of the rule, and what all have in common, such as
the count of steps and what follows from it, is worked out once for a pack of lanes.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence

import numpy as np
from torch.optim import Optimizer

from breaking_adam.engine.advance import Clock, Schedule
from breaking_adam.engine.packs import factors
from breaking_adam.grids.cell import Game, Showing
from breaking_adam.grids.fleet import INITIAL_LR, Fleet
from breaking_adam.grids.lanes import Slope
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import Course, Read, Reader, UnreadableError, UnsettledError, places
from breaking_adam.tracing.places import LR, Place
from breaking_adam.tracing.trust import gaussian

#: The steps by which a rule is known well enough to make lanes of it: these walk in lockstep then.
LOOKS = 256


def kind_of(optimizer: Optimizer) -> Hashable:
    """What optimizers that one reading may serve have in common: all but numbers.

    The dtypes of their parameters are a part of it.
    """
    kept = (
        (place, float if places.is_number(fact) else fact)
        for place, fact in places.facts(optimizer).items()
    )
    params = (x for group in optimizer.param_groups for x in group["params"])
    return type(optimizer), tuple(x.dtype for x in params), tuple(kept)


def settings_of(optimizer: Optimizer) -> tuple[object, ...]:
    """The numbers that tell it from others of its kind, but for the learning rate."""
    facts = places.facts(optimizer)
    return tuple(facts[place] for place in facts if place[-1:] != LR[-1:])


def differing(optimizers: Sequence[Optimizer]) -> set[Place]:
    """The places of the numbers in which optimizers of one kind differ."""
    every = [places.facts(each) for each in optimizers]
    return {place for place in every[0] if len({facts[place] for facts in every}) > 1}


class Reads:
    """Optimizers of one kind, and the rule that was read of them.

    The first, the last and one drawn stand for all: they are what is read, and what the rule is
    to be trusted by.

    Args:
        optimizers: of one kind, as they begin.
        game: a problem that one of them will play.
        schedule: α_t/α as a function of t.

    Raises:
        UnreadableError: if they cannot be read.
    """

    def __init__(self, optimizers: Sequence[Optimizer], game: Game, schedule: Schedule) -> None:
        drawn = int(np.random.default_rng(0).integers(len(optimizers)))
        self.some = [optimizers[i] for i in dict.fromkeys((0, len(optimizers) - 1, drawn))]
        self.schedule, self.factor = schedule, factors(schedule)
        self._own, self._lock = differing(optimizers), threading.RLock()
        #: The problems that the rule has walked on, by what decides their machine code.
        self.trusted: set[Showing] = set()
        varying = self._own - {LR}
        while True:
            course = self.course(game, Clock(game.showing.first_step, 1, 1))
            self._reader = Reader(self.some[0], course, varying=varying, steps=LOOKS)
            self.alone = bool(self._reader.trusted().alone)
            more: set[Place] = set()
            for optimizer in self.some:
                differ = self.differs(self._settled(optimizer, game))
                if differ is None:
                    raise UnreadableError("its settings make it keep other things")
                more |= differ
            if not more:
                break
            varying, self._own = varying | more, self._own | more
        self.read = self._reader.in_lanes(self._own)

    @property
    def unsettled(self) -> int:
        """How many steps are the optimizers' own before there is a rule."""
        return self._reader.unsettled

    def differs(self, optimizer: Optimizer) -> set[Place] | None:
        """Where a settled one has other numbers than the rule; None if it has other things."""
        differ = self._reader.differs(optimizer)
        return None if differ is None else differ - self._own - {INITIAL_LR}

    def course(self, game: Game | None, clock: Clock) -> Course:
        """What the next steps bring in a lane of a problem, or of Gaussian slopes."""
        schedule = self.schedule
        factor = None if schedule is constant else lambda t: schedule(clock.s + t)
        if game is None:
            return Course(gaussian, factor=factor)
        return Course(Slope(game, clock.t), game.box, factor)

    def with_own(self, own: set[Place]) -> None:
        """Let lanes have more numbers for themselves."""
        with self._lock:
            self._own |= own
            self.read = self._reader.in_lanes(self._own)

    def learn(self, optimizer: Optimizer, course: Course, read: Read) -> None:
        """Read on from an optimizer for whose next step ``read`` does not hold.

        Raises:
            UnreadableError: if that cannot be read.
        """
        with self._lock:
            if self.read.text != read.text:  # somebody else has done it
                return
            self._reader.go_on_with(optimizer, course)
            try:
                self._reader.learn()
            except UnsettledError:
                raise UnreadableError("it changes what it keeps in mid-run") from None
            self.read = self._reader.in_lanes(self._own)
            if self.read.text == read.text:
                raise UnreadableError("its rule does not hold where it was read")

    def _settled(self, optimizer: Optimizer, game: Game) -> Optimizer:
        """A twin that has taken the steps which are its own."""
        fleet = Fleet([optimizer], np.zeros(1, int), self.alone, self.schedule)
        x, slope = np.array([game.x0], game.showing.dtype), Slope(game, game.showing.first_step)
        for step in range(self.unsettled):
            x = fleet.step(x, np.array([slope(step, x[0])]), 1 + step).clip(*game.box)
        return fleet.of(0)
