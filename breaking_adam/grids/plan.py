"""Which cells share a pack of lanes, so that as much as can be is worked out once for many."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from breaking_adam.engine.packs import VECTOR, WIDTH


class Plan(NamedTuple):
    """Cells in packs.

    Args:
        cells: the cell of each lane, shape (packs, WIDTH); a pack that has too few of them is
            filled with its last.
        alike: whether all cells of a pack share their tuning, shape (packs,).
    """

    cells: np.ndarray
    alike: np.ndarray

    @property
    def playing(self) -> np.ndarray:
        """How many lanes of each pack play: its cells, and as many more as a vector holds."""
        cells = 1 + (np.diff(self.cells, axis=1) != 0).sum(axis=1)
        return -(-cells // VECTOR) * VECTOR

    @property
    def places(self) -> np.ndarray:
        """The first lane of each cell, in the order of the cells: indices of the packs laid flat.

        >>> Plan(np.array([[5, 3, 3, 3]]), np.array([True])).places
        array([1, 0])
        """
        return np.unique(self.cells, return_index=True)[1]

    def parts(self, count: int) -> list[Plan]:
        """The packs in so many parts at the most; neighbours take the same time: one to each."""
        every = range(min(count, len(self.cells)))
        return [Plan(self.cells[k::count], self.alike[k::count]) for k in every]


def plan(tuning: np.ndarray, settled: np.ndarray) -> Plan:
    """Pack cells by their tuning, and what is left of each tuning with its like.

    Args:
        tuning: of each cell, the number of its tuning, shape (cells,).
        settled: of each tuning, the step from which its bias corrections are 1; lanes of a pack
            settle together, so that none is held up for long.

    >>> made = plan(np.arange(150) // 140, np.array([7, 5]))
    >>> made.alike, made.cells[2, :3], made.cells[2, -3:]
    (array([ True,  True, False]), array([140, 141, 142]), array([139, 139, 139]))
    """
    rank = np.empty(settled.size, np.int64)
    rank[np.argsort(settled, kind="stable")] = np.arange(settled.size)
    order = np.argsort(rank[tuning], kind="stable")
    _, counts = np.unique(rank[tuning], return_counts=True)
    own, rest, begin = [], [], 0
    for count in counts:
        lanes = order[begin : begin + count]
        # A pack that is half full takes no longer than the half would take elsewhere.
        whole = count // WIDTH * WIDTH + (0 if count % WIDTH < WIDTH // 2 else WIDTH)
        own.append(_packs(lanes[:whole]))
        rest.append(lanes[whole:])
        begin += count
    mixed = _packs(np.concatenate(rest))
    cells = np.concatenate([*own, mixed])
    alike = np.arange(len(cells)) < len(cells) - len(mixed)
    return Plan(cells, alike)


def _packs(lanes: np.ndarray) -> np.ndarray:
    """The lanes in packs, the last one filled up with the last lane."""
    missing = -lanes.size % WIDTH
    return np.concatenate([lanes, np.repeat(lanes[-1:], missing)]).reshape(-1, WIDTH)
