"""Pictures of runs on any problem. Nothing is run here, and no path is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from breaking_adam.plots.figure1 import figure_1, height, labelled, theory_of
from breaking_adam.plots.labels import Labels, arrange
from breaking_adam.plots.lines import Line
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.problems import LinearProblem, Problem
from breaking_adam.problems.problem import distance
from breaking_adam.trials.series import Series

#: The least distance on a logarithmic axis, and the most orders of magnitude on one.
LEAST, ORDERS = 1e-300, 16

#: How many times the problem's width the axis of x goes.
FAR = 1e3


def picture(
    problem: Problem, series: Sequence[Series], title: str, size: Picture = PAPER
) -> Figure:
    """The paper's Figure 1 of a linear problem; of others, how far x is and where."""
    if isinstance(problem, LinearProblem):
        return figure_1(series, theory_of(problem), title, size)
    return distances(problem, series, title, size)


def distances(
    problem: Problem, series: Sequence[Series], title: str, size: Picture = PAPER
) -> Figure:
    """The distance from the best points on the left, x_t on the right.

    Args:
        problem: that was played.
        series: the runs, with their distances.
        title: above both.
        size: of the picture.
    """
    with size.drawing():
        figure = size.figure(6.8, 0.75 + height(series))
        left, right = figure.subplots(1, 2)
        labels = [far(left, series, problem), place(right, series, problem)]
        figure.suptitle(title)
        arrange(figure, labels)
    return figure


def far(axes: Axes, series: Sequence[Series], problem: Problem) -> Labels:
    """|x_t − x*| over t, on a logarithmic axis, with that of x_1."""
    lines = [
        Line(each.name, each.t, np.maximum(each.distance, LEAST), i, band=each.distance_band)
        for i, each in enumerate(series)
        if each.distance is not None
    ]
    began = float(distance(problem.x0, *problem.best))
    axes.set_yscale("log")
    seen = np.concatenate([[began or problem.width], *(y[np.isfinite(y)] for _, _, y, *_ in lines)])
    high = float(seen.max())
    axes.set_ylim(max(float(seen.min()), high * 10.0**-ORDERS) / 3, high * 3)
    axes.set_ylabel("$|x_t - x^*|$")
    return labelled(axes, lines, [(began, f"{began:g}")] if began else [])


def place(axes: Axes, series: Sequence[Series], problem: Problem) -> Labels:
    """x_t over t, with the best points; where x runs off, the axis follows it for a while."""
    lines = [Line(each.name, each.t, each.x, i, band=each.x_band) for i, each in enumerate(series)]
    low, high = problem.best
    known = [end for end in (low, high, problem.x0) if np.isfinite(end)]
    seen = np.concatenate([known, *(line.y[np.isfinite(line.y)] for line in lines)])
    reach = FAR * problem.width
    least, most = float(seen.min().clip(-reach)), float(seen.max().clip(max=reach))
    margin = 0.12 * max(most - least, 1e-3 * problem.width)
    axes.set_ylim(least - margin, most + margin)
    axes.set_ylabel("$x_t$")
    if low < high:
        axes.axhspan(max(low, least - margin), high, color="0.93", zorder=0)
        return labelled(axes, lines, [(high, "best points: below")])
    return labelled(axes, lines, [(low, f"$x^* = {low:g}$")])
