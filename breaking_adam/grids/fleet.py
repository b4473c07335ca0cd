"""Optimizers that take the steps of lanes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch.optim import Optimizer

from breaking_adam.engine.advance import Schedule
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import places
from breaking_adam.tracing.course import take_step
from breaking_adam.tracing.places import LR, Place

#: Where the rate is that a schedule begins from.
INITIAL_LR: Place = (*LR[:-1], "initial_lr")


class Ship(NamedTuple):
    """An optimizer, its parameter, and the lanes that are its coordinates."""

    lanes: np.ndarray
    optimizer: Optimizer
    x: torch.Tensor


class Fleet:
    """Twins of optimizers, one for all lanes that share a setting.

    Args:
        optimizers: of one parameter with one coordinate.
        of_lane: of each lane the number of its optimizer, shape (lanes,).
        alone: whether coordinates of one optimizer would see each other; each lane then has its
            own.
        schedule: α_t/α as a function of t.
    """

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        of_lane: np.ndarray,
        alone: bool,
        schedule: Schedule,
    ) -> None:
        self.lanes, self._schedule = of_lane.size, schedule
        shared = [np.flatnonzero(of_lane == i) for i in np.unique(of_lane)]
        ships = [lane for lanes in shared for lane in lanes[:, None]] if alone else shared
        self.ships = [
            Ship(lanes, *_of_many(optimizers[of_lane[lanes[0]]], lanes.size)) for lanes in ships
        ]
        for ship in self.ships if schedule is not constant else ():
            group = ship.optimizer.param_groups[0]
            group.setdefault("initial_lr", group["lr"])

    def step(self, x: np.ndarray, g: np.ndarray, s: int) -> np.ndarray:
        """X of all lanes after step s of the problem, before the projection.

        Args:
            x: where they are, shape (lanes,).
            g: the slopes there.
            s: the step, by which the step size falls.

        Raises:
            UnreadableError: if a step raises.
        """
        after = np.empty_like(x)
        for ship in self.ships:
            if self._schedule is not constant:
                group = ship.optimizer.param_groups[0]
                group["lr"] = group["initial_lr"] * self._schedule(s)
            ship.x.data.copy_(torch.from_numpy(x[ship.lanes]))
            take_step(ship.optimizer, ship.x, torch.from_numpy(g[ship.lanes].astype(x.dtype)))
            after[ship.lanes] = ship.x.detach().numpy()
        return after

    def held(self, wanted: Sequence[Place]) -> np.ndarray:
        """What each lane's optimizer holds in some places, shape (places, lanes)."""
        found = np.zeros((len(wanted), self.lanes))
        for ship in self.ships:
            for row, place in zip(found, wanted, strict=True):
                leaf = places.held(ship.optimizer, place)
                is_tensor = isinstance(leaf, torch.Tensor)
                row[ship.lanes] = leaf.detach().flatten().double().numpy() if is_tensor else leaf
        return found

    def alphas(self) -> np.ndarray:
        """The step size of each lane, which the schedule has not scaled; 0 where there is none."""
        found = np.zeros(self.lanes)
        for ship in self.ships:
            group = ship.optimizer.param_groups[0]
            name = "lr" if self._schedule is constant else "initial_lr"
            found[ship.lanes] = float(group.get(name, 0.0))
        return found

    def of(self, lane: int) -> Optimizer:
        """The optimizer of a lane, for that lane alone."""
        (ship,) = (ship for ship in self.ships if lane in ship.lanes)
        return places.twin(ship.optimizer, places.first)[0]


def _of_many(optimizer: Optimizer, count: int) -> tuple[Optimizer, torch.Tensor]:
    """A twin with so many coordinates, all of them where the optimizer's one is."""

    def many(_: Place, tensor: torch.Tensor) -> torch.Tensor:
        return places.one(tensor).repeat(count, *[1] * (tensor.dim() - 1))

    return places.twin(optimizer, many)
