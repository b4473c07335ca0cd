"""The trust in a rule for lanes: its very machine code has walked with the optimizer's own step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.optim import Optimizer

from breaking_adam.engine.advance import Clock
from breaking_adam.engine.packs import WIDTH, Head, Packs, given
from breaking_adam.grids.cell import Game
from breaking_adam.grids.fleet import Fleet
from breaking_adam.grids.lanes import packs_of, slopes_of
from breaking_adam.grids.read_lanes import ReadLanes
from breaking_adam.grids.reads import Reads
from breaking_adam.tracing import UnreadableError
from breaking_adam.tracing.trust import STEPS, TOLERANCE, gaussian


class Field:
    """The slopes of several problems at once, one in each lane; WIDTH at the most.

    Args:
        games: the problems; None for Gaussian slopes.
    """

    def __init__(self, games: Sequence[Game | None]) -> None:
        self._gaussian = [k for k, game in enumerate(games) if game is None]
        known = [(k, game) for k, game in enumerate(games) if game is not None]
        self._kinds = []
        for showing in dict.fromkeys(game.showing for _, game in known):
            own = [(k, game) for k, game in known if game.showing == showing]
            lanes = np.arange(WIDTH).clip(max=len(own) - 1)[None]
            packs = packs_of([game for _, game in own], lanes, np.ones(1))
            self._kinds.append((showing, [k for k, _ in own], packs))
        self.dtype = known[0][1].showing.dtype
        every = [(-np.inf, np.inf) if game is None else game.box for game in games]
        self.low, self.high = np.array(every, self.dtype).T
        self.x0 = np.array([0.0 if game is None else game.x0 for game in games], self.dtype)

    def at(self, x: np.ndarray, step: int) -> np.ndarray:
        """The slopes at x in a step from the first one on, shape (lanes,)."""
        g = np.full(x.size, gaussian(step, 0.0))
        for showing, lanes, packs in self._kinds:
            packs.head(Head.X)[0, : len(lanes)] = x[lanes]
            t = showing.first_step + step
            g[lanes] = packs.look(slopes_of(showing), t, len(lanes))[0, : len(lanes)]
        return g.astype(self.dtype)


def walk(reads: Reads, optimizer: Optimizer, games: Sequence[Game | None]) -> None:
    """Walk an optimizer and lanes side by side, a coordinate of it for each lane.

    Args:
        reads: the rule.
        optimizer: one that it is of, as it begins.
        games: of each lane the problem; None for Gaussian slopes. WIDTH at the most, and one
            problem at the least.

    Raises:
        UnreadableError: if they part.
    """
    field, count = Field(games), len(games)
    fleet = Fleet([optimizer], np.zeros(count, int), reads.alone, reads.schedule)
    packs = Packs(0, field.dtype, np.zeros((0, 1, WIDTH)), np.array([WIDTH]))
    padded = np.arange(WIDTH).clip(max=count - 1)
    packs.head(Head.LOW)[0], packs.head(Head.HIGH)[0] = field.low[padded], field.high[padded]
    lanes = ReadLanes(reads, fleet, packs, (given(), reads.factor), lambda k: games[k])
    x, largest = field.x0, np.zeros((0, count))
    tolerance = TOLERANCE[torch.from_numpy(x).dtype]
    for step in range(reads.unsettled + STEPS):
        g, clock = field.at(x, step), Clock(*[1 + step] * 3)
        if follows := step >= reads.unsettled:
            if step == reads.unsettled:
                lanes.packs.head(Head.X)[0] = x[padded]
                lanes.begin()
            lanes.packs.head(Head.G)[0] = g[padded]
            lanes.play(clock, 1, in_tail=False)
        x = fleet.step(x, g, clock.s)
        x = np.minimum(np.maximum(x, field.low), field.high)
        if not follows:
            continue
        states = lanes.states
        theirs = np.vstack([x[None], fleet.held(list(states))])
        ours = np.array([lanes.packs.head(Head.X), *states.values()], float)[:, 0, :count]
        if largest.shape != theirs.shape:
            largest = np.zeros(theirs.shape)
        with np.errstate(invalid="ignore"):  # inf − inf
            largest = np.fmax(largest, np.abs(theirs))
            close = np.abs(ours - theirs) <= tolerance * largest
        close |= (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        if not close.all():
            row, lane = np.argwhere(~close)[0]
            name = ["x", *(place[-1] for place in states)][row]
            raise UnreadableError(
                f"after step {step + 1} of a lockstep its {name} is "
                f"{theirs[row, lane]:.17g}, and {ours[row, lane]:.17g} as it was read"
            )
