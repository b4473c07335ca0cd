"""Learning curves over a grid of trainings, as a Dataset in a Zarr store, a chunk a training."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
import zarr

from breaking_adam.networks.learning_curve import CURVES
from breaking_adam.networks.training import Training
from breaking_adam.support import files

#: The axes of a grid, which are fields of a training.
AXES = ("algorithm", "beta2", "alpha", "seed")

#: What tells a training that has been done from one that has not.
DONE = "done"


class Store:
    """The curves of an experiment's trainings, of one stage, on disk.

    Args:
        path: of the Zarr store.
        group: within it, for this experiment and stage.
        trainings: all there are to be; they have their iterations and points in common.

    Raises:
        ValueError: if the group on disk is that of other trainings.
        OSError: if the disk fails.
    """

    def __init__(self, path: Path, group: str, trainings: Sequence[Training]) -> None:
        self.path, self.group = path, group
        self.trainings = list(dict.fromkeys(trainings))
        coordinates: dict[str, Any] = {
            axis: list(dict.fromkeys(getattr(each, axis) for each in self.trainings))
            for axis in AXES
        }
        coordinates["alpha"].sort()
        # Of variable length: a fixed one has no specification in Zarr yet.
        coordinates["algorithm"] = np.array(coordinates["algorithm"], object)
        one = self.trainings[0]
        coordinates["iteration"] = one.every * np.arange(1, one.points + 1)
        self._places = {
            axis: {value: i for i, value in enumerate(values)}
            for axis, values in coordinates.items()
        }
        if not (path / group / "zarr.json").exists():
            _create(path, group, coordinates)
        self._zarr = zarr.open_group(str(path), path=group, mode="r+")
        if not self._fits(coordinates):
            raise ValueError(f"{path / group} holds other trainings: choose another directory")

    def _fits(self, coordinates: dict[str, Any]) -> bool:
        there = self.dataset()
        return all(list(there[axis].values) == list(values) for axis, values in coordinates.items())

    def missing(self) -> list[Training]:
        """The trainings that have not been done."""
        done = np.asarray(self._array(DONE)[...])
        return [each for each in self.trainings if not done[self._place(each)]]

    def write(self, training: Training, curves: np.ndarray) -> None:
        """Keep the curves, of shape (4, points), and that the training has been done."""
        place = self._place(training)
        for name, curve in zip(CURVES, curves, strict=True):
            self._array(name)[place] = curve
        # The last to be written: a training that was cut off before this is done again.
        self._array(DONE)[place] = True

    def _array(self, name: str) -> zarr.Array:
        array = self._zarr[name]
        assert isinstance(array, zarr.Array)
        return array

    def _place(self, training: Training) -> tuple[int, ...]:
        return tuple(self._places[axis][getattr(training, axis)] for axis in AXES)

    def dataset(self) -> xr.Dataset:
        """Everything so far, in memory; NaN where a training has not been done."""
        return read(self.path, self.group)


def read(path: Path, group: str) -> xr.Dataset:
    """A Dataset of a store, in memory."""
    with xr.open_zarr(path, group=group, consolidated=False) as dataset:
        return dataset.load()


def _create(path: Path, group: str, coordinates: dict[str, Any]) -> None:
    """An empty grid, whose chunks are not written."""
    axes = list(AXES)
    shape = [len(coordinates[axis]) for axis in axes]
    points = len(coordinates["iteration"])
    curves = {name: ([*axes, "iteration"], np.full([*shape, points], np.nan)) for name in CURVES}
    done = {DONE: (axes, np.zeros(shape, bool))}
    dataset = xr.Dataset({**curves, **done}, coordinates)
    chunks = {name: {"chunks": (*[1] * len(axes), points)} for name in CURVES}
    # It takes its name once it is whole: a group that was cut off would be of no use.
    part = group + files.PART
    shutil.rmtree(path / part, ignore_errors=True)
    dataset.to_zarr(
        path,
        group=part,
        mode="w",
        encoding={**chunks, DONE: {"chunks": (1,) * len(axes)}},
        consolidated=False,
        write_empty_chunks=False,
    )
    (path / part).rename(path / group)
