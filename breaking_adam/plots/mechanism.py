"""Why one optimizer goes where another does not, as frames: what their steps are made of.

On the left two periods, step by step; on the right the whole run, by what two periods come to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from breaking_adam.plots.labels import Labels, arrange, name_ends, reference
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.plots.style import GREY, look, scaled
from breaking_adam.trials.window import Window

#: The frames in which the first two periods go by, and those for which the end stays.
FIRST, LAST = 40, 16


class Film(NamedTuple):
    """A run, as two periods in each of its windows, the first from its first step on."""

    name: str
    windows: Sequence[Window]


class Animation(NamedTuple):
    """A figure, of which ``draw(i)`` makes the i-th of so many frames."""

    figure: Figure
    draw: Callable[[int], None]
    frames: int


class Row(NamedTuple):
    """A quantity, on the left by its steps, and on the right by what two periods come to.

    Args:
        label: beside the left panel.
        steps: of a window, shape (steps,).
        over: beside the right panel.
        sums: of a window, a number for each line.
        level: of a line across, left and right, where it has a meaning.
    """

    label: str
    steps: Callable[[Window], np.ndarray]
    over: str
    sums: Callable[[Window], Sequence[float]]
    level: tuple[float | None, float | None] = (None, None)


#: The gradient, that of a linear cost, is the same for all; x comes last.
GRADIENT = Row("$g_t$", lambda w: w.g, "mean", lambda w: [w.g.mean()], (0, 0))
ROOT = Row("$√v_t$", lambda w: w.root, "range", lambda w: [w.root.min(), w.root.max()])
STEP = Row("step", lambda w: w.step, "sum", lambda w: [w.step.sum()], (0, 0))
PLACE = Row("$x_t - x_{t_0}$", lambda w: w.x - w.x[0], "$x_t$", lambda w: [w.x[0]], (0, None))
ROWS = (GRADIENT, ROOT, STEP, PLACE)


def mechanism(
    films: Sequence[Film], ends: tuple[float, float], title: str, picture: Picture = PAPER
) -> Animation:
    """The films beside each other: two periods as they go by, and then the run from end to end.

    Args:
        films: with windows of the same steps.
        ends: x*, and the worst point.
        title: above all.
        picture: its size.
    """
    windows = films[0].windows
    with picture.drawing():
        figure = picture.figure(7.2, 4.4)
        figure.suptitle(title)
        grid = figure.subplots(len(ROWS), 2, sharex="col", height_ratios=(1, 1, 1, 1.3))
        panels = [
            _Panels(left, right, row, films[:1] if row is GRADIENT else films)
            for (left, right), row in zip(grid, ROWS, strict=True)
        ]
        grid[-1, 0].set_xlabel("$t - t_0$")
        grid[-1, 1].set_xlabel("$t_0$")
        grid[0, 1].set_title("the whole run, by two periods")
        when = grid[0, 0].set_title(_when(windows[-1]))
        last = grid[-1, 1]
        last.set_ylim(*_room(np.array(ends)))
        names = name_ends(
            last,
            [film.name for film in films],
            [np.array([window.x[0] for window in film.windows]) for film in films],
            [look(i).colour for i in range(len(films))],
        )
        best, worst = ends
        levels = [
            reference(last, best, f"$x^* = {best:g}$"),
            reference(last, worst, f"worst, {worst:+g}"),
        ]
        arrange(figure, [Labels(last, names, levels)])

    def draw(i: int) -> None:
        at = min(max(0, i - FIRST), len(windows) - 1)
        when.set_text(_when(windows[at]))
        for each in panels:
            each.show(at, min(1.0, (i + 1) / FIRST))

    return Animation(figure, draw, FIRST + len(windows) + LAST)


class _Panels:
    """A row of the figure: with the last window and the whole run, until it is told otherwise."""

    def __init__(self, left: Axes, right: Axes, row: Row, films: Sequence[Film]) -> None:
        self.row, self.films = row, films
        self.begins = np.array([max(1, window.t[0]) for window in films[0].windows])
        self.told = [np.array([row.sums(window) for window in film.windows]) for film in films]
        self.steps: list[Line2D] = []
        self.sums: list[Sequence[Line2D]] = []
        for i, film in enumerate(films):
            colour = GREY if row is GRADIENT else look(i).colour
            self.steps += left.plot(row.steps(film.windows[-1]), color=colour)
            self.sums.append(right.plot(self.begins, self.told[i], color=colour))
        self.now = right.axvline(self.begins[-1], color=GREY, linewidth=scaled(0.7))
        steps = [row.steps(window) for film in films for window in film.windows]
        left.set_xlim(0, max(map(len, steps)))
        right.set_xscale("log")
        right.set_xlim(self.begins[0], max(self.begins[-1], 2))
        for axes, label, values, level in (
            (left, row.label, np.concatenate(steps), row.level[0]),
            (right, row.over, np.concatenate(self.told, axis=None), row.level[1]),
        ):
            axes.set_ylabel(label)
            axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            axes.set_ylim(*_room(values if level is None else np.append(values, level)))
            if level is not None:
                axes.axhline(level, color="0.45", linewidth=scaled(0.7), zorder=0)

    def show(self, at: int, part: float) -> None:
        """That part of a window, and the run up to where it begins."""
        self.now.set_xdata([self.begins[at]] * 2)
        for i, film in enumerate(self.films):
            y = self.row.steps(film.windows[at])
            y = y[: round(part * len(y))]
            self.steps[i].set_data(np.arange(len(y)), y)
            for line, sums in zip(self.sums[i], self.told[i].T, strict=True):
                line.set_data(self.begins[: at + 1], sums[: at + 1])


def _room(values: np.ndarray) -> tuple[float, float]:
    """The ends of an axis for the values."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def _when(window: Window) -> str:
    return f"two periods from $t_0$ = {window.t[0]:,}"
