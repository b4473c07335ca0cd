"""What is recorded of cells, and what it comes to."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from breaking_adam.grids.work import Work
from breaking_adam.problems.problem import distance
from breaking_adam.trials.verdict import WORDS, Case, cases

#: Of each case, the place of its word among the WORDS.
PLACES = np.array([WORDS.index(case.word) for case in Case], np.int8)

#: Arrays by their names.
Found = dict[str, np.ndarray]

#: What is known of each cell at its end, with its dtype.
ENDS = {
    "x": "float64",
    "x_mean": "float64",
    "x_spread": "float64",
    "average_regret": "float64",
    "distance": "float64",
    "verdict": "int8",
    "engine": "int8",
}

#: What is known of each cell over t.
CURVES = ("x_curve", "average_regret_curve")


class How(IntEnum):
    """How a cell was played."""

    WRITTEN = 0
    READ = 1
    EAGER = 2


#: The words for that, as the commands have them.
WAYS = ("compiled", "compiled (read)", "eager")


class Recording:
    """x and R_t of cells after each of the work's marks, and of its tail.

    Args:
        work: what is played.
        cells: their number.
    """

    def __init__(self, work: Work, cells: int) -> None:
        self._work = work
        self._marks = work.marks.tolist()
        self._x = np.full((len(self._marks), cells), np.nan)
        self._regret = np.full((len(self._marks), cells), np.nan)
        self._tail = np.full((3, cells), np.nan)

    def record(self, step: int, x: np.ndarray, regret: np.ndarray) -> None:
        """Note x and R_t of all cells after a step that is a mark."""
        place = self._marks.index(step)
        self._x[place], self._regret[place] = x, regret

    def end(self, tail: np.ndarray) -> None:
        """Note x where the tail began, and the sums of its distance to that and of its square."""
        self._tail = tail

    def ends(self, known: dict[str, np.ndarray], has_regret: np.ndarray, how: How) -> Found:
        """Each of :data:`ENDS` and, where they are asked for, :data:`CURVES`; cells come first.

        Where x is no finite number any more, neither is anything else.

        Args:
            known: what is known of each cell's problem, shapes (cells,) and, of the best points,
                (cells, 2).
            has_regret: whether that has a regret, shape (cells,).
            how: how they were played.
        """
        work, marks = self._work, np.array(self._marks)
        average = self._regret / marks[:, None]
        x = self._x[-1]
        begin, total, squares = self._tail
        steps = work.steps - work.tail
        with np.errstate(invalid="ignore", over="ignore"):
            mean = total / steps
            spread = np.sqrt(np.maximum(squares / steps - mean * mean, 0.0))
            judged = np.isin(marks, work.judged)
            seen = cases(
                work.judged,
                self._x[judged],
                np.where(has_regret, average[judged], 0.0),
                **known,
            )
            found: dict[str, Any] = {
                "x": x,
                "x_mean": begin + mean,
                "x_spread": spread,
                "average_regret": average[-1],
                "distance": distance(x, *known["best"].T),
            }
        found = {name: np.where(np.isfinite(x), value, np.nan) for name, value in found.items()}
        found["verdict"] = PLACES[seen]
        found["engine"] = np.full(seen.shape, how, np.int8)
        if work.points:
            drawn = np.isin(marks, work.drawn)
            found["x_curve"], found["average_regret_curve"] = self._x[drawn].T, average[drawn].T
        return found
