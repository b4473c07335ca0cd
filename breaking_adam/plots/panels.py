"""Pictures of what was measured against what was proved. Nothing is run here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from breaking_adam.plots.labels import Labels, arrange, name_ends
from breaking_adam.plots.lines import Line, draw
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.plots.style import REFERENCE, look, scaled


class Panel(NamedTuple):
    """Lines on axes with a title; ``log`` says which axes are logarithmic, (x, y)."""

    title: str
    lines: Sequence[Line]
    log: tuple[bool, bool]
    level: float | None = None


class Bounded(NamedTuple):
    """A run's R_t and the bound for it, both of shape (points,)."""

    label: str
    t: np.ndarray
    regret: np.ndarray
    bound: np.ndarray

    def lines(self, i: int) -> tuple[Line, Line]:
        """Both in the i-th colour, the bound dashed."""
        return (
            Line(self.label, self.t, self.regret, i),
            Line("", self.t, self.bound, i, dashed=True),
        )


def above_bounds(played: Sequence[Bounded]) -> list[Panel]:
    """Regrets that stay above their bounds: beside them, and as multiples of them."""
    side_by_side = [line for i, each in enumerate(played) for line in each.lines(i)]
    ratios = [
        Line(each.label, each.t, each.regret / each.bound, i) for i, each in enumerate(played)
    ]
    wide = max(line.y.max() for line in ratios) > 10
    return [
        Panel("$R_t$, and its bound (dashed)", side_by_side, log=(True, True)),
        Panel("$R_t$ / bound (holds above 1)", ratios, log=(True, wide), level=1.0),
    ]


def below_bounds(title: str, played: Sequence[Bounded]) -> Panel:
    """Regrets that stay below their bounds."""
    return Panel(
        title, [line for i, each in enumerate(played) for line in each.lines(i)], log=(True, True)
    )


def figure(panels: Sequence[Panel], title: str, picture: Picture = PAPER) -> Figure:
    """The panels side by side."""
    with picture.drawing():
        result = picture.figure(3.4 * max(len(panels), 1.6), 2.6)
        labels = []
        for axes, panel in zip(np.atleast_1d(result.subplots(1, len(panels))), panels, strict=True):
            labels.append(draw_panel(axes, panel))
            axes.set_title(panel.title)
            axes.set_xlabel("$t$")
        result.suptitle(title)
        arrange(result, labels)
    return result


def draw_panel(axes: Axes, panel: Panel) -> Labels:
    """Draw the panel's lines, with their names at their ends, still to be arranged."""
    for line in panel.lines:
        # A logarithmic axis would draw what is not above 0 as a fall out of the picture.
        shown = line._replace(y=np.where(line.y > 0, line.y, np.nan)) if panel.log[1] else line
        draw(axes, shown)
    if panel.level is not None:
        axes.axhline(
            panel.level, color="0.45", linewidth=scaled(0.7), linestyle=REFERENCE, zorder=0
        )
    axes.set_xscale("log" if panel.log[0] else "linear")
    axes.set_yscale("log" if panel.log[1] else "linear")
    for axis, is_log in zip((axes.xaxis, axes.yaxis), panel.log, strict=True):
        if is_log:
            axis.set_minor_locator(NullLocator())
    axes.margins(x=0)
    named = [line for line in panel.lines if line.label]
    return Labels(
        axes,
        name_ends(
            axes,
            [line.label for line in named],
            [line.y for line in named],
            [look(line.colour).colour for line in named],
        ),
        [],
    )
