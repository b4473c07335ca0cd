"""Optimizers whose rule is read from their own step, many of them at once.

In a grid every cell has an optimizer of its own, with one coordinate. So a rule that was read can
be played in lanes whatever it does with its coordinate, and however its optimizers differ in their
numbers: what a lane has for itself is an input of the rule, and what all have in common, such as
the count of steps and what follows from it, is worked out once for a pack of lanes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import torch
from torch.optim import Optimizer

from breaking_adam.engine.advance import Clock, Schedule
from breaking_adam.engine.cells import ReadRows, read
from breaking_adam.engine.digest import UnknownContentError, digest
from breaking_adam.engine.packs import STRANGE, WIDTH, Head, Packs, factors, given, slopes
from breaking_adam.grids.cell import Game, Showing
from breaking_adam.grids.lanes import packs_of
from breaking_adam.problems.two_sum import add
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import Course, Read, Reader, UnreadableError, UnsettledError, places
from breaking_adam.tracing.course import take_step
from breaking_adam.tracing.places import LR, Place
from breaking_adam.tracing.trust import STEPS, TOLERANCE, gaussian

#: The rate that a schedule begins from, which is kept beside the one of the step.
INITIAL_LR: Place = (*LR[:-1], "initial_lr")


def kind_of(optimizer: Optimizer) -> Hashable:
    """What optimizers that one reading may serve have in common: everything but numbers."""
    kept = (
        (place, float if places.is_number(fact) else fact)
        for place, fact in places.facts(optimizer).items()
    )
    return type(optimizer), tuple(kept)


def settings_of(optimizer: Optimizer) -> tuple[float, ...]:
    """The numbers that tell it from others of its kind, but for the learning rate."""
    return tuple(
        fact
        for place, fact in places.facts(optimizer).items()
        if places.is_number(fact) and place[-1:] != LR[-1:]
    )


class Fleet:
    """Optimizers that take the steps of lanes: one for all lanes that share a setting.

    Args:
        optimizers: as they begin.
        of_lane: of each lane the number of its optimizer, shape (lanes,).
        alone: whether coordinates of one optimizer would see each other; then each lane has one.
        schedule: α_t/α as a function of t.
    """

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        of_lane: np.ndarray,
        alone: bool,
        schedule: Schedule,
    ) -> None:
        self._size, self._schedule = of_lane.size, schedule
        lanes = [np.flatnonzero(of_lane == i) for i in np.unique(of_lane)]
        if alone:
            lanes = [lane for each in lanes for lane in each[:, None]]
        self._ships = [(its, *_of_many(optimizers[of_lane[its[0]]], its.size)) for its in lanes]

    def step(self, x: np.ndarray, g: np.ndarray, s: int) -> np.ndarray:
        """X of all lanes after step s of the problem, without the projection."""
        after = np.empty_like(x)
        for lanes, optimizer, parameter in self._ships:
            if self._schedule is not constant:
                group = optimizer.param_groups[0]
                group.setdefault("initial_lr", group["lr"])
                group["lr"] = group["initial_lr"] * self._schedule(s)
            parameter.data.copy_(torch.from_numpy(x[lanes]))
            take_step(optimizer, parameter, torch.from_numpy(g[lanes]))
            after[lanes] = parameter.detach().numpy()
        return after

    def held(self, wanted: Sequence[Place]) -> np.ndarray:
        """What each lane's optimizer holds in some places, shape (places, lanes)."""
        found = np.zeros((len(wanted), self._size))
        for lanes, optimizer, _ in self._ships:
            for row, place in zip(found, wanted, strict=True):
                try:
                    leaf = places.held(optimizer, place)
                except LookupError:  # a state that is not made yet
                    continue
                if isinstance(leaf, torch.Tensor):
                    leaf = leaf.detach().flatten().numpy()
                row[lanes] = leaf
        return found

    @property
    def optimizers(self) -> list[Optimizer]:
        """All of them."""
        return [optimizer for _, optimizer, _ in self._ships]

    def of(self, lane: int) -> Optimizer:
        """The optimizer of a lane, for that lane alone."""
        for lanes, optimizer, _ in self._ships:
            if lane in lanes:
                return places.twin(optimizer, places.first)[0]
        return self.of(self._size - 1)


def _of_many(optimizer: Optimizer, count: int) -> tuple[Optimizer, torch.Tensor]:
    """A twin with so many coordinates, all of them where the optimizer's one is."""

    def many(place: Place, tensor: torch.Tensor) -> torch.Tensor:
        return places.one(tensor).repeat(count, *[1] * (tensor.dim() - 1))

    return places.twin(optimizer, many)


class Reads:
    """Optimizers of one kind, and the rule that was read of them.

    Args:
        optimizers: of one kind, as they begin.
        own: the places of the numbers in which they differ.
        games: some of the problems that they will play.
        schedule: α_t/α as a function of t.

    Raises:
        UnreadableError: if they cannot be read.
    """

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        own: set[Place],
        games: Sequence[Game],
        schedule: Schedule,
    ) -> None:
        self.optimizers, self.schedule, self.lock = optimizers, schedule, threading.RLock()
        self.own = own
        self.factor = factors(schedule)
        varying = self.own - {LR}
        while True:
            self._read_first(games[0], varying)
            more = set()
            for optimizer in self._some():
                differ = self.differs(self._settled(optimizer, games[0]))
                if differ is None:
                    raise UnreadableError("its settings make it keep other things")
                more |= differ
            if not more:
                break
            varying, self.own = varying | more, self.own | more
        self.read = self.reader.in_lanes(self.own)
        self.trusted: set[Showing] = set()

    def _read_first(self, game: Game, varying: set[Place]) -> None:
        course = self.course(game, Clock(game.showing.first_step, 1, 1))
        self.reader = Reader(self.optimizers[0], course, varying=varying)
        self.alone = bool(self.reader.trusted().alone)
        self.unsettled = self.reader.unsettled

    def _some(self) -> list[Optimizer]:
        """The first, the last, and one drawn."""
        count = len(self.optimizers)
        drawn = int(np.random.default_rng(0).integers(count))
        return [self.optimizers[i] for i in dict.fromkeys((0, count - 1, drawn))]

    def _settled(self, optimizer: Optimizer, game: Game) -> Optimizer:
        """A twin that has taken the steps which are its own."""
        fleet, slope = Fleet([optimizer], np.zeros(1, int), False, self.schedule), Slope(game, 0)
        x = np.array([game.x0], game.showing.dtype)
        for step in range(self.unsettled):
            g = np.array([slope(game.showing.first_step + step, x[0])], x.dtype)
            x = fleet.step(x, g, 1 + step).clip(*game.box)
        return fleet.of(0)

    def differs(self, optimizer: Optimizer) -> set[Place] | None:
        """Where an optimizer has other numbers than the rule; None if it has other things."""
        differ = self.reader.differs(optimizer)
        return None if differ is None else differ - self.own - {INITIAL_LR}

    def course(self, game: Game | None, clock: Clock) -> Course:
        """What the next steps bring, in a lane of a problem, or of Gaussian slopes."""
        schedule = self.schedule
        factor = None if schedule is constant else lambda t: schedule(clock.s + t)
        if game is None:
            return Course(gaussian, factor=factor)
        return Course(Slope(game, clock.t), game.box, factor)

    def with_own(self, own: set[Place]) -> None:
        """Let lanes have more numbers for themselves."""
        with self.lock:
            self.own |= own
            self.read = self.reader.in_lanes(self.own)

    def learn(self, optimizer: Optimizer, course: Course, read: Read) -> None:
        """Read on from an optimizer for whose next step ``read`` does not hold.

        Raises:
            UnreadableError: if that cannot be read.
        """
        with self.lock:
            if self.read.text != read.text:  # somebody else has done it
                return
            self.reader.go_on_with(optimizer, course)
            try:
                self.reader.learn()
            except UnsettledError:
                raise UnreadableError("it changes what it keeps in mid-run") from None
            self.read = self.reader.in_lanes(self.own)
            if self.read.text == read.text:
                raise UnreadableError("its rule does not hold where it was read")

    def trust(self, games: Sequence[Game]) -> None:
        """Walk in lockstep with the optimizers' own steps, on problems that are new to the rule.

        That is STEPS steps for the first of the optimizers, the last and one drawn, each on some
        problems of every kind and on Gaussian slopes, as coordinates of one parameter.
        """
        fresh: dict[Showing, list[Game]] = {}
        for game in games:
            if game.showing not in self.trusted:
                fresh.setdefault(game.showing, []).append(game)
        if not fresh:
            return
        some: list[Game | None] = [None]
        for each in fresh.values():
            some += [each[i] for i in dict.fromkeys((0, len(each) // 2, len(each) - 1))]
        if self.alone:  # each lane has an optimizer, which takes its time
            some = [None, *(each[0] for each in fresh.values())]
        for optimizer in self._some():
            for begin in range(0, len(some), WIDTH):
                walk(self, optimizer, some[begin : begin + WIDTH])
        self.trusted |= fresh.keys()


#: The readings of this process, by what they are of; the last ones used come last.
_READINGS: dict[Hashable, Reads] = {}

#: How many of them are kept.
READINGS = 64

_ONE_AT_A_TIME = threading.RLock()


def reading_of(optimizers: Sequence[Optimizer], games: Sequence[Game], schedule: Schedule) -> Reads:
    """The reading of optimizers of one kind, trusted on problems of all their kinds.

    One that there is already serves, where it is of optimizers that are set to the same in all
    but what they differ in: the tiles of a grid share a reading.

    Raises:
        UnreadableError: if they cannot be read.
    """
    kept = [places.facts(each) for each in optimizers]
    own = {
        place
        for place, fact in kept[0].items()
        if places.is_number(fact) and any(each[place] != fact for each in kept)
    }
    constants = tuple(kept[0][place] for place in kept[0] if place not in own)
    try:
        content: Hashable = digest(schedule)
    except UnknownContentError:
        content = schedule
    key = kind_of(optimizers[0]), frozenset(own), constants, content
    with _ONE_AT_A_TIME:
        if (reads := _READINGS.pop(key, None)) is None:
            reads = Reads(optimizers, own, games, schedule)
        reads.trust(games)
        _READINGS[key] = reads
        while len(_READINGS) > READINGS:
            del _READINGS[next(iter(_READINGS))]
    return reads


class Slope:
    """The slope of a problem, t steps from one on."""

    def __init__(self, game: Game, t: int) -> None:
        self._packs = packs_of([game], np.zeros((1, WIDTH), int), np.ones(1))
        self._pass, self._t = slopes_of(game.showing), t

    def __call__(self, t: int, x: float) -> float:
        self._packs.head(Head.X)[:] = x
        return float(self._packs.look(self._pass, self._t + t, 1)[0, 0])


def slopes_of(showing: Showing) -> Any:
    """The pass of problems of one kind."""
    return slopes(showing.cost, showing.dtype, showing.kinds)


class ReadLanes:
    """Lanes of optimizers with one rule that was read.

    Args:
        reads: the optimizers and their rule.
        fleet: the optimizers of all lanes, as they begin.
        packs: their memory, of which only the problems are there.
        passes: the pass of the problems.
        game_of: of a lane, by its place among all, its problem.
    """

    def __init__(
        self,
        reads: Reads,
        fleet: Fleet,
        packs: Packs,
        passes: Any,
        game_of: Callable[[int], Game | None],
    ) -> None:
        self._reads, self._slopes, self._game_of = reads, passes, game_of
        self._fleet = fleet
        self.packs = packs.with_before(1)
        self._read: Read | None = None

    def play(self, clock: Clock, steps: int, in_tail: bool) -> None:
        """So many steps on; the first ones of all are the optimizers' own."""
        while steps and clock.n <= self._reads.unsettled:
            self._step(clock, in_tail)
            clock, steps = Clock(*(each + 1 for each in clock)), steps - 1
        if not steps:
            return
        if self._read is None:
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
            UnreadableError: if they do not hold what was read.
        """
        for optimizer in self._fleet.optimizers:
            if self._reads.differs(optimizer) != set():
                raise UnreadableError("its settings make it keep other numbers")
        self._fill(self._held)

    def _held(self, wanted: Sequence[Place]) -> np.ndarray:
        """What the optimizers themselves hold in some places, shape (places, packs, WIDTH)."""
        held, lanes = self._fleet.held(wanted), len(self.packs.memory) * WIDTH
        every = held[:, np.arange(lanes).clip(max=held.shape[1] - 1)]
        return every.reshape(len(wanted), -1, WIDTH)

    @property
    def states(self) -> dict[Place, np.ndarray]:
        """The lanes' own numbers, shapes (packs, WIDTH)."""
        assert self._read is not None
        first = ReadRows(self._read.rule).states
        return {
            place: self.packs.row(first + k, self._read.dtype)
            for k, place in enumerate(self._read.state)
        }

    def _step(self, clock: Clock, in_tail: bool) -> None:
        """One step by the optimizers themselves."""
        packs = self.packs
        g = packs.look(self._slopes, clock.t)
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
        assert self._read is not None
        mine = self._read
        passes = read(
            mine.rule,
            mine.dtype,
            self.packs.dtype,
            len(mine.hyper),
            mine.coefficients,
            mine.forks,
        )
        factor = self._reads.factor
        return self.packs.run(passes, self._slopes, factor, clock, steps, in_tail, *some)

    def _fill(self, held: Callable[[Sequence[Place]], np.ndarray]) -> None:
        """Lay the rule's rows before the head, with what is held in each place."""
        while True:
            mine = self._reads.read
            shared = held(mine.hyper)
            differ = {
                place
                for place, each in zip(mine.hyper, shared, strict=True)
                if (each != each.flat[0]).any()
            }
            if not differ:
                break
            self._reads.with_own(differ)
        if len(mine.hyper) > STRANGE:
            raise UnreadableError(f"it keeps more than {STRANGE} numbers")
        states, rows = held(mine.state), ReadRows(mine.rule)
        rate = LR if self._reads.schedule is constant else INITIAL_LR
        (alphas,) = held([rate])
        self.packs, self._read = self.packs.with_before(rows.head), mine
        self.packs.row(rows.alpha)[:] = alphas
        for k, each in enumerate(shared):
            self.packs.memory[:, 0, k] = each[:, 0]
        for k, each in enumerate(states):
            self.packs.row(rows.states + k, mine.dtype)[:] = each

    def _kept(self, wanted: Sequence[Place]) -> np.ndarray:
        """What each lane holds in some places now, shape (places, packs, WIDTH)."""
        assert self._read is not None
        packs, mine, found = self.packs, self._read, self._held(wanted)
        rate = LR if self._reads.schedule is constant else INITIAL_LR
        now = {rate: packs.row(ReadRows(mine.rule).alpha), **self.states}
        now |= {place: packs.memory[:, 0, k : k + 1] for k, place in enumerate(mine.hyper)}
        for row, place in zip(found, wanted, strict=True):
            if place in now:
                row[:] = now[place]
        return found

    def _learn(self, pack: int, clock: Clock) -> None:
        """Have the step that a pack has stopped at read, and go over to the new rule."""
        assert self._read is not None
        mine = self._read
        lane = pack * WIDTH + int(self.packs.memory[pack, 0, STRANGE])
        optimizer = self._fleet.of(lane)
        kept = (*mine.state, *mine.hyper)
        for place, numbers in zip(kept, self._kept(kept), strict=True):
            places.put(optimizer, place, float(numbers.flat[lane]))
        x = optimizer.param_groups[0]["params"][0]
        x.data.fill_(float(self.packs.head(Head.X).flat[lane]))
        self._reads.learn(optimizer, self._reads.course(self._game_of(lane), clock), mine)
        self._fill(self._kept)


def _later(clock: Clock, steps: int) -> Clock:
    return Clock(*(each + steps for each in clock))


def walk(reads: Reads, optimizer: Optimizer, games: Sequence[Game | None]) -> None:
    """Walk lanes and an optimizer side by side, a coordinate of it for each lane.

    Args:
        reads: the optimizers and their rule.
        optimizer: one of them.
        games: of each lane the problem, or None for Gaussian slopes; WIDTH at the most.

    Raises:
        UnreadableError: if they part.
    """
    lanes = len(games)
    fleet = Fleet([optimizer], np.zeros(lanes, int), reads.alone, reads.schedule)
    showings = dict.fromkeys(game.showing for game in games if game is not None)
    fields = []
    for showing in showings:
        its = [k for k, game in enumerate(games) if game is not None and game.showing == showing]
        mine = [game for game in games if game is not None and game.showing == showing]
        number = np.arange(WIDTH).clip(max=len(mine) - 1)[None]
        fields.append((showing, its, packs_of(mine, number, np.ones(1)), slopes_of(showing)))
    first = next(iter(showings))
    gaussians = [k for k, game in enumerate(games) if game is None]
    dtype = first.dtype
    packs = Packs(0, dtype, np.zeros((0, 1, WIDTH)), np.array([WIDTH]))
    bounds = np.array([(-np.inf, np.inf) if game is None else game.box for game in games], dtype)
    x = np.array([0.0 if game is None else game.x0 for game in games], dtype)
    pad = np.arange(WIDTH).clip(max=lanes - 1)
    packs.head(Head.LOW)[0], packs.head(Head.HIGH)[0] = bounds[pad].T
    walker = ReadLanes(reads, fleet, packs, given(), lambda lane: games[min(lane, lanes - 1)])
    tolerance, largest = TOLERANCE[torch.from_numpy(x).dtype], np.zeros((1, lanes))
    for step in range(reads.unsettled + STEPS):
        g = np.empty_like(x)
        for showing, its, field, passes in fields:
            field.head(Head.X)[0, : len(its)] = x[its]
            g[its] = field.look(passes, showing.first_step + step)[0, : len(its)]
        g[gaussians] = gaussian(step, 0.0)
        follows = step >= reads.unsettled
        if step == reads.unsettled:
            walker.packs.head(Head.X)[0] = x[pad]
            walker.begin()
        if follows:
            walker.packs.head(Head.G)[0] = g[pad]
            walker.play(Clock(1 + step, 1 + step, 1 + step), 1, False)
        x = fleet.step(x, g, 1 + step)
        x = np.minimum(np.maximum(x, bounds[:, 0]), bounds[:, 1])
        if not follows:
            continue
        states = walker.states
        theirs = np.vstack([x[None], fleet.held(list(states))])
        ours = np.array([walker.packs.head(Head.X), *states.values()], float)[:, 0, :lanes]
        if largest.shape != theirs.shape:
            largest = np.zeros(theirs.shape)
        with np.errstate(invalid="ignore"):
            largest = np.fmax(largest, np.abs(theirs))
            close = np.abs(ours - theirs) <= tolerance * largest
        close |= (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        if not close.all():
            row, lane = np.argwhere(~close)[0]
            names = ["x", *(place[-1] for place in states)]
            raise UnreadableError(
                f"after step {step + 1} of a lockstep its {names[row]} is "
                f"{theirs[row, lane]:.17g}, and {ours[row, lane]:.17g} as it was read"
            )
