"""What came of a grid as an xarray Dataset, in the manner of the CF conventions."""

from __future__ import annotations

import json
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from breaking_adam.grids.ends import CURVES, PLACES, WAYS
from breaking_adam.grids.work import Work
from breaking_adam.trials.verdict import WORDS

if TYPE_CHECKING:
    import xarray

#: What each variable is, in words.
LONG_NAMES = {
    "x": "x after the last step",
    "x_mean": "mean of x over the last tenth of the steps",
    "x_spread": "standard deviation of x over the last tenth of the steps",
    "average_regret": "average regret R_T/T",
    "distance": "distance of x to the best point x*",
    "verdict": "where the run ended",
    "engine": "how the run was played",
    "x_curve": "x after step t",
    "average_regret_curve": "average regret R_t/t",
}

#: The packages whose versions a result depends on.
PACKAGES = ("breaking_adam", "numba", "numpy", "torch")


def dataset(work: Work, found: Mapping[str, Any]) -> xarray.Dataset:
    """The Dataset of what was found: a variable for each, over the work's axes.

    Args:
        work: the whole grid.
        found: an array for each of ``ENDS`` and ``CURVES`` that there is, the axes first.
    """
    import xarray

    names = list(work.axes)
    variables = {
        name: ((*names, "t") if name in CURVES else names, found[name], attributes(name))
        for name in LONG_NAMES
        if name in found
    }
    coordinates: dict[str, Any] = {name: list(values) for name, values in work.axes.items()}
    if work.points:
        coordinates["t"] = ("t", work.drawn, {"long_name": "step"})
    return xarray.Dataset(variables, coordinates, {**described(work), **surroundings()})


def attributes(name: str) -> dict[str, Any]:
    """A variable's attributes."""
    about: dict[str, Any] = {"long_name": LONG_NAMES[name]}
    if words := {"verdict": WORDS, "engine": WAYS}.get(name):
        about["flag_values"] = np.arange(len(words), dtype=PLACES.dtype)
        about["flag_meanings"] = " ".join(word.replace(" ", "_") for word in words)
    return about


def described(work: Work) -> dict[str, Any]:
    """What makes the grid what it is, as plain text and numbers.

    A problem and an optimizer are described by those of the first cell and of the last.
    """
    first, last = ({name: values[at] for name, values in work.axes.items()} for at in (0, -1))
    problems, optimizers = [], []
    for cell in (first, last):
        problem = work.make_problem({name: cell[name] for name in work.of_problem})
        own = {name: cell[name] for name in work.of_optimizer}
        problems.append(repr(problem))
        optimizers.append(" ".join(repr(work.make_optimizer(problem, own)).split()))
    return {
        "problem": _span(problems),
        "optimizer": _span(optimizers),
        "steps": work.steps,
        "schedule": getattr(work.schedule, "__name__", "schedule"),
        "points": work.points,
        "dtype": str(work.dtype).removeprefix("torch."),
    }


def surroundings(packages: Iterable[str] = ()) -> dict[str, str]:
    """What else a result may depend on: versions, and the command that was run."""
    versions = {"python": platform.python_version()}
    for package in dict.fromkeys([*PACKAGES, *packages]):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # run from its sources
            versions[package] = "sources"
    return {"versions": json.dumps(versions), "command": shlex.join(sys.argv)}


def _span(two: list[str]) -> str:
    return two[0] if two[0] == two[1] else " … ".join(two)
