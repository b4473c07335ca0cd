"""A grid on disk: a Zarr group with a chunk for each tile, and a note of those that are done."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from breaking_adam.engine.digest import UnknownContentError, digest
from breaking_adam.grids.dataset import attributes, described, surroundings
from breaking_adam.grids.ends import CURVES, ENDS, Found
from breaking_adam.grids.tiling import Block, blocks, chunks
from breaking_adam.grids.work import Work
from breaking_adam.support import files

if TYPE_CHECKING:
    import xarray

#: The array that tells which tiles are done, in the order of ``blocks``.
DONE = "tiles_done"

#: The cells by which two grids' functions are compared.
COMPARED = 64


class StoreError(ValueError):
    """A store that cannot take this grid; the message is one line."""


def settings(work: Work) -> dict[str, Any]:
    """What makes the grid what it is, as JSON holds it: two alike have the same cells."""
    cells = np.unique(np.linspace(0, prod(work.shape) - 1, COMPARED).astype(int))
    text = hashlib.sha256()
    for index in zip(*np.unravel_index(cells, work.shape), strict=True):
        cell = {name: values[i] for (name, values), i in zip(work.axes.items(), index, strict=True)}
        problem = work.make_problem({name: cell[name] for name in work.of_problem})
        optimizer = work.make_optimizer(problem, {name: cell[name] for name in work.of_optimizer})
        text.update(f"{problem!r} {problem.x.item()!r} {problem.x.dtype} {optimizer!r}".encode())
    try:
        schedule = digest(work.schedule)
    except UnknownContentError:
        schedule = "unknown"
    made: dict[str, Any] = {
        **described(work),
        "schedule_content": schedule,
        "cells": text.hexdigest()[:16],
        **{f"axis {name}": values for name, values in work.axes.items()},
    }
    return json.loads(json.dumps(made))


def check(path: str | os.PathLike[str], work: Work) -> bool:
    """Whether there is a store of the work at the path; False if there is nothing.

    Raises:
        StoreError: if what is there is of another grid, or is no grid's.
    """
    path = Path(path)
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return False
    try:
        group = _open(path)
        held = json.loads(str(group.attrs["settings"]))
        _ = group[DONE]
    except (OSError, KeyError, ValueError) as error:
        raise StoreError(f"{path} is no grid's store: give another path") from error
    wanted = settings(work)
    for name in dict.fromkeys([*wanted, *held]):
        if held.get(name) != wanted.get(name):
            raise StoreError(
                f"{path} holds another grid: {_difference(name, held, wanted)}; "
                "give another path, or the settings that it was begun with"
            )
    return True


def _open(path: Path) -> Any:
    import zarr

    return zarr.open_group(path, mode="r+")


class Store:
    """The Zarr group at a path, made for the work or found to be of it.

    Args:
        path: a directory, in one that can be written in; it may be there already, from a call that
            was stopped.
        work: the whole grid.

    Raises:
        StoreError: if what is there is of another grid, or is no grid's.
    """

    def __init__(self, path: str | os.PathLike[str], work: Work) -> None:
        self._path, self._work = Path(path), work
        self._tiles = list(blocks(work.shape, chunks(work.shape)))
        if not check(path, work):
            self._make()
        self._group = _open(self._path)

    def _make(self) -> None:
        """Write all but the tiles aside; it takes its name once it is whole.

        A process that is killed meanwhile leaves what it had aside, and nothing of the name.
        """
        path = self._path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=path.parent, prefix=f".{path.name}.", suffix=files.PART
        ) as aside:
            whole = Path(aside) / path.name
            self._write_empty(whole)
            try:
                whole.replace(path)  # an empty directory, if there is one
            except OSError:
                if not check(path, self._work):  # which another process has made since
                    raise

    def _write_empty(self, path: Path) -> None:
        """Write all but the tiles."""
        import xarray

        work, names, wanted = self._work, list(self._work.axes), settings(self._work)
        about = {**described(work), **surroundings(), "settings": json.dumps(wanted)}
        coordinates = {name: list(values) for name, values in work.axes.items()}
        if work.points:
            coordinates["t"] = work.drawn.tolist()
        with warnings.catch_warnings():
            # Words on an axis: Zarr 3 has no final word on how they are stored.
            warnings.simplefilter("ignore")
            xarray.Dataset(coords=coordinates, attrs=about).to_zarr(
                path, zarr_format=3, consolidated=False
            )
        group, size = _open(path), chunks(work.shape)
        for name, dtype in ENDS.items():
            array = group.create_array(
                name, shape=work.shape, chunks=size, dtype=dtype, dimension_names=names
            )
            array.attrs.update(_plain(attributes(name)))
        for name in CURVES if work.points else ():
            points = len(work.drawn)
            array = group.create_array(
                name,
                shape=(*work.shape, points),
                chunks=(*size, points),
                dtype="float64",
                dimension_names=[*names, "t"],
            )
            array.attrs.update(_plain(attributes(name)))
        group.create_array(
            DONE, shape=(len(self._tiles),), chunks=(1,), dtype="int8", dimension_names=["tile"]
        )

    @property
    def left(self) -> list[Block]:
        """The tiles that are still to be played."""
        done = self._group[DONE][:]
        return [block for block, is_done in zip(self._tiles, done, strict=True) if not is_done]

    def write(self, block: Block, found: Found) -> None:
        """Keep what came of a tile, and then that it is done."""
        for name, values in found.items():
            self._group[name][block] = values
        self._group[DONE][self._tiles.index(block)] = 1

    def dataset(self) -> xarray.Dataset:
        """The whole grid, read when it is used."""
        import xarray

        found = xarray.open_zarr(self._path, chunks=None, consolidated=False)
        return found.drop_vars(DONE)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """The store for this process alone.

        Raises:
            StoreError: if another process writes to it.
        """
        lock = files.claim(self._path)
        if lock is None:
            raise StoreError(f"another process writes to {self._path}: wait for it to end")
        try:
            yield
        finally:
            os.close(lock)


def _plain(about: dict[str, Any]) -> dict[str, Any]:
    return {key: v.tolist() if isinstance(v, np.ndarray) else v for key, v in about.items()}


def _difference(name: str, held: dict[str, Any], wanted: dict[str, Any]) -> str:
    """What differs, in words that are no longer than a line."""
    if name == "cells":
        return "its problem or optimizer makes other cells"
    there, here = (_short(each.get(name)) for each in (held, wanted))
    if there == here:
        return f"{name} differs"
    return f"{name} is {there} there and {here} here"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:40]} … {text[-17:]}"
