"""Pictures of results: curves to matplotlib axes. Nothing is run here, and no path is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

#: Okabe and Ito's palette: apart for colour-blind readers and in grey.
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

STYLE: Any = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.2,
    "savefig.dpi": 300,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}


class Curve(NamedTuple):
    """One optimizer's run: x_t and R_t/t over t, each of shape (points,).

    A band has shape (2, points): the quartiles over the replicas.
    """

    name: str
    t: np.ndarray
    x: np.ndarray
    average_regret: np.ndarray
    x_band: np.ndarray | None = None
    average_regret_band: np.ndarray | None = None


class Theory(NamedTuple):
    """What the problem is known to have: its best point, its worst, and the cost of staying."""

    x_star: float
    x_worst: float
    worst_average_regret: float
    worst_label: str


def figure_1(curves: Sequence[Curve], theory: Theory, title: str) -> Figure:
    """The paper's Figure 1 for one problem: R_t/t on the left, x_t on the right."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.8, 2.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        average_regret(left, curves, theory)
        position(right, curves, theory)
        figure.suptitle(title, fontsize=9)
    return figure


class Row(NamedTuple):
    """What one row of the whole Figure 1 shows: both problems with one step size."""

    title: str
    online: Sequence[Curve]
    online_theory: Theory
    stochastic: Sequence[Curve]
    stochastic_theory: Theory


def whole_figure_1(rows: Sequence[Row]) -> Figure:
    """The paper's Figure 1, all three panels, a row for each step size."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(10.2, 2.5 * len(rows)), layout="constrained")
        parts = figure.subfigures(len(rows), 1, squeeze=False)[:, 0]
        for part, row in zip(parts, rows, strict=True):
            left, centre, right = part.subplots(1, 3)
            average_regret(left, row.online, row.online_theory)
            position(centre, row.online, row.online_theory)
            position(right, row.stochastic, row.stochastic_theory)
            for axes, problem in (left, "online"), (centre, "online"), (right, "stochastic"):
                axes.set_title(problem)
            part.suptitle(row.title, fontsize=9)
    return figure


def average_regret(axes: Axes, curves: Sequence[Curve], theory: Theory) -> None:
    """R_t/t over t, with 0 and the average regret of staying at the worst point."""
    _lines(axes, curves, lambda curve: (curve.average_regret, curve.average_regret_band))
    axes.set_ylabel("average regret $R_t/t$")
    worst = theory.worst_average_regret
    ends = [curve.average_regret[-1] for curve in curves]
    finite = [end for end in ends if np.isfinite(end)]
    top = 1.35 * max([worst, *finite])
    axes.set_ylim(min([-0.12 * top, *(1.2 * end for end in finite)]), top)
    for level, label in (worst, theory.worst_label), (0.0, "0"):
        nearest = min(finite, key=lambda end: abs(end - level), default=0.0)
        _reference(axes, level, label, below=nearest > level)
    label_ends(axes, [curve.name for curve in curves], ends, _colours(curves))


def position(axes: Axes, curves: Sequence[Curve], theory: Theory) -> None:
    """x_t over t, with the best point and the worst."""
    _lines(axes, curves, lambda curve: (curve.x, curve.x_band))
    axes.set_ylabel("$x_t$")
    low, high = sorted((theory.x_star, theory.x_worst))
    margin = 0.12 * (high - low)
    axes.set_ylim(low - margin, high + margin)
    for x, label in (theory.x_star, "$x^* = {:g}$"), (theory.x_worst, "worst, {:+g}"):
        _reference(axes, x, label.format(x), below=x == low)
    ends = [curve.x[-1] for curve in curves]
    label_ends(axes, [curve.name for curve in curves], ends, _colours(curves))


def _lines(
    axes: Axes,
    curves: Sequence[Curve],
    values: Callable[[Curve], tuple[np.ndarray, np.ndarray | None]],
) -> None:
    for curve, colour in zip(curves, _colours(curves), strict=True):
        y, band = values(curve)
        axes.plot(curve.t, y, color=colour)
        if band is not None:
            axes.fill_between(curve.t, *band, color=colour, alpha=0.25, linewidth=0)
    last = max((curve.t[-1] for curve in curves), default=1)
    axes.set_xlim(0, last)
    axes.set_xlabel("$t$")
    axes.ticklabel_format(axis="x", style="sci", scilimits=(0, 4), useMathText=True)


def _reference(axes: Axes, y: float, label: str, *, below: bool = False) -> None:
    """A thin dashed line with its value written on it, or below it."""
    axes.axhline(y, color="0.45", linewidth=0.7, linestyle=(0, (4, 3)), zorder=0)
    axes.annotate(
        label,
        (0.985, y),
        xycoords=("axes fraction", "data"),
        xytext=(0, -2 if below else 1.5),
        textcoords="offset points",
        ha="right",
        va="top" if below else "bottom",
        color="0.35",
        fontsize=7,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.6},
    )


def label_ends(
    axes: Axes, names: Sequence[str], ends: Sequence[float], colours: Sequence[str]
) -> None:
    """Each curve's name at its end, right of the axes, moved apart where they would overlap."""
    to_axes = axes.transData + axes.transAxes.inverted()
    line = 0.085  # a line of text as a part of the height of the axes
    places = to_axes.transform([(axes.get_xlim()[1], end) for end in ends])[:, 1]
    at = [float(np.clip(place, 0, 1)) if np.isfinite(place) else 0.5 for place in places]
    order = sorted(range(len(at)), key=at.__getitem__)
    below = -np.inf
    for i in order:
        at[i] = below = max(at[i], below + line)
    above = 1 + line
    for i in reversed(order):
        at[i] = above = min(at[i], above - line)
    for name, colour, y in zip(names, colours, at, strict=True):
        axes.annotate(
            name,
            (1.02, y),
            xycoords="axes fraction",
            va="center",
            color=colour,
            annotation_clip=False,
        )


def _colours(curves: Sequence[Curve]) -> list[str]:
    return [COLOURS[i % len(COLOURS)] for i in range(len(curves))]
