"""Optimizers against counterexamples: a grid for each problem, put together to one Dataset."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.criteria import WORDS, Outcome, Question, outcomes, tail_of
from breaking_adam.counterexamples.entrants import Entrant
from breaking_adam.grids.cells import Refusal
from breaking_adam.grids.dataset import surroundings
from breaking_adam.grids.grid import grid, work_of
from breaking_adam.grids.processes import to_standard_error
from breaking_adam.grids.tile import read_ahead
from breaking_adam.problems import Problem
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import UnreadableError

if TYPE_CHECKING:
    import torch
    import xarray

#: The step sizes of a sweep, as factors of its middle: half a power of ten from one to the next.
FACTORS = tuple(float(f"{10.0 ** (k / 2):.4g}") for k in range(-6, 7))

#: The points of a run by which it is judged, and which its curve has: a prime, so that they fall
#: now on the one and now on the other step of any period.
POINTS = 61

#: The outcome of a run that there is not: the others of a problem that needs fewer seeds. And the
#: prediction where there is no theory.
NONE = -1

#: What each variable is, in words.
LONG_NAMES = {
    "outcome": "what the run came to",
    "distance": "distance to the best points, median over the last quarter of the run",
    "x_curve": "x over the run, median over the seeds that are numbers",
    "own_alpha": "the step size at factor 1",
    "predicted": "the theory's verdict on Adam and RMSprop",
    "alpha": "step size, as a factor of own_alpha",
    "part": "t/T, the part of the run that is done",
}


def farthest(each: Entrant, problems: Sequence[Counterexample]) -> list[float]:
    """The least and the largest step size of an optimizer on each problem."""
    return [k * each.unit(one.alpha) for one in problems for k in (FACTORS[0], FACTORS[-1])]


def question(one: Counterexample) -> Question:
    """What is to be known of a counterexample to judge a run on it."""
    made = one.problem()
    return Question(
        best=made.best,
        domain=made.domain,
        start=float(made.x.item()),
        near=one.near,
        width=made.width,
        cycle=made.cycle,
        falls=one.schedule is not constant,
    )


def play(
    entered: Sequence[Entrant],
    problems: Sequence[Counterexample],
    *,
    store: Path | None = None,
    client: Any = None,
    eager: bool = True,
    tell: Callable[[str], None] | None = None,
    at: Callable[[str], None] = lambda _: None,
) -> xarray.Dataset:
    """Play each optimizer on each problem, over the sweep and the problem's seeds.

    Args:
        entered: the optimizers.
        problems: the counterexamples.
        store: a directory for a Zarr store of each optimizer's grid on each problem. What is there
            is not played again, whoever else is entered.
        client: a ``dask.distributed.Client`` to play on.
        eager: whether what cannot be read plays eagerly, which may take hours.
        tell: takes lines for people, as of :func:`breaking_adam.grid`; each begins with the name
            of its problem.
        at: is called with the name of each problem as it begins.

    Returns:
        ``outcome``, a number for each of ``flag_meanings`` and :data:`NONE` where there is no
        run, and ``distance`` over (optimizer, problem, alpha, seed); ``x_curve`` over (optimizer,
        problem, alpha, part); ``own_alpha`` and ``predicted``, a number for each of
        :data:`~breaking_adam.counterexamples.criteria.WORDS` or NONE, over (optimizer, problem).

    Raises:
        UnreadableError: if anything would have to play eagerly, and must not.
    """
    new = [
        (each, one)
        for each in entered
        for one in problems
        if store is None or not _of(store, each, one).exists()
    ]
    if client is None and new:
        at("reading")
        players, tried = (list(dict.fromkeys(some)) for some in zip(*new, strict=True))
        refused = _read_ahead(players, tried)
        if refused and not eager:
            raise UnreadableError(refused[0].why)
    parts = []
    for one in problems:
        at(one.name)
        say = partial(_say, tell or to_standard_error, one)
        how = {"client": client, "eager": eager, "tell": say}
        if store is None:
            parts.append(_play_one(one, entered, **how))
        else:
            own = [_play_one(one, [each], store=_of(store, each, one), **how) for each in entered]
            parts.append({name: np.concatenate([row[name] for row in own]) for name in own[0]})
    return _together(entered, problems, parts)


def _of(store: Path, each: Entrant, one: Counterexample) -> Path:
    """The Zarr store of an optimizer's grid on a problem, by the names of both alone."""
    return store / quote(each.name, safe=" (),='") / f"{one.name}.zarr"


def _say(tell: Callable[[str], None], one: Counterexample, line: str) -> None:
    tell(f"{one.name}: {line}")


def _read_ahead(entered: Sequence[Entrant], problems: Sequence[Counterexample]) -> list[Refusal]:
    """Read what has to be, once for all problems of a schedule; what could not be."""
    by_optimizer = {each.name: each for each in entered}
    by_problem = {one.name: one for one in problems}
    refused: list[Refusal] = []
    for schedule in dict.fromkeys(one.schedule for one in problems):
        its = [one.name for one in problems if one.schedule is schedule]
        middle = by_problem[its[0]].alpha

        def optimizer(
            params: Any, optimizer: str, alpha: float, middle: float = middle
        ) -> torch.optim.Optimizer:
            each = by_optimizer[optimizer]
            return each.make(params, alpha * each.unit(middle))

        axes = {"optimizer": list(by_optimizer), "alpha": FACTORS, "problem": its}
        work = work_of(lambda problem: by_problem[problem].problem(), optimizer, axes, 1, schedule)
        refused += read_ahead(work)
    return refused


def _play_one(one: Counterexample, entered: Sequence[Entrant], **how: Any) -> dict[str, Any]:
    """What comes of all optimizers on one problem: arrays by their names."""
    by_name = {each.name: each for each in entered}

    def problem(seed: int) -> Problem:
        return one.problem(seed=seed) if one.seeds > 1 else one.problem()

    def optimizer(params: Any, optimizer: str, alpha: float) -> torch.optim.Optimizer:
        each = by_name[optimizer]
        return each.make(params, alpha * each.unit(one.alpha))

    ds = grid(
        problem,
        optimizer,
        {"optimizer": list(by_name), "alpha": FACTORS, "seed": range(one.seeds)},
        steps=one.steps,
        schedule=one.schedule,
        points=POINTS,
        **how,
    )
    asked = question(one)
    x = ds.x_curve.transpose("t", ...).values
    seen = tail_of(asked, ds.t.values, x, ds.x_mean.values, ds.x_spread.values)
    return {
        "outcome": outcomes(asked, one.steps, seen),
        "distance": seen.away[1],
        "x_curve": median_of_seeds(x).transpose(1, 2, 0),
    }


def median_of_seeds(x: np.ndarray) -> np.ndarray:
    """The median over the last axis, of those that are numbers still; NaN where there is none."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        return np.nanmedian(x, axis=-1)


def _together(
    entered: Sequence[Entrant], problems: Sequence[Counterexample], parts: list[dict[str, Any]]
) -> xarray.Dataset:
    """One Dataset of all problems."""
    import xarray

    shape = len(entered), len(problems), len(FACTORS)
    seeds = max(one.seeds for one in problems)
    found: dict[str, np.ndarray] = {
        "outcome": np.full((*shape, seeds), NONE, np.int8),
        "distance": np.full((*shape, seeds), np.nan, np.float32),
        "x_curve": np.full((*shape, POINTS), np.nan, np.float32),
    }
    for j, (one, part) in enumerate(zip(problems, parts, strict=True)):
        found["outcome"][:, j, :, : one.seeds] = part["outcome"]
        with np.errstate(over="ignore"):  # what has diverged is infinite in float32
            found["distance"][:, j, :, : one.seeds] = part["distance"]
            found["x_curve"][:, j] = part["x_curve"]
    dims = ("optimizer", "problem", "alpha")
    variables: dict[str, Any] = {
        "outcome": ((*dims, "seed"), found["outcome"], flags([o.name for o in Outcome])),
        "distance": ((*dims, "seed"), found["distance"]),
        "x_curve": ((*dims, "part"), found["x_curve"]),
        "own_alpha": (dims[:2], [[each.unit(one.alpha) for one in problems] for each in entered]),
        "predicted": (dims[:2], _predicted(entered, problems), flags(WORDS)),
    }
    coordinates = {
        "optimizer": [each.name for each in entered],
        "problem": [one.name for one in problems],
        "alpha": list(FACTORS),
        "seed": np.arange(seeds),
        "part": np.arange(1, POINTS + 1) / POINTS,
    }
    ds = xarray.Dataset(variables, coordinates, _surroundings(entered))
    for name, words in LONG_NAMES.items():
        ds[name].attrs["long_name"] = words
    return ds


def joined(parts: Sequence[xarray.Dataset], entered: Sequence[Entrant]) -> xarray.Dataset:
    """One Dataset of all optimizers, of which each part has some."""
    import xarray

    ds = xarray.concat(parts, "optimizer", join="exact", combine_attrs="override")
    there = [each for each in entered if each.name in ds.optimizer]
    return ds.sel(optimizer=[each.name for each in there]).assign_attrs(_surroundings(there))


def _surroundings(entered: Sequence[Entrant]) -> dict[str, Any]:
    """What was played with, the packages that the optimizers are from among it."""
    return surroundings(sorted({each.name.partition(".")[0] for each in entered}))


def _predicted(entered: Sequence[Entrant], problems: Sequence[Counterexample]) -> np.ndarray:
    said = [[each.predicted(one.predicted, one.alpha) for one in problems] for each in entered]
    return np.array([[NONE if p is None else WORDS.index(p.verdict) for p in row] for row in said])


def flags(words: Sequence[str]) -> dict[str, Any]:
    """The attributes of numbers that stand for words, in the manner of the CF conventions."""
    return {
        "flag_values": np.arange(len(words), dtype=np.int8),
        "flag_meanings": " ".join(word.replace(" ", "_").lower() for word in words),
    }
