"""Pictures of what was measured against what was proved. Nothing is run here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from breaking_adam.figures import COLOURS, STYLE, label_ends


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


class Panel(NamedTuple):
    """Lines on axes with a title; ``log`` says which axes are logarithmic, (x, y)."""

    title: str
    lines: Sequence[Line]
    log: tuple[bool, bool]
    level: float | None = None


def figure(panels: Sequence[Panel], title: str) -> Figure:
    """The panels side by side."""
    with mpl.rc_context(STYLE):
        result = Figure(figsize=(3.4 * max(len(panels), 1.4), 2.6), layout="constrained")
        for axes, panel in zip(np.atleast_1d(result.subplots(1, len(panels))), panels, strict=True):
            _draw(axes, panel)
        result.suptitle(title, fontsize=9)
    return result


def _draw(axes: Axes, panel: Panel) -> None:
    for line in panel.lines:
        colour = COLOURS[line.colour % len(COLOURS)]
        axes.plot(
            line.t,
            np.where(line.y > 0, line.y, np.nan) if panel.log[1] else line.y,
            color=colour,
            linestyle=(0, (4, 3)) if line.dashed else "-",
            linewidth=0.9 if line.dashed else 1.2,
        )
        if line.band is not None:
            axes.fill_between(line.t, *line.band, color=colour, alpha=0.25, linewidth=0)
    if panel.level is not None:
        axes.axhline(panel.level, color="0.45", linewidth=0.7, linestyle=(0, (4, 3)), zorder=0)
    axes.set_xscale("log" if panel.log[0] else "linear")
    axes.set_yscale("log" if panel.log[1] else "linear")
    for axis, is_log in zip((axes.xaxis, axes.yaxis), panel.log, strict=True):
        if is_log:
            axis.set_minor_locator(NullLocator())
    axes.set_xlabel("$t$")
    axes.set_title(panel.title)
    labelled = [line for line in panel.lines if line.label]
    label_ends(
        axes,
        [line.label for line in labelled],
        [float(line.y[-1]) for line in labelled],
        [COLOURS[line.colour % len(COLOURS)] for line in labelled],
    )
