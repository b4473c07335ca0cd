"""The matrix of the stand as a page: a click on a cell shows the runs behind it.

One file of HTML with all that it needs: Bokeh's script is within, the runs as arrays, and what a
click does as JavaScript; there is no server, and no network.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.events import DocumentReady
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    CustomJS,
    FactorRange,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
    Rect,
    TapTool,
)
from bokeh.models.annotations import BoxAnnotation, Span
from bokeh.palettes import Cividis256
from bokeh.plotting import figure
from bokeh.resources import INLINE

from breaking_adam.plots.marks import MARKS, shade, written
from breaking_adam.plots.page_html import PAINT, SHOW, TEMPLATE

#: The distances that are shown, in widths of the problem; what is outside is put at the end.
SHOWN = 1e-6, 1e3

#: The pixels of a cell, across and up.
CELL = 26, 22

#: The numbers of all curves, at most: of more, points are left out.
LARGEST = 600_000

#: Of what is written and drawn on the page, where it is to be seen on white and on black.
GREY = "#808080"

#: What stands before one's own optimizer.
MARK = "▸"

#: What a browser is asked, where its user may prefer a dark page.
DARK = "(prefers-color-scheme: dark)"


class Pair(NamedTuple):
    """A cell of the matrix.

    Args:
        optimizer: of :attr:`Runs.optimizers`.
        problem: of :attr:`Runs.problems`.
        verdict: a word of :data:`~breaking_adam.plots.marks.MARKS`.
        solved: the share solved.
        told: the numbers behind it, in words.
    """

    optimizer: str
    problem: str
    verdict: str
    solved: float
    told: str


class Problem(NamedTuple):
    """A column of the matrix.

    Args:
        name: of the problem.
        about: what it is, in words.
        best: the best points, (low, high).
        near: how far from a point is near it.
        width: how large the problem is.
        steps: of each run.
    """

    name: str
    about: str
    best: tuple[float, float]
    near: float
    width: float
    steps: int


class Runs(NamedTuple):
    """What is behind the cells.

    Args:
        optimizers: the rows, from top to bottom.
        problems: the columns, from left to right.
        alphas: the step sizes, shape (rows, columns, step sizes).
        words: of each run, the place of its word among MARKS, or −1; shape (rows, columns, step
            sizes, seeds).
        distances: of each run from the best points, of the same shape.
        curves: x over the run, shape (rows, columns, step sizes, points).
        part: of the run that is done at each point, shape (points,).
    """

    optimizers: Sequence[str]
    problems: Sequence[Problem]
    alphas: np.ndarray
    words: np.ndarray
    distances: np.ndarray
    curves: np.ndarray
    part: np.ndarray


def page(
    pairs: Sequence[Pair],
    runs: Runs,
    title: str,
    notes: Sequence[str],
    own: Collection[str] = (),
) -> str:
    """The page as HTML.

    Args:
        pairs: the cells, row by row.
        runs: what is behind them.
        title: of the page.
        notes: paragraphs above the matrix, as text.
        own: the optimizers that are marked; the page begins with what the first of them does not
            solve.
    """
    document = Document(title=title)
    names = {name: f"{MARK} {name}" if name in own else name for name in runs.optimizers}
    cells = ColumnDataSource(_columns(pairs, names), name="cells")
    cells.selected.indices = [_first(pairs, own)]
    marked = [names[each] for each in names if each in own]
    matrix, frames = _matrix(cells, names, marked, [each.name for each in runs.problems])
    (sweep, points, near), (curves, lines, best) = _sweep(runs), _curves()
    # Of each row, the runs that there are, one problem's after another's.
    there, rows = runs.words >= 0, len(runs.optimizers)
    seeds = there[0, :, 0].sum(axis=1).tolist()
    begins = (runs.words.shape[2] * np.cumsum([0, *seeds[:-1]])).tolist()
    # The last point of a curve stays.
    drawn = np.arange(runs.part.size)[:: -ceil(runs.curves.size / LARGEST)][::-1]
    show = CustomJS(
        args={
            "cells": cells,
            "points": points,
            "lines": lines,
            "near": near,
            "best": best,
            "alpha_range": sweep.x_range,
            "t_range": curves.x_range,
            "x_range": curves.y_range,
            "problems": [
                {**each._asdict(), "begin": begin, "seeds": count}
                for each, begin, count in zip(runs.problems, begins, seeds, strict=True)
            ],
            "alphas": np.ascontiguousarray(runs.alphas, np.float64),
            "words": np.ascontiguousarray(runs.words[there].reshape(rows, -1), np.int8),
            "distances": np.ascontiguousarray(runs.distances[there].reshape(rows, -1), np.float32),
            "curves": np.ascontiguousarray(runs.curves[..., drawn], np.float32),
            "part": np.ascontiguousarray(runs.part[drawn], np.float64),
            "shown": SHOWN,
            "marks": [[word, mark.colour] for word, mark in MARKS.items()],
            "colours": _of_alphas(runs.alphas.shape[2]),
            "dark": DARK,
        },
        code=SHOW,
    )
    paint = CustomJS(
        args={
            "axes": [axis for each in (matrix, sweep, curves) for axis in each.axis],
            "frames": frames,
            "cells": cells,
            "show": show,
            "dark": DARK,
        },
        code=PAINT,
    )
    cells.selected.js_on_change("indices", show)
    document.js_on_event(DocumentReady, show, paint)
    for each in matrix, sweep, curves:
        document.add_root(each)
    within = {"notes": notes, "marks": MARKS}
    return file_html(document, INLINE, title, template=TEMPLATE, template_variables=within)


def _first(pairs: Sequence[Pair], own: Collection[str]) -> int:
    """The place of the pair to begin with: of one's own, and not solved, where there is such."""
    return min(
        range(len(pairs)),
        key=lambda k: (pairs[k].optimizer not in own, pairs[k].verdict == "solves"),
    )


def _columns(pairs: Sequence[Pair], names: Mapping[str, str]) -> dict[str, Any]:
    colours = [shade(each.verdict, each.solved) for each in pairs]
    return {
        "optimizer": [each.optimizer for each in pairs],
        "row": [names[each.optimizer] for each in pairs],
        "problem": [each.problem for each in pairs],
        "verdict": [each.verdict for each in pairs],
        "told": [each.told for each in pairs],
        "colour": [colour for colour, _ in colours],
        "ink": [ink for _, ink in colours],
        "written": [written(each.verdict, each.solved) for each in pairs],
    }


def _matrix(
    cells: ColumnDataSource,
    names: Mapping[str, str],
    marked: Sequence[str],
    problems: Sequence[str],
) -> tuple[Any, list[Any]]:
    """The matrix, whose cells can be clicked, and the frames in it.

    Args:
        cells: its pairs.
        names: what each row is called, by its optimizer.
        marked: those of one's own rows.
        problems: the columns.
    """
    hover = HoverTool(
        tooltips="<b>@optimizer</b> on <b>@problem</b><br>@verdict: @told", name="hover"
    )
    tap = TapTool(mode="replace")
    drawn = figure(
        name="matrix",
        x_range=FactorRange(factors=list(problems)),
        y_range=FactorRange(factors=list(names.values())[::-1]),
        frame_width=CELL[0] * len(problems),
        frame_height=CELL[1] * len(names),
        min_border_right=70,  # for the names that lean out
        x_axis_location="above",
        tools=[hover, tap],
        toolbar_location=None,
    )
    rects = drawn.rect(
        "problem",
        "row",
        0.92,
        0.92,
        source=cells,
        fill_color="colour",
        line_color=None,
        nonselection_fill_alpha=1.0,
    )
    rects.selection_glyph = Rect(
        x="problem",
        y="row",
        width=0.92,
        height=0.92,
        fill_color="colour",
        line_color=GREY,
        line_width=3.0,
    )
    drawn.text(
        "problem",
        "row",
        "written",
        source=cells,
        text_color="ink",
        nonselection_text_alpha=1.0,
        text_align="center",
        text_baseline="middle",
        text_font_size="11px",
    )
    own = drawn.hbar(y=marked, left=0, right=len(problems), height=1, fill_color=None, line_width=2)
    hover.renderers = tap.renderers = [rects]
    drawn.xaxis.major_label_orientation = 0.9
    drawn.axis.axis_line_color = drawn.axis.major_tick_line_color = None
    drawn.grid.visible = False
    _on_the_page(drawn)
    return drawn, [rects.selection_glyph, own.glyph]


def _on_the_page(drawn: Any) -> None:
    """Leave the page's own paper to be seen."""
    drawn.background_fill_color = drawn.border_fill_color = drawn.outline_line_color = None


def _sweep(runs: Runs) -> tuple[Any, ColumnDataSource, Span]:
    """The distance over the step size, a dot for each run."""
    points = ColumnDataSource(
        {name: [] for name in ("alpha", "distance", "seed", "word", "colour")}, name="points"
    )
    drawn = figure(
        name="sweep",
        sizing_mode="stretch_width",
        height=270,
        x_axis_type="log",
        y_axis_type="log",
        x_range=Range1d(start=0.1, end=10),
        y_range=Range1d(start=SHOWN[0] / 2, end=SHOWN[1] * 2),
        x_axis_label="step size α",
        y_axis_label="distance / width",
        tools="hover",
        tooltips="α = @alpha, seed @seed: @word, @distance",
        toolbar_location=None,
    )
    drawn.scatter(
        "alpha",
        "distance",
        source=points,
        fill_color="colour",
        line_color=GREY,
        size=7,
        fill_alpha=0.7,
    )
    near = Span(location=0.05, dimension="width", line_dash="dashed", line_color=GREY)
    drawn.add_layout(near)
    _chart(drawn)
    return drawn, points, near


def _curves() -> tuple[Any, ColumnDataSource, BoxAnnotation]:
    """X over t, a line for each step size."""
    lines = ColumnDataSource({name: [] for name in ("t", "x", "alpha", "colour")}, name="lines")
    drawn = figure(
        name="curves",
        sizing_mode="stretch_width",
        height=300,
        x_range=Range1d(start=0, end=1),
        y_range=Range1d(start=-1, end=1),
        x_axis_label="step t",
        y_axis_label="x, median of the seeds",
        tools="hover",
        tooltips="α = @alpha",
        toolbar_location=None,
        min_border_right=30,  # for half of the last number
    )
    drawn.xaxis.ticker = BasicTicker(desired_num_ticks=4)  # whose numbers are long
    drawn.xaxis.formatter = NumeralTickFormatter(format="0,0")
    best = BoxAnnotation(fill_color=MARKS["solves"].colour, fill_alpha=0.15, line_color=None)
    drawn.add_layout(best)
    drawn.multi_line("t", "x", source=lines, line_color="colour", line_width=1.5)
    _chart(drawn)
    return drawn, lines, best


def _chart(drawn: Any) -> None:
    """What both charts have: the page's paper, and lines that are seen on any."""
    _on_the_page(drawn)
    drawn.axis.axis_line_color = drawn.axis.major_tick_line_color = GREY
    drawn.axis.minor_tick_line_color = GREY
    drawn.grid.grid_line_color, drawn.grid.grid_line_alpha = GREY, 0.25


def _of_alphas(count: int) -> list[list[str]]:
    """A colour for each step size, dark ones small: on white, and on black."""
    return [
        [Cividis256[int(k)] for k in np.linspace(*ends, count)] for ends in ((0, 225), (90, 255))
    ]
