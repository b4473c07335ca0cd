"""A matrix as it is shown: alike side by side, names that fit, and the numbers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.criteria import WORDS
from breaking_adam.counterexamples.matrix import question
from breaking_adam.counterexamples.order import alike_together, features
from breaking_adam.counterexamples.summary import Cell, cells, words
from breaking_adam.plots import page
from breaking_adam.plots.marks import MARKS
from breaking_adam.plots.matrix import Row
from breaking_adam.support.calls import parse

if TYPE_CHECKING:
    import xarray


class Shown(NamedTuple):
    """A matrix in the order in which it is shown.

    Args:
        ds: the Dataset, its optimizers and problems in that order.
        cells: its pairs, rows of columns.
        names: of the optimizers, short.
        asked: the optimizers that were asked for by their names, among others.
    """

    ds: xarray.Dataset
    cells: list[list[Cell]]
    names: list[str]
    asked: Sequence[str] = ()

    @property
    def problems(self) -> list[str]:
        """The names of the problems."""
        return [str(name) for name in self.ds.problem.values]


def shown(ds: xarray.Dataset, asked: Sequence[str] = ()) -> Shown:
    """The matrix with its rows and columns ordered so that alike stand together."""
    found = cells(ds)
    verdicts = np.array([[WORDS.index(cell.pair.verdict) for cell in row] for row in found])
    solved = np.array([[cell.pair.solved for cell in row] for row in found])
    rows = alike_together(features(verdicts, solved, len(WORDS)))
    columns = alike_together(features(verdicts.T, solved.T, len(WORDS)))
    ordered = ds.isel(optimizer=rows, problem=columns)
    return Shown(
        ordered,
        [[found[i][j] for j in columns] for i in rows],
        short_names([found[i][0].optimizer for i in rows]),
        asked,
    )


def short_names(names: Sequence[str], longest: int = 24) -> list[str]:
    """Names without their modules, and of long ones the keywords' values alone.

    Where two would be the same, or there is no shorter one, names stay as they are.

    >>> short_names(["torch.optim.SGD(momentum=0.9)", "a.AMSGrad(bias_correction='after_max')"])
    ['SGD(momentum=0.9)', 'AMSGrad(after_max)']
    """
    shorter = [_short(name, longest) for name in names]
    return [
        short if shorter.count(short) == 1 else name
        for short, name in zip(shorter, names, strict=True)
    ]


def _short(name: str, longest: int) -> str:
    call = parse(name)
    short = str(call._replace(name=call.name.rpartition(".")[2]))
    if len(short) <= longest:
        return short
    values = ", ".join(str(value) for _, value in call.keywords)
    return f"{call.name.rpartition('.')[2]}({values})" if values else short


def rows(one: Shown) -> list[Row]:
    """The rows of the picture; below Adam's and RMSprop's what the theory says of them."""
    found = []
    for name, row in zip(one.names, one.cells, strict=True):
        verdicts = [cell.pair.verdict for cell in row]
        solved = [cell.pair.solved for cell in row]
        found.append(Row(name, verdicts, solved, row[0].optimizer in one.asked))
        if any(cell.predicted for cell in row):
            found.append(Row("in theory", [cell.predicted for cell in row], None))
    return found


def told(cell: Cell) -> str:
    """The numbers behind a verdict, in words."""
    pair = cell.pair
    distance = f"{pair.distance:.3g}" if isfinite(pair.distance) else "infinity"
    best = f"best at α = {cell.alpha:.3g}, at a distance of {distance}"
    if pair.verdict == "solves":
        low, high = min(cell.alphas), max(cell.alphas)
        at = f"α = {low:.3g}" if low == high else f"α from {low:.3g} to {high:.3g}"
        text = f"{pair.solved:.0%} of {cell.runs} runs, at {at}; {best}"
    else:
        seen = ", ".join(f"{n} {word}" for word, n in pair.around.items() if n)
        text = f"around the problem's own α {seen}; {best}"
    return f"{text}; at its own α {pair.at_own}, {_theory(cell)}" if cell.predicted else text


def _theory(cell: Cell) -> str:
    agrees = cell.predicted == cell.pair.at_own
    return "as the theory has it" if agrees else f"and {cell.predicted} in theory"


def disagreements(one: Shown) -> list[Cell]:
    """The pairs that come to something else at the problem's own step size than theory says."""
    return [
        cell for row in one.cells for cell in row if cell.predicted not in ("", cell.pair.at_own)
    ]


def as_page(
    one: Shown, problems: Mapping[str, Counterexample], title: str, notes: Sequence[str]
) -> str:
    """The matrix as a page of HTML: see :mod:`breaking_adam.plots.page`.

    Args:
        one: the matrix.
        problems: its counterexamples by their names.
        title: of the page.
        notes: what stands above it.
    """
    ds, places = one.ds, np.array([*map(list(MARKS).index, WORDS), -1])
    named = np.array([*WORDS, ""])
    said = words(ds.outcome.values)
    runs = page.Runs(
        optimizers=one.names,
        problems=[_column(problems[name]) for name in one.problems],
        alphas=ds.own_alpha.values[..., None] * ds.alpha.values,
        words=places[np.argmax(said[..., None] == named, axis=-1)],
        distances=ds.distance.values,
        curves=ds.x_curve.values,
        part=ds.part.values,
    )
    pairs = [
        page.Pair(name, cell.problem, cell.pair.verdict, cell.pair.solved, told(cell))
        for name, row in zip(one.names, one.cells, strict=True)
        for cell in row
    ]
    own = [
        name
        for name, row in zip(one.names, one.cells, strict=True)
        if row[0].optimizer in one.asked
    ]
    return page.page(pairs, runs, title, notes, own)


def _column(one: Counterexample) -> page.Problem:
    """What the page is to know of a problem."""
    asked = question(one)
    about = f"{one.title}. It probes {one.mechanism}. {one.paper}."
    return page.Problem(
        name=one.name,
        about=f"{about} Ours: {one.ours}." if one.ours else about,
        best=asked.best,
        near=asked.near,
        width=asked.width,
        steps=one.steps,
    )
