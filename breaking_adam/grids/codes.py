"""Machine code for the optimizers of many cells: where their rule is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from breaking_adam.engine.advance import Clock
from breaking_adam.engine.cells import ALIKE, SETTLED, Rows, written
from breaking_adam.engine.packs import Packs
from breaking_adam.engine.rows import as_rows, kinds_of
from breaking_adam.grids.cell import Mover


class Lanes(Protocol):
    """The lanes of some packs, on their way."""

    packs: Packs

    def play(self, clock: Clock, steps: int, in_tail: bool) -> None:
        """So many steps on."""


class Written:
    """Lanes of optimizers with one written rule.

    Args:
        movers: the optimizers.
        mover: of each lane the number of its optimizer, shape (packs, WIDTH).
        alike: whether all lanes of a pack have the same, shape (packs,).
        packs: their memory, of which only the problems are there.
        slopes: the pass of the problems.
        factor: the schedule's.
    """

    def __init__(
        self,
        movers: Sequence[Mover],
        mover: np.ndarray,
        alike: np.ndarray,
        packs: Packs,
        slopes: Any,
        factor: Any,
    ) -> None:
        some = movers[0]
        hypers = len(some.tuning[1])
        rows = Rows(some.specialisation, hypers)
        self.packs = packs = packs.with_before(rows.head)
        self._passes = written(some.specialisation, hypers), slopes, factor
        tunings = as_rows(kinds_of(some.tuning), [each.tuning for each in movers])
        packs.memory[:, rows.tuning : rows.tuning + len(tunings)] = tunings[:, mover].transpose(
            1, 0, 2
        )
        for k in range(len(some.initial)):
            initial = np.array([each.initial[k] for each in movers])
            packs.row(rows.states + k, packs.dtype)[:] = initial[mover]
        packs.memory[:, 0, ALIKE] = alike
        packs.memory[:, 0, SETTLED] = np.array([each.settled for each in movers])[mover].max(1)

    def play(self, clock: Clock, steps: int, in_tail: bool) -> None:
        """So many steps on."""
        self.packs.run(*self._passes, clock, steps, in_tail)
