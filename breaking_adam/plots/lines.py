"""A line over t, with or without a band."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from breaking_adam.plots.style import REFERENCE, lighter, look, scaled


class Line(NamedTuple):
    """y over t, both of shape (points,), in the colour of that number; a band of (2, points).

    A line without a label shares its colour with one that has it.
    """

    label: str
    t: np.ndarray
    y: np.ndarray
    colour: int
    dashed: bool = False
    band: np.ndarray | None = None


def draw(axes: Axes, line: Line) -> None:
    """Draw the line, and its band beneath all lines."""
    colour, dashes = look(line.colour)
    axes.plot(
        line.t,
        line.y,
        color=colour,
        linestyle=REFERENCE if line.dashed else dashes,
        linewidth=scaled(0.9 if line.dashed else 1.2),
    )
    if line.band is not None:
        axes.fill_between(line.t, *line.band, color=lighter(colour, 0.75), linewidth=0, zorder=0.5)
        for edge in line.band:  # to be seen where another band covers it
            axes.plot(line.t, edge, color=lighter(colour, 0.4), linewidth=scaled(0.4), zorder=0.6)
