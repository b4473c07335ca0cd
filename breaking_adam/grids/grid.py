"""A grid is one call: an optimizer on a problem, over any axes of either."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numba.core.errors import NumbaError

from breaking_adam.engine.advance import Schedule
from breaking_adam.engine.packs import factors
from breaking_adam.grids.axes import checked
from breaking_adam.grids.dataset import LONG_NAMES, dataset, described
from breaking_adam.grids.ends import Found
from breaking_adam.grids.execution import check_client, play
from breaking_adam.grids.tiling import Block, blocks, chunks
from breaking_adam.grids.work import Work
from breaking_adam.problems import Problem
from breaking_adam.rules.schedules import constant
from breaking_adam.support import checks

if TYPE_CHECKING:
    import xarray


def grid(
    problem: Callable[..., Problem],
    optimizer: Callable[..., torch.optim.Optimizer],
    axes: Mapping[str, Any],
    *,
    steps: int,
    schedule: Schedule = constant,
    points: int = 0,
    dtype: torch.dtype = torch.float64,
    store: str | os.PathLike[str] | None = None,
    client: Any = None,
    eager: bool = True,
    tell: Callable[[str], None] | None = None,
) -> xarray.Dataset:
    """Play an optimizer on a problem in every cell of a grid over named axes.

    A cell is the Trial that ``build(problem(…), optimizer(problem.parameters(), …), steps=steps,
    schedule=schedule)`` would run, with the values of the cell put in. Cells with a written rule
    are played many at a time in machine code; the others eagerly, in parallel processes.

    Args:
        problem: makes a problem of one replica; the names of its arguments are axes.
        optimizer: makes the optimizer of what it is given first, the problem's parameters; its
            other arguments are axes too.
        axes: the values along each axis, by its name: numbers, words, truth values. They are put
            in wherever a function has an argument of the name.
        steps: T, at least 1.
        schedule: α_t/α as a function of t, one that Numba can compile.
        points: how many points of each run's curves to keep.
        dtype: of x where the problem does not say: torch's default while both are made.
        store: a directory, for what is done to be kept in as Zarr, a chunk for each tile of
            cells. A call that is stopped goes on there when it is made again, and comes to the
            same bits.
        client: a ``dask.distributed.Client``, on whose workers the tiles are then played.
        eager: whether cells without machine code are played.
        tell: is called with a line for people, such as how long the eager cells will take; by
            default it goes to standard error.

    Returns:
        A Dataset over the axes. It is NaN where x is no finite number in the end.

        - ``x`` after the last step, ``x_mean`` and ``x_spread`` over the last tenth of the steps
          (mean and standard deviation), ``distance`` |x − x*|;
        - ``average_regret`` R_T/T;
        - ``verdict``, a number for each word of ``flag_meanings``;
        - with ``points``, ``x_curve`` and ``average_regret_curve`` over ``t`` as well.

        What was played, and by which versions, is in the attributes. From a store it is read
        when it is used.

    Raises:
        ValueError, TypeError: for an axis that neither function takes, an argument that is no
            axis, or what either function raises; or for a store of another grid.
        UnreadableError: for a cell without machine code that is not to be played eagerly.

    >>> import breaking_adam
    >>> ds = breaking_adam.grid(
    ...     problem=lambda C: breaking_adam.Online(C, -1, period=3),
    ...     optimizer=lambda params, beta2: torch.optim.Adam(params, 0.1, betas=(0.0, beta2)),
    ...     axes={"C": [3, 5], "beta2": [0.1, 0.999]},
    ...     steps=3000,
    ...     schedule=breaking_adam.inverse_sqrt,
    ... )
    >>> ds.x.sel(C=3).round().values.tolist()
    [1.0, -1.0]
    """
    check_client(client)
    work = work_of(problem, optimizer, axes, steps, schedule, points, dtype, eager)
    if store is None:
        found: Found = {}
        tiles = list(blocks(work.shape, chunks(work.shape)))
        play(work, tiles, partial(_keep, work.shape, found), client, tell)
        return dataset(work, found)
    from breaking_adam.grids.store import Store

    kept = Store(store, work)
    with kept.claimed():
        play(work, kept.left, kept.write, client, tell)
    return kept.dataset()


def _keep(shape: tuple[int, ...], found: Found, block: Block, of_tile: Found) -> None:
    """Put what came of a tile in its place among all."""
    for name, values in of_tile.items():
        if name not in found:
            found[name] = np.empty((*shape, *values.shape[len(shape) :]), values.dtype)
        found[name][block] = values


def work_of(
    problem: Callable[..., Problem],
    optimizer: Callable[..., torch.optim.Optimizer],
    axes: Mapping[str, Any],
    steps: int,
    schedule: Schedule = constant,
    points: int = 0,
    dtype: torch.dtype = torch.float64,
    eager: bool = True,
) -> Work:
    """The work of :func:`grid`, its arguments checked; nothing is played yet."""
    if not callable(schedule):
        raise TypeError(f"schedule must be a function of t, such as inverse_sqrt, got {schedule!r}")
    try:
        factors(schedule)
    except NumbaError as error:
        raise ValueError(
            "schedule must be one that Numba can compile: write it with numbers and math alone"
        ) from error
    if dtype not in (torch.float32, torch.float64):
        raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype!r}")
    work = Work(
        problem=problem,
        optimizer=optimizer,
        axes=checked(axes, reserved=LONG_NAMES.keys() | {"t"}),
        steps=checks.integer("steps", steps, at_least=1, at_most=10**12),
        schedule=schedule,
        points=checks.integer("points", points, at_least=0, at_most=10**6),
        dtype=dtype,
        eager=eager,
    )
    for name in work.axes:
        if name not in work.of_problem and name not in work.of_optimizer:
            raise ValueError(f"axis {name} is an argument of neither problem nor optimizer")
    described(work)  # which makes the first cell and the last
    return work
