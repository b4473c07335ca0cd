"""Learning curves as in the paper's Figure 2, in rows of panels. Nothing is run here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import Locator, LogLocator, MaxNLocator

from breaking_adam.plots.labels import Labels, arrange
from breaking_adam.plots.panels import Panel, draw_panel
from breaking_adam.plots.picture import PAPER, Picture


class Row(NamedTuple):
    """Panels side by side under a title."""

    title: str
    panels: Sequence[Panel]


def figure_2(rows: Sequence[Row], title: str = "", picture: Picture = PAPER) -> Figure:
    """The rows, one below the other."""
    labels = []
    with picture.drawing():
        columns = max(len(row.panels) for row in rows)
        figure = picture.figure(3.4 * columns, 1.85 * len(rows) + 0.2 * bool(title))
        if title:
            figure.suptitle(title)
        parts = figure.subfigures(len(rows), 1, squeeze=False)[:, 0]
        for part, row in zip(parts, rows, strict=True):
            part.suptitle(row.title)
            axes = part.subplots(1, len(row.panels), squeeze=False)[0]
            labels += [_curves(*each) for each in zip(axes, row.panels, strict=True)]
        figure.supxlabel("iteration", fontsize="medium")  # one for all: rows are of one height
        arrange(figure, labels)
    return figure


def _curves(axes: Axes, panel: Panel) -> Labels:
    """The panel, with room for where the curves end, and its title beside it."""
    low, high = _limits(panel)
    axes.set_ylim(low, high)
    labels = draw_panel(axes, panel)
    axes.yaxis.set_major_locator(_numbers(low, high))
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:g}")
    axes.set_ylabel(panel.title)
    return labels


def _limits(panel: Panel) -> tuple[float, float]:
    """What the curves come through after their first tenth, with a little room on either side.

    The first steps come down from a height that would leave the rest no room.
    """
    late = [line.y[len(line.y) // 10 :] for line in panel.lines]
    bands = [line.band[:, -1] for line in panel.lines if line.band is not None]
    shown = np.concatenate([*late, *bands]) if late else np.ones(1)
    shown = shown[np.isfinite(shown) & (shown > 0)]
    if shown.size == 0:
        return 0.1, 10.0
    low, high = shown.min(), shown.max()
    room = max((high / low) ** 0.06, 1.01)
    return low / room, high * room


def _numbers(low: float, high: float) -> Locator:
    """Where a logarithmic axis has numbers: some, whatever its range, and none that are odd."""
    if high < 5 * low:
        return MaxNLocator(5, steps=(1, 2, 5, 10))
    return LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,), numticks=12)
