"""Lanes of optimizers whose rule is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from breaking_adam.engine.advance import Clock
from breaking_adam.engine.cells import ALIKE, SETTLED, WrittenRows, written
from breaking_adam.engine.packs import Packs
from breaking_adam.engine.rows import as_rows, kinds_of
from breaking_adam.grids.cell import Mover


class WrittenLanes:
    """Lanes of optimizers with one written rule.

    Args:
        movers: the optimizers.
        mover: of each lane the number of its optimizer, shape (packs, WIDTH).
        alike: whether all lanes of a pack have the same tuning, shape (packs,).
        packs: their memory, of which only the problems are there.
        passes: the pass of the problems, and the schedule.
    """

    def __init__(
        self,
        movers: Sequence[Mover],
        mover: np.ndarray,
        alike: np.ndarray,
        packs: Packs,
        passes: tuple[Any, Any],
    ) -> None:
        some = movers[0]
        rows = WrittenRows(some.specialisation, len(some.tuning[1]))
        self._passes = written(some.specialisation, len(some.tuning[1])), *passes
        self.packs = packs = packs.with_before(rows.head)
        tunings = as_rows(kinds_of(some.tuning), [each.tuning for each in movers])[:, mover]
        packs.memory[:, rows.tuning : rows.tuning + len(tunings)] = tunings.transpose(1, 0, 2)
        for k in range(len(some.initial)):
            initial = np.array([each.initial[k] for each in movers])
            packs.row(rows.states + k, packs.dtype)[:] = initial[mover]
        settled = np.array([each.settled for each in movers])
        packs.memory[:, 0, ALIKE] = alike
        packs.memory[:, 0, SETTLED] = settled[mover].max(axis=1)

    def play(self, clock: Clock, steps: int, in_tail: bool) -> None:
        """So many steps on."""
        self.packs.run(*self._passes, clock, steps, in_tail)
