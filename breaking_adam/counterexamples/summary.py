"""What a pair of an optimizer and a counterexample comes to, over step sizes and seeds.

- The pair **solves** if there is a step size at which more than half of its seeds do. ``solved`` is
  the share of all its runs, over step sizes and seeds.
- Else its verdict is the failure that most of its runs show at the problem's own step size, the
  middle of the sweep, and the two beside it: those for which the counterexample was made. (At a
  step size that is much smaller nothing has come to anything yet, and x is nearer than where it
  will be.) Of failures that are as frequent it is the first in the order of :data:`FAILURES`.

What the theory predicts is for the problem's own step size, and is compared with what most seeds
come to there.

The *best* step size is the one at which most seeds solve; of those that are as good, the one with
the least distance to the best points, a median over the seeds of the last quarter's median; and
of those the nearest to the problem's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from breaking_adam.counterexamples.criteria import WORDS, Outcome
from breaking_adam.counterexamples.matrix import NONE, flags

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
        around: the runs at the problem's own step size and beside it, by their words.
        at_own: what most of the seeds come to at the problem's own step size.
    """

    verdict: str
    solved: float
    best: int
    distance: float
    solves_at: tuple[int, ...]
    around: dict[str, int]
    at_own: str


class Cell(NamedTuple):
    """A pair by its names and its numbers.

    Args:
        optimizer: its name.
        problem: its name.
        pair: what it comes to.
        runs: their number.
        alpha: the best step size.
        alphas: those at which more than half of the seeds solve it.
        predicted: the theory's word; empty where there is no theory.
    """

    optimizer: str
    problem: str
    pair: Pair
    runs: int
    alpha: float
    alphas: tuple[float, ...]
    predicted: str


#: The word of each outcome by its number, and of NONE by the last place.
_WORD_OF = np.array([*(one.word for one in Outcome), ""])


def words(outcome: Any) -> np.ndarray:
    """The words of outcomes; none where there is no run.

    >>> words(np.array([Outcome.SOLVES, NONE])).tolist()
    ['solves', '']
    """
    return _WORD_OF[np.asarray(outcome)]


def pair(outcome: np.ndarray, distance: np.ndarray, factors: np.ndarray) -> Pair:
    """What the runs of one optimizer on one problem come to.

    Args:
        outcome: of each run, shape (step sizes, seeds).
        distance: of each run to the best points, of the same shape.
        factors: the step sizes, rising, as factors of the problem's own.
    """
    there = outcome[0] != NONE
    said = words(outcome[:, there])
    solves = said == "solves"
    share = solves.mean(axis=1)
    finite = np.where(np.isfinite(distance), distance, np.inf)
    away = np.median(finite[:, there], axis=1)
    best = int(np.lexsort((np.abs(np.log(factors)), away, -share))[0])
    solves_at = tuple(np.flatnonzero(share > 0.5).tolist())
    own = int(np.argmin(np.abs(np.log(factors))))
    around, at_own = _counts(said[max(0, own - 1) : own + 2]), _counts(said[own])
    verdict = "solves" if solves_at else max(FAILURES, key=around.__getitem__)
    return Pair(
        verdict,
        float(solves.mean()),
        best,
        float(away[best]),
        solves_at,
        around,
        at_own=max(WORDS, key=at_own.__getitem__),
    )


def _counts(said: np.ndarray) -> dict[str, int]:
    """How often each word is said."""
    return {word: int((said == word).sum()) for word in WORDS}


def cells(ds: xarray.Dataset) -> list[list[Cell]]:
    """What each optimizer comes to on each problem: rows of columns, in the Dataset's order."""
    outcome, distance, factors = ds.outcome.values, ds.distance.values, ds.alpha.values
    alphas = ds.own_alpha.values[..., None] * factors

    def cell(i: int, j: int) -> Cell:
        found = pair(outcome[i, j], distance[i, j], factors)
        own, said = alphas[i, j], int(ds.predicted.values[i, j])
        return Cell(
            optimizer=str(ds.optimizer.values[i]),
            problem=str(ds.problem.values[j]),
            pair=found,
            runs=int((outcome[i, j] != NONE).sum()),
            alpha=float(own[found.best]),
            alphas=tuple(own[list(found.solves_at)].tolist()),
            predicted="" if said == NONE else WORDS[said],
        )

    return [[cell(i, j) for j in range(outcome.shape[1])] for i in range(len(outcome))]


def summarised(ds: xarray.Dataset) -> xarray.Dataset:
    """The Dataset with ``verdict``, ``solved``, ``best_alpha`` and ``best_distance`` of each pair.

    ``verdict`` is a number for each of :data:`~breaking_adam.counterexamples.criteria.WORDS`, and
    ``best_alpha`` the step size itself.
    """
    found = cells(ds)

    def of_all(value: Any, dtype: Any, **about: Any) -> tuple[Any, ...]:
        values = np.array([[value(each) for each in row] for row in found], dtype)
        return ("optimizer", "problem"), values, about

    return ds.assign(
        verdict=of_all(lambda each: WORDS.index(each.pair.verdict), np.int8, **flags(WORDS)),
        solved=of_all(lambda each: each.pair.solved, np.float64),
        best_alpha=of_all(lambda each: each.alpha, np.float64),
        best_distance=of_all(lambda each: each.pair.distance, np.float64),
    )
