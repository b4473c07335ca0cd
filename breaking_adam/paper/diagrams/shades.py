"""What a cell's colour says: a number of each cell of a Dataset, and the scale that it is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from breaking_adam.plots.diagram import Shade
from breaking_adam.problems import Problem

if TYPE_CHECKING:
    import xarray

#: Of :func:`mean`, where x* is −1.
END = Shade("x, mean of the last tenth", -1.0, 0.0, 1.0)


def mean(ds: xarray.Dataset) -> xarray.DataArray:
    """x, its mean over the last tenth of a run."""
    return ds.x_mean


def log_distance(ds: xarray.Dataset) -> xarray.DataArray:
    """The tens of the distance to x*; that of a run which is there is taken for 1e-30."""
    return np.log10(np.maximum(ds.distance, 1e-30))


def end_of(problem: Problem) -> tuple[Shade, Callable[[xarray.Dataset], xarray.DataArray]]:
    """How to show where runs on such a problem end, and what of a Dataset that takes.

    On a box by the distance to x*; without one by its logarithm, against where x began.
    """
    low, high = problem.domain
    if np.isfinite(high - low):
        width = high - low
        return Shade("|x − x*| at the end", 0.0, width / 2, width), lambda ds: ds.distance
    began = np.log10(max(float(problem.distance.item()), 1e-9))
    label = f"log |x − x*|, at first {began:.2g}"
    return Shade(label, began - 2, began, began + 2), log_distance
