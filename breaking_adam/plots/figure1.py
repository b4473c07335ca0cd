"""Pictures of runs, as in the paper's Figure 1. Nothing is run here, and no path is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from breaking_adam.plots.labels import Labels, arrange, name_ends, reference
from breaking_adam.plots.lines import Line, draw
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.plots.style import look
from breaking_adam.problems import LinearProblem
from breaking_adam.trials.series import Series

#: The height in inches that a name takes, and that the axes have at least.
NAME, HEIGHT = 0.135, 1.75


class Theory(NamedTuple):
    """What the problem is known to have: its best point, its worst, and the cost of staying."""

    x_star: float
    x_worst: float
    worst_average_regret: float
    worst_label: str


def theory_of(problem: LinearProblem) -> Theory:
    """What is known of the problem.

    >>> from breaking_adam import Online
    >>> theory_of(Online()).worst_label
    '20/101: staying at +1'
    """
    worst = problem.worst_average_regret
    exact = Fraction(worst).limit_denominator(1000)
    telling = exact.denominator > 10 and math.isclose(exact, worst, rel_tol=1e-12)
    fraction = f"{exact}" if telling else f"{worst:.3g}"
    return Theory(
        problem.x_star, problem.x_worst, worst, f"{fraction}: staying at {problem.x_worst:+g}"
    )


def figure_1(
    series: Sequence[Series], theory: Theory, title: str, picture: Picture = PAPER
) -> Figure:
    """The paper's Figure 1 for one problem: R_t/t on the left, x_t on the right."""
    with picture.drawing():
        figure = picture.figure(6.8, 0.75 + height(series))
        left, right = figure.subplots(1, 2)
        labels = [average_regret(left, series, theory), position(right, series, theory)]
        figure.suptitle(title)
        arrange(figure, labels)
    return figure


class Row(NamedTuple):
    """What one row of the whole Figure 1 shows: both problems with one step size."""

    title: str
    online: Sequence[Series]
    online_theory: Theory
    stochastic: Sequence[Series]
    stochastic_theory: Theory


def whole_figure_1(rows: Sequence[Row], picture: Picture = PAPER) -> Figure:
    """The paper's Figure 1, all three panels, a row for each step size."""
    labels = []
    with picture.drawing():
        heights = [0.75 + height(row.online) for row in rows]
        figure = picture.figure(10.2, sum(heights))
        parts = figure.subfigures(len(rows), 1, squeeze=False)[:, 0]
        for part, row in zip(parts, rows, strict=True):
            left, centre, right = part.subplots(1, 3)
            labels += [
                average_regret(left, row.online, row.online_theory),
                position(centre, row.online, row.online_theory),
                position(right, row.stochastic, row.stochastic_theory),
            ]
            for axes, problem in (left, "online"), (centre, "online"), (right, "stochastic"):
                axes.set_title(problem)
            part.suptitle(row.title)
        arrange(figure, labels)
    return figure


def average_regret(axes: Axes, series: Sequence[Series], theory: Theory) -> Labels:
    """R_t/t over t, with 0 and the average regret of staying at the worst point."""
    lines = [
        Line(each.name, each.t, each.average_regret, i, band=each.average_regret_band)
        for i, each in enumerate(series)
    ]
    worst = theory.worst_average_regret
    finite = [line.y[-1] for line in lines if np.isfinite(line.y[-1])]
    top = 1.35 * max([worst, *finite]) or 1.0
    axes.set_ylim(min([-0.12 * top, *(1.2 * end for end in finite)]), top)
    axes.set_ylabel("average regret $R_t/t$")
    return labelled(axes, lines, [(worst, theory.worst_label), (0.0, "0")])


def position(axes: Axes, series: Sequence[Series], theory: Theory) -> Labels:
    """x_t over t, with the best point and the worst."""
    lines = [Line(each.name, each.t, each.x, i, band=each.x_band) for i, each in enumerate(series)]
    low, high = sorted((theory.x_star, theory.x_worst))
    margin = 0.12 * (high - low)
    axes.set_ylim(low - margin, high + margin)
    axes.set_ylabel("$x_t$")
    best = theory.x_star, f"$x^* = {theory.x_star:g}$"
    return labelled(axes, lines, [(theory.x_worst, f"worst, {theory.x_worst:+g}"), best])


def labelled(axes: Axes, lines: Sequence[Line], levels: Sequence[tuple[float, str]]) -> Labels:
    """Draw lines over t, with their names, and levels with what they are."""
    for line in lines:
        draw(axes, line)
    axes.set_xlim(0, max((line.t[-1] for line in lines), default=1))
    axes.set_xlabel("$t$")
    axes.xaxis.set_major_formatter(Steps())
    names = name_ends(
        axes,
        [line.label for line in lines],
        [line.y for line in lines],
        [look(line.colour).colour for line in lines],
    )
    return Labels(axes, names, [reference(axes, y, label) for y, label in levels])


class Steps(ScalarFormatter):
    """Numbers of steps, from 10,000 on in units of 10^k, which stand at the axis' end.

    Only these are set as mathematics: matplotlib takes a tenth of a second for the ticks' digits.
    """

    def __init__(self) -> None:
        super().__init__(useMathText=True)
        self.set_powerlimits((0, 4))

    def __call__(self, x: float, pos: int | None = None) -> str:
        return super().__call__(x, pos).removeprefix(r"$\mathdefault{").removesuffix("}$")


def height(series: Sequence[Series]) -> float:
    """That of the axes in inches: of Figure 1, or more if there are more names than it holds."""
    return max(HEIGHT, NAME * len(series))
