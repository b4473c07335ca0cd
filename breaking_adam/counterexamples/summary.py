"""What a pair of an optimizer and a counterexample comes to, over step sizes and seeds.

- The pair **solves** if there is a step size at which more than half of its seeds do. ``solved`` is
  the share of all its runs, over step sizes and seeds.
- Else its verdict is the failure that most of its runs at its best step size and the two beside it
  show; of failures that are as frequent, the first in the order of :data:`FAILURES`.

The *best* step size is the one at which most seeds solve; of those that are as good, the one with
the least distance to the best points, a median over the seeds of the last quarter's median; and
of those the nearest to the problem's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from breaking_adam.counterexamples.criteria import WORDS, Outcome
from breaking_adam.counterexamples.matrix import NO_RUN

if TYPE_CHECKING:
    import xarray

#: The failures, the first being told where two are as frequent.
FAILURES = ("wrong point", "diverges", "stuck", "undecided")


class Pair(NamedTuple):
    """What an optimizer comes to on a problem.

    Args:
        verdict: one of :data:`~breaking_adam.counterexamples.criteria.WORDS`.
        solved: the share of its runs that solve it.
        best: the place of its best step size in the sweep.
        distance: to the best points, at that step size.
        solves_at: the places of the step sizes at which more than half of the seeds solve it.
    """

    verdict: str
    solved: float
    best: int
    distance: float
    solves_at: tuple[int, ...]


#: The word of each outcome by its number, and of NO_RUN by the last place.
_WORD_OF = np.array([*(one.word for one in Outcome), ""])


def words(outcome: Any) -> np.ndarray:
    """The words of outcomes; none where there is no run.

    >>> words(np.array([Outcome.SOLVES, NO_RUN]))
    array(['solves', ''], dtype='<U11')
    """
    return _WORD_OF[np.asarray(outcome)]


def pair(outcome: np.ndarray, distance: np.ndarray, factors: np.ndarray) -> Pair:
    """What the runs of one optimizer on one problem come to.

    Args:
        outcome: of each run, shape (step sizes, seeds).
        distance: of each run to the best points, of the same shape.
        factors: the step sizes, rising, as factors of the problem's own.
    """
    there = outcome[0] != NO_RUN
    said = words(outcome[:, there])
    solves = said == "solves"
    share = solves.mean(axis=1)
    away = np.where(np.isfinite(distance[:, there]), distance[:, there], np.inf)
    away = np.median(away, axis=1)
    best = int(np.lexsort((np.abs(np.log(factors)), away, -share))[0])
    solves_at = tuple(np.flatnonzero(share > 0.5).tolist())
    verdict = "solves"
    if not solves_at:
        beside = said[max(0, best - 1) : best + 2]
        counts = [(beside == failure).sum() for failure in FAILURES]
        verdict = FAILURES[int(np.argmax(counts))]
    return Pair(verdict, float(solves.mean()), best, float(away[best]), solves_at)


def pairs(ds: xarray.Dataset) -> list[list[Pair]]:
    """What each optimizer comes to on each problem, in the Dataset's order."""
    outcome, distance = ds.outcome.values, ds.distance.values
    factors = ds.alpha.values
    return [
        [pair(outcome[i, j], distance[i, j], factors) for j in range(ds.sizes["problem"])]
        for i in range(ds.sizes["optimizer"])
    ]


def summarised(ds: xarray.Dataset) -> xarray.Dataset:
    """The Dataset with ``verdict``, ``solved``, ``best_alpha`` and ``best_distance`` of each pair.

    ``verdict`` is a number for each of :data:`~breaking_adam.counterexamples.criteria.WORDS`, and
    ``best_alpha`` the step size itself.
    """
    found = pairs(ds)
    dims = ("optimizer", "problem")

    def of_all(value: Any, dtype: Any) -> tuple[Any, ...]:
        return dims, np.array([[value(each) for each in row] for row in found], dtype)

    best = of_all(lambda each: ds.alpha.values[each.best], np.float64)
    flags = {"flag_values": np.arange(len(WORDS), dtype=np.int8), "flag_meanings": _underlined()}
    return ds.assign(
        verdict=(*of_all(lambda each: WORDS.index(each.verdict), np.int8), flags),
        solved=of_all(lambda each: each.solved, np.float64),
        best_alpha=(dims, best[1] * ds.own_alpha.values),
        best_distance=of_all(lambda each: each.distance, np.float64),
    )


def _underlined() -> str:
    return " ".join(word.replace(" ", "_") for word in WORDS)
