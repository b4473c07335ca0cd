"""Where the tiles of a grid are played: here, one after another."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from tqdm import tqdm

from breaking_adam.grids import tile
from breaking_adam.grids.ends import Found
from breaking_adam.grids.processes import Processes
from breaking_adam.grids.tiling import blocks, chunks, part
from breaking_adam.grids.work import Work


def run(work: Work, tell: Callable[[str], None] | None = None) -> Found:
    """Play all cells; each of ``ENDS`` and ``CURVES`` over the work's axes."""
    found: Found = {}
    with bar(work) as shown, Processes(tell, prod(work.shape)) as processes:
        for block in blocks(work.shape, chunks(work.shape)):
            for name, values in tile.play(part(work, block), processes, shown.update).items():
                if name not in found:
                    shape = (*work.shape, *values.shape[len(work.shape) :])
                    found[name] = np.empty(shape, values.dtype)
                found[name][block] = values
    return found


def bar(work: Work) -> tqdm:
    """A progress bar over cell-steps with the time left, on a terminal alone."""
    return tqdm(
        desc="grid",
        total=prod(work.shape) * work.steps,
        disable=None,  # where standard error is no terminal
        unit=" steps",
        unit_scale=True,
        leave=False,
    )
