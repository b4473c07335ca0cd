"""A plane of cells: grid() against a C loop over lanes of the same arithmetic.

python -m benchmarks.grids
"""

from __future__ import annotations

import ctypes
import os
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from distributed import Client, LocalCluster

from benchmarks import c
from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians
from breaking_adam import Online, grid
from breaking_adam.grids.tiling import LARGEST, blocks, chunks
from breaking_adam.problems.periods import divisor_of

#: The cells along each axis, and the steps of each.
SIDE, STEPS = 256, 100_000

#: Rounds, each of which takes about half a minute.
ROUNDS = 3

#: The plane whose core-hours are told.
LARGE, LARGE_STEPS = 4096, 1_000_000

PERIODS = range(2, 2 + SIDE)
DECAYS = (1 - np.geomspace(0.5, 1e-4, SIDE)).tolist()

WIDTH = 64


def plane(dtype: torch.dtype, steps: int = STEPS, client: Any = None) -> Any:
    """Adam on the online problem, over C and β2."""
    return grid(
        problem=lambda C: Online(C, -1, period=C),  # noqa: N803 - the paper's letter
        optimizer=lambda params, beta2: torch.optim.Adam(params, 1e-3, betas=(0.9, beta2)),
        axes={"C": PERIODS, "beta2": DECAYS},
        steps=steps,
        dtype=dtype,
        client=client,
    )


class Settings(ctypes.Structure):
    """cells.c's settings of a pack."""

    _fields_ = (
        *((name, ctypes.c_double * WIDTH) for name in ("alpha", "beta1", "beta2", "eps")),
        *((name, ctypes.c_double * WIDTH) for name in ("large", "small", "low", "high", "x_star")),
        *((name, ctypes.c_uint64 * WIDTH) for name in ("inverse", "shift", "largest")),
    )


def in_c() -> np.ndarray:
    """The same plane in C; x of shape (SIDE, SIDE), C by β2."""
    packs = SIDE // WIDTH * SIDE
    every = (Settings * packs)()
    for p, (decay, begin) in enumerate((d, k) for d in DECAYS for k in range(0, SIDE, WIDTH)):
        s = every[p]
        for j, period in enumerate(PERIODS[begin : begin + WIDTH]):
            s.alpha[j], s.beta1[j], s.beta2[j], s.eps[j] = 1e-3, 0.9, decay, 1e-8
            s.large[j], s.small[j], s.low[j], s.high[j], s.x_star[j] = period, -1, -1, 1, -1
            s.inverse[j], s.shift[j], s.largest[j] = map(int, divisor_of(period))
    lanes = np.zeros((packs, 5, WIDTH))
    c.library("cells.c").cells(
        every, ctypes.c_void_p(lanes.ctypes.data), ctypes.c_int64(packs), ctypes.c_int64(STEPS)
    )
    return lanes[:, 0].reshape(SIDE, SIDE).T


def memory() -> float:
    """Bytes for each cell that Python and NumPy hold at the most while a plane is played."""
    tracemalloc.start()
    plane(torch.float64, steps=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / SIDE**2


def on_cluster(client: Any) -> float:
    """Seconds of a worker for each tile, beyond what the tile takes here: of runs of one step."""
    tiles = len(list(blocks((SIDE, SIDE), chunks((SIDE, SIDE)))))
    seconds = by_round(
        {
            "here": partial(plane, torch.float64, steps=1),
            "cluster": partial(plane, torch.float64, steps=1, client=client),
        },
        rounds=5,
    )
    taken, workers = medians(seconds), len(client.nthreads())
    return (workers * taken["cluster"] - taken["here"]) / tiles


def core_hours(ns: float, per_tile: float) -> float:
    """Of a large plane: so many ns of a core for each cell and step, so many s for each tile.

    >>> round(core_hours(1.0, 0.0), 2)
    4.66
    """
    cells = LARGE**2
    tiles = cells / LARGEST
    return (1e-9 * ns * cells * LARGE_STEPS + per_tile * tiles) / 3600


def main() -> list[Ratio]:
    """Print the times and the ratios."""
    print(f"Adam on the online problem, {SIDE} × {SIDE} cells of {STEPS:,} steps")
    contestants: dict[str, Callable[[], object]] = {
        "float64": partial(plane, torch.float64),
        "float32": partial(plane, torch.float32),
    }
    start = time.perf_counter()
    plane(torch.float64, steps=100)  # which compiles, too
    print(f"  the first call compiles, in {time.perf_counter() - start:.1f} s")
    print(f"  at most {memory():.0f} bytes a cell")
    if c.library("cells.c"):
        told = c.vectorised("cells.c")
        print(f"  C: {told or 'NOT vectorised'}")
        np.testing.assert_allclose(plane(torch.float64).x, in_c(), atol=1e-9)
        contestants["C"] = in_c
    seconds = by_round(contestants, rounds=ROUNDS)
    for who, taken in medians(seconds).items():
        ns = 1e9 * taken / (STEPS * SIDE**2)
        print(f"  {who:8s} {ns:5.2f} ns a cell and step on {os.cpu_count()} cores")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        per_tile = on_cluster(client)
    print(f"  Dask, two worker processes: {1e3 * per_tile:.0f} ms a tile of {LARGEST:,} cells")
    ns = 1e9 * medians(seconds)["float64"] / (STEPS * SIDE**2) * (os.cpu_count() or 1)
    hours = core_hours(ns, per_tile)
    print(f"  {LARGE:,} × {LARGE:,} cells of {LARGE_STEPS:,} steps: {hours:.1f} core-hours")
    found = [ratio("grids", "float32 / float64", seconds["float32"], seconds["float64"], 0.6)]
    if "C" in seconds:
        what = f"{SIDE} × {SIDE} cells, float64, / C"
        found.insert(0, ratio("grids", what, seconds["float64"], seconds["C"], 1.3))
    print(f"\n{table(found)}")
    return found


if __name__ == "__main__":
    main()
