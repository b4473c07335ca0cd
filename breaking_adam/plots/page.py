"""The matrix of the stand as a page: a click on a cell shows the runs behind it.

One file of HTML with all that it needs: Bokeh's script is within, the runs as arrays, and what a
click does as JavaScript; there is no server, and no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.events import DocumentReady
from bokeh.layouts import column, row
from bokeh.models import (
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
from bokeh.models.widgets import Div
from bokeh.palettes import Cividis256
from bokeh.plotting import figure
from bokeh.resources import INLINE

from breaking_adam.plots.marks import MARKS, shade, written

#: The distances that are shown, in widths of the problem; what is outside is put at the end.
SHOWN = 1e-6, 1e3

#: The pixels of a cell, across and up.
CELL = 34, 22

#: The numbers of all curves, at most: of more, points are left out.
LARGEST = 600_000


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
        shown: the x that are shown, (low, high).
        steps: of each run.
    """

    name: str
    about: str
    best: tuple[float, float]
    near: float
    width: float
    shown: tuple[float, float]
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


def page(pairs: Sequence[Pair], runs: Runs, title: str, notes: Sequence[str]) -> str:
    """The page as HTML.

    Args:
        pairs: the cells, row by row.
        runs: what is behind them.
        title: of the page.
        notes: paragraphs above the matrix, as text.
    """
    document = Document(title=title)
    cells = ColumnDataSource(_columns(pairs), name="cells")
    cells.selected.indices = [0]
    heading = Div(
        text=f"<h1>{escape(title)}</h1>" + "".join(f"<p>{escape(note)}</p>" for note in notes),
        width=1000,
    )
    told = Div(name="told", width=560)
    matrix, (sweep, points, near), (curves, lines, best) = (
        _matrix(cells, runs),
        _sweep(runs),
        _curves(),
    )
    # Of each row, the runs that there are, one problem's after another's.
    there, rows = runs.words >= 0, len(runs.optimizers)
    seeds = there[0, :, 0].sum(axis=1).tolist()
    begins = (runs.words.shape[2] * np.cumsum([0, *seeds[:-1]])).tolist()
    # The last point of a curve stays.
    drawn = np.arange(runs.part.size)[:: -ceil(runs.curves.size / LARGEST)][::-1]
    show = CustomJS(
        args={
            "cells": cells,
            "told": told,
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
        },
        code=SHOW,
    )
    cells.selected.js_on_change("indices", show)
    document.js_on_event(DocumentReady, show)
    document.add_root(column(heading, row(column(matrix, _legend()), column(told, sweep, curves))))
    return file_html(document, INLINE, title)


#: Puts the runs of the selected cell into both pictures.
SHOW = """
if (!cells.selected.indices.length) return
const k = cells.selected.indices[0]
const columns = problems.length
const i = Math.floor(k / columns), j = k % columns
const problem = problems[j]
const sweep = alphas.shape[2], count = part.length
const at = (i * columns + j) * sweep
const first = i * words.shape[1] + problem.begin
const clip = (d) => Math.min(Math.max(Number.isFinite(d) ? d : shown[1], shown[0]), shown[1])
const dots = {alpha: [], distance: [], seed: [], word: [], colour: []}
for (let a = 0; a < sweep; a++) {
  for (let s = 0; s < problem.seeds; s++) {
    const run = first + a * problem.seeds + s
    const word = words[run]
    dots.alpha.push(alphas[at + a])
    dots.distance.push(clip(distances[run] / problem.width))
    dots.seed.push(s)
    dots.word.push(marks[word][0])
    dots.colour.push(marks[word][1])
  }
}
points.data = dots
const drawn = {t: [], x: [], alpha: [], colour: []}
const [low, high] = problem.shown
const lowest = 2 * low - high, highest = 2 * high - low
for (let a = 0; a < sweep; a++) {
  const begin = (at + a) * count
  const x = Array.from(curves.slice(begin, begin + count))
  drawn.t.push(Array.from(part, (p) => p * problem.steps))
  drawn.x.push(x.map((v) => Number.isFinite(v) ? Math.min(Math.max(v, lowest), highest) : NaN))
  drawn.alpha.push(alphas[at + a])
  drawn.colour.push(colours[a])
}
lines.data = drawn
near.location = problem.near / problem.width
best.bottom = problem.best[0] - problem.near
best.top = problem.best[1] + problem.near
alpha_range.setv({start: alphas[at] / 1.5, end: alphas[at + sweep - 1] * 1.5})
t_range.setv({start: 0, end: problem.steps})
x_range.setv({start: low, end: high})
const text = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;")
const data = cells.data
told.text = `<h2>${text(data.optimizer[k])} on ${text(data.problem[k])}</h2>`
  + `<p><b>${text(data.verdict[k])}</b>: ${text(data.told[k])}</p><p>${text(problem.about)}</p>`
"""


def _columns(pairs: Sequence[Pair]) -> dict[str, Any]:
    colours = [shade(each.verdict, each.solved) for each in pairs]
    return {
        "optimizer": [each.optimizer for each in pairs],
        "problem": [each.problem for each in pairs],
        "verdict": [each.verdict for each in pairs],
        "told": [each.told for each in pairs],
        "colour": [colour for colour, _ in colours],
        "ink": [ink for _, ink in colours],
        "written": [written(each.verdict, each.solved) for each in pairs],
    }


def _matrix(cells: ColumnDataSource, runs: Runs) -> Any:
    """The matrix, whose cells can be clicked."""
    names = [each.name for each in runs.problems]
    hover = HoverTool(
        tooltips="<b>@optimizer</b> on <b>@problem</b><br>@verdict: @told", name="hover"
    )
    tap = TapTool(mode="replace")
    drawn = figure(
        name="matrix",
        x_range=FactorRange(factors=names),
        y_range=FactorRange(factors=list(reversed(runs.optimizers))),
        width=CELL[0] * len(names) + 280,
        min_border_right=70,  # for the names that lean out
        height=CELL[1] * len(runs.optimizers) + 150,
        x_axis_location="above",
        tools=[hover, tap],
        toolbar_location=None,
    )
    rects = drawn.rect(
        "problem",
        "optimizer",
        1.0,
        1.0,
        source=cells,
        fill_color="colour",
        nonselection_fill_alpha=1.0,
        nonselection_line_alpha=1.0,
        line_color="#FFFFFF",
        line_width=2.0,
    )
    rects.selection_glyph = Rect(
        x="problem",
        y="optimizer",
        width=1.0,
        height=1.0,
        fill_color="colour",
        line_color="#000000",
        line_width=3.0,
    )
    drawn.text(
        "problem",
        "optimizer",
        "written",
        source=cells,
        text_color="ink",
        nonselection_text_alpha=1.0,
        text_align="center",
        text_baseline="middle",
        text_font_size="11px",
    )
    hover.renderers = tap.renderers = [rects]
    drawn.xaxis.major_label_orientation = 0.9
    drawn.grid.visible = False
    drawn.axis.axis_line_color = drawn.axis.major_tick_line_color = None
    drawn.outline_line_color = None
    return drawn


def _legend() -> Div:
    """What the colours mean."""
    swatch = "display:inline-block;width:1em;text-align:center;margin-right:.4em"
    marks = "".join(
        f'<span style="margin-right:1.5em"><span style="{swatch};background:{mark.colour};'
        f'color:{mark.ink}">{mark.sign}</span>{word}</span>'
        for word, mark in MARKS.items()
    )
    return Div(text=f"<p>{marks}</p>", width=700)


def _sweep(runs: Runs) -> tuple[Any, ColumnDataSource, Span]:
    """The distance over the step size, a dot for each run."""
    points = ColumnDataSource(
        {name: [] for name in ("alpha", "distance", "seed", "word", "colour")}, name="points"
    )
    drawn = figure(
        name="sweep",
        width=560,
        height=270,
        x_axis_type="log",
        y_axis_type="log",
        x_range=Range1d(start=0.1, end=10),
        y_range=Range1d(start=SHOWN[0] / 2, end=SHOWN[1] * 2),
        x_axis_label="step size α",
        y_axis_label="distance / width",
        title="a dot for each run: its last quarter's median distance; below the line it is near",
        tools="hover",
        tooltips="α = @alpha, seed @seed: @word, @distance",
        toolbar_location=None,
    )
    drawn.scatter(
        "alpha",
        "distance",
        source=points,
        fill_color="colour",
        line_color="#595959",
        size=7,
        fill_alpha=0.7,
    )
    near = Span(location=0.05, dimension="width", line_dash="dashed", line_color="#595959")
    drawn.add_layout(near)
    return drawn, points, near


def _curves() -> tuple[Any, ColumnDataSource, BoxAnnotation]:
    """X over t, a line for each step size."""
    lines = ColumnDataSource({name: [] for name in ("t", "x", "alpha", "colour")}, name="lines")
    drawn = figure(
        name="curves",
        width=560,
        height=300,
        x_range=Range1d(start=0, end=1),
        y_range=Range1d(start=-1, end=1),
        x_axis_label="step t",
        y_axis_label="x, median of the seeds",
        title="a line for each α: small ones dark, large ones light; a band near the best points",
        tools="hover",
        tooltips="α = @alpha",
        toolbar_location=None,
    )
    drawn.xaxis.formatter = NumeralTickFormatter(format="0,0")
    best = BoxAnnotation(fill_color=MARKS["solves"].colour, fill_alpha=0.15, line_color=None)
    drawn.add_layout(best)
    drawn.multi_line("t", "x", source=lines, line_color="colour", line_width=1.5)
    return drawn, lines, best


def _of_alphas(count: int) -> list[str]:
    """A colour for each step size: dark ones are small."""
    return [Cividis256[int(k)] for k in np.linspace(0, 235, count)]
