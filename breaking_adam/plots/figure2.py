"""Learning curves as in the paper's Figure 2, in rows of panels. Nothing is run here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

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
        figure = picture.figure(3.6 * columns, 2.2 * len(rows) + 0.2 * bool(title))
        if title:
            figure.suptitle(title)
        parts = figure.subfigures(len(rows), 1, squeeze=False)[:, 0]
        for part, row in zip(parts, rows, strict=True):
            part.suptitle(row.title)
            axes = part.subplots(1, len(row.panels), squeeze=False)[0]
            labels += [_curves(*each) for each in zip(axes, row.panels, strict=True)]
        arrange(figure, labels)
    return figure


def _curves(axes: Axes, panel: Panel) -> Labels:
    """The panel, with room for where the curves end."""
    # The first steps come down from a height that would leave the rest no room.
    late = [line.y[len(line.y) // 10 :] for line in panel.lines]
    finite = np.concatenate(late or [np.ones(1)])
    finite = finite[np.isfinite(finite) & (finite > 0)]
    if finite.size and finite.max() > finite.min():
        axes.set_ylim(finite.min() / 1.2, finite.max() * 1.2)
    labels = draw_panel(axes, panel)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:g}")
    axes.set_xlabel("iteration")
    return labels
