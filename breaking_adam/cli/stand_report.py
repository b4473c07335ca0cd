"""What ``stand`` tells when it ends: the matrix as a table, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from math import floor
from typing import Any

from breaking_adam.cli.table import width
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.entrants import entrant
from breaking_adam.counterexamples.shown import Shown, disagreements, rows, short_names
from breaking_adam.counterexamples.summary import Cell
from breaking_adam.plots.marks import MARKS
from breaking_adam.plots.matrix import Row
from breaking_adam.support.text import duration

#: The longest name of an optimizer in the table, and the characters of a column.
LONGEST, COLUMN = 19, 3


def as_json(one: Shown) -> list[dict[str, Any]]:
    """The cells, row by row."""
    return [
        {
            "optimizer": cell.optimizer,
            "problem": cell.problem,
            "verdict": cell.pair.verdict,
            "solved": cell.pair.solved,
            "best": {"alpha": cell.alpha, "distance": cell.pair.distance},
            "predicted": cell.predicted or None,
            "solves_at": list(cell.alphas),
            "runs": cell.runs,
            "beside_best": cell.pair.beside,
        }
        for row in one.cells
        for cell in row
    ]


def as_text(one: Shown, problems: Mapping[str, Counterexample]) -> str:
    """The matrix, and below it what its signs and numbers stand for."""
    names = short_names([row[0].optimizer for row in one.cells], LONGEST)
    marks = "   ".join(f"{mark.sign} {word}" for word, mark in MARKS.items())
    lines = [
        *_table(one, names),
        "",
        *_folded(
            f"{marks}. Behind a sign the share of step sizes and seeds that solve it, in "
            "tenths; the signs alone are the theory's."
        ),
        "",
        *(f"{k:>2} {name}: {problems[name].title}" for k, name in enumerate(one.problems, start=1)),
    ]
    if long := [
        row[0].optimizer
        for row, name in zip(one.cells, names, strict=True)
        if not row[0].optimizer.endswith(name)
    ]:
        lines += ["", *_folded(f"In full: {', '.join(long)}")]
    return "\n".join([*lines, *_theory(one, problems)])


def _table(one: Shown, names: list[str]) -> Iterator[str]:
    """The lines of the matrix; where it is too wide, some columns after others."""
    shown = rows(one._replace(names=names))
    label = max(len(row.name) for row in shown)
    fit = max(1, (width() - label) // COLUMN)
    count = len(one.problems)
    for begin in range(0, count, fit):
        columns = range(begin, min(begin + fit, count))
        if begin:
            yield ""
        yield " " * label + "".join(f"{k + 1:>{COLUMN}}" for k in columns)
        for row in shown:
            yield row.name.ljust(label) + "".join(_sign(row, k).rjust(COLUMN) for k in columns)


def _sign(row: Row, k: int) -> str:
    """A cell's sign with the share in tenths; a theory's sign alone."""
    word = row.verdicts[k]
    sign = MARKS[word].sign if word else " "
    if row.solved is None or not row.solved[k]:
        return f"{sign} "
    return f"{sign}{min(9, floor(10 * row.solved[k]))}"


def _theory(one: Shown, problems: Mapping[str, Counterexample]) -> Iterator[str]:
    """Where the theory of Adam and RMSprop is right, and where it is not."""
    of = sum(bool(cell.predicted) for row in one.cells for cell in row)
    if not of:
        return
    wrong = disagreements(one)
    yield ""
    yield f"The theory agrees in {of - len(wrong)} of {of} pairs{':' if wrong else '.'}"[:-1] + (
        ", but not here:" if wrong else "."
    )
    for cell in wrong:
        yield from _folded(f"  {_disagreement(cell, problems[cell.problem])}")


def _disagreement(cell: Cell, problem: Counterexample) -> str:
    said = entrant(cell.optimizer).predicted(problem.predicted, problem.alpha)
    why = f", as {said.formula} is {said.value:.3g}" if said else ""
    return (
        f"{cell.optimizer} on {cell.problem}: {cell.predicted} in theory{why}; measured: "
        f"{cell.pair.verdict}, {cell.pair.solved:.0%} of {cell.runs} runs solve it"
    )


def _folded(line: str) -> list[str]:
    return textwrap.wrap(line, width(), subsequent_indent="    ", break_on_hyphens=False)


def times(seconds: Mapping[str, float]) -> str:
    """Where the time has gone, the longest first; nothing where nothing was played."""
    if not seconds:
        return ""
    parts = sorted(seconds.items(), key=lambda part: -part[1])
    told = ", ".join(f"{name} {duration(one)}" for name, one in parts)
    return "\n\n" + "\n".join(_folded(f"played in {duration(sum(seconds.values()))}: {told}"))
