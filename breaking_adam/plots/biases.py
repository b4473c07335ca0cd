"""How far from x* runs come to rest, over 1−β2: points, what is predicted, and their noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from breaking_adam.plots.labels import lay_out
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.plots.style import COLOURS, GREY, REFERENCE, scaled


class Bias(NamedTuple):
    """A panel; all of shape (points,).

    Args:
        title: what is written above it.
        values: the mean of x − x* over runs that differ in their draws alone.
        noise: its standard error.
        predicted: what the theory says of it.
        formula: of that, as its label.
    """

    title: str
    values: np.ndarray
    noise: np.ndarray
    predicted: np.ndarray
    formula: str


def figure(
    panels: Sequence[Bias], beta2: np.ndarray, title: str, picture: Picture = PAPER
) -> Figure:
    """All panels, two in a row, on logarithmic axes."""
    rows = -(-len(panels) // 2)
    with picture.drawing():
        drawn = picture.figure(5.2, 0.5 + 2.1 * rows)
        grid = drawn.subplots(rows, 2, sharex=True, sharey="row", squeeze=False)
        for axes, panel in zip(grid.flat, panels, strict=False):
            _draw(axes, panel, 1 - beta2)
        for axes in grid[-1]:
            axes.set_xlabel("1−β2")
        for axes in grid[:, 0]:
            axes.set_ylabel("|x − x*|")
        drawn.suptitle(title)
        lay_out(drawn)
    return drawn


def _draw(axes: Axes, panel: Bias, rest: np.ndarray) -> None:
    axes.set(xscale="log", yscale="log", title=panel.title)
    axes.plot(rest, np.abs(panel.predicted), color="black", linewidth=scaled(1.1))
    axes.plot(rest, np.abs(panel.values), "o", color=COLOURS[1], markersize=scaled(2.5))
    known = np.flatnonzero(np.isfinite(panel.predicted))
    middle = known[len(known) // 2] if known.size else 0
    _name(axes, panel.formula, rest[middle], abs(panel.predicted[middle]), "black", above=True)
    if (panel.noise > 0).any():
        axes.plot(rest, panel.noise, color=GREY, linestyle=REFERENCE, linewidth=scaled(0.9))
        _name(axes, "noise of the mean", rest[middle], panel.noise[middle], GREY, above=False)


def _name(axes: Axes, text: str, x: float, y: float, colour: str, above: bool) -> None:
    """The text beside a line, on one side of it."""
    side = 1 if above else -1
    axes.annotate(
        text,
        (x, y),
        xytext=(-side * scaled(6), side * scaled(6)),
        textcoords="offset points",
        ha="right" if above else "left",
        va="bottom" if above else "top",
        color=colour,
        fontsize=scaled(7),
    )
