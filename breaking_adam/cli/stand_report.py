"""What ``stand`` tells when it ends: the matrix as a table, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Mapping
from math import floor
from typing import Any

from breaking_adam.cli.table import width
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.entrants import entrant
from breaking_adam.counterexamples.shown import Shown, disagreements, rows, short_names, told
from breaking_adam.counterexamples.summary import Cell
from breaking_adam.plots.marks import MARKS
from breaking_adam.plots.matrix import Row
from breaking_adam.support.text import duration

#: The longest name of an optimizer in the table.
LONGEST = 19

#: What stands before an optimizer that was asked for.
STRESS = "> "

#: What the columns are called.
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def as_json(one: Shown, published: Collection[str] = ()) -> list[dict[str, Any]]:
    """The cells, row by row.

    Args:
        one: the matrix.
        published: the optimizers whose rows are the published matrix's, and not this command's.
    """
    return [
        {
            "optimizer": cell.optimizer,
            "problem": cell.problem,
            "verdict": cell.pair.verdict,
            "solved": cell.pair.solved,
            "best": {"alpha": cell.alpha, "distance": cell.pair.distance},
            "predicted": cell.predicted or None,
            "at_own_alpha": cell.pair.at_own,
            "solves_at": list(cell.alphas),
            "runs": cell.runs,
            "around_own_alpha": cell.pair.around,
            "published": cell.optimizer in published,
        }
        for row in one.cells
        for cell in row
    ]


def as_text(one: Shown, problems: Mapping[str, Counterexample]) -> str:
    """The matrix, and below it what its signs and numbers stand for."""
    names = short_names([row[0].optimizer for row in one.cells], LONGEST)
    letters = _letters(one, problems)
    marks = ", ".join(f"{mark.sign} {word}" for word, mark in MARKS.items() if word != "solves")
    lines = [
        *_table(one, names, letters),
        "",
        *_folded(
            f"A digit is a problem solved, and the share of step sizes and seeds that do, in "
            f"tenths; {marks}."
        ),
        "",
        *(
            line
            for name, letter in letters.items()
            for line in _folded(f"{letter} {name}: {problems[name].title}")
        ),
    ]
    full = [row[0].optimizer for row in one.cells]
    if long := [
        name for name, short in zip(full, names, strict=True) if "(" in name and short not in name
    ]:
        lines += ["", *_folded(f"in full: {', '.join(long)}")]
    return "\n".join([*lines, *_theory(one, problems), *_failures(one, problems)])


def _letters(one: Shown, problems: Mapping[str, Counterexample]) -> dict[str, str]:
    """The letter of each problem, in the order in which their titles read on."""
    there = [name for name in problems if name in one.problems]
    return dict(zip(there, LETTERS, strict=False))


def _table(one: Shown, names: list[str], letters: Mapping[str, str]) -> Iterator[str]:
    """The lines of the matrix: a letter for each problem."""
    shown = rows(one._replace(names=names))
    label = max(len(row.name) + len(STRESS) * row.stressed for row in shown)
    yield " " * label + "".join(f" {letters[name]}" for name in one.problems)
    for row in shown:
        name = f"{STRESS}{row.name}" if row.stressed else row.name
        yield name.ljust(label) + "".join(f" {_sign(row, k)}" for k in range(len(row.verdicts)))


def _sign(row: Row, k: int) -> str:
    """A verdict's sign; for one that solves, the share in tenths, if it has one."""
    word = row.verdicts[k]
    if word == "solves" and row.solved is not None:
        return str(min(9, floor(10 * row.solved[k])))
    return MARKS[word].sign if word else " "


def _theory(one: Shown, problems: Mapping[str, Counterexample]) -> Iterator[str]:
    """Where the theory of Adam and RMSprop is right, and where it is not."""
    of = sum(bool(cell.predicted) for row in one.cells for cell in row)
    if not of:
        return
    wrong = disagreements(one)
    yield ""
    end = ", but not here:" if wrong else "."
    yield from _folded(
        f"in theory: of Adam and RMSprop at the problem's own step size ({MARKS['solves'].sign} "
        f"solves). It is so in {of - len(wrong)} of {of} pairs{end}"
    )
    for cell in wrong:
        yield from _folded(f"  {_disagreement(cell, problems[cell.problem])}")


def _failures(one: Shown, problems: Mapping[str, Counterexample]) -> Iterator[str]:
    """Of the optimizers that were asked for, what breaks them, with the numbers behind it."""
    for name, row in zip(one.names, one.cells, strict=True):
        if row[0].optimizer not in one.asked:
            continue
        failed = [cell for cell in row if cell.pair.verdict != "solves"]
        yield ""
        yield from _folded(f"{_headline(name, row)}{', but not' if failed else ''}")
        for cell in failed:
            yield from _folded(
                f"  {cell.problem}, {problems[cell.problem].mechanism}: {cell.pair.verdict}; "
                f"{told(cell)}"
            )


def _headline(name: str, row: list[Cell]) -> str:
    """How many problems are solved, for which one step size is enough, and what share of runs."""
    solved = [cell for cell in row if cell.pair.verdict == "solves"]
    share = sum(cell.pair.solved for cell in row) / len(row)
    once = [cell.problem for cell in solved if len(cell.alphas) == 1]
    text = f"{name} solves {len(solved)} of {len(row)} problems at one step size at least"
    if once:
        text += f" ({len(once)} of them at a single one: {', '.join(once)})"
    return f"{text} and on average {share:.0%} of a problem's runs"


def _disagreement(cell: Cell, problem: Counterexample) -> str:
    said = entrant(cell.optimizer).predicted(problem.predicted, problem.alpha)
    why = f", as {said.formula} is {said.value:.3g}" if said else ""
    return (
        f"{cell.optimizer} on {cell.problem} at α = {problem.alpha:g}: {cell.predicted} in theory"
        f"{why}; measured: {cell.pair.at_own}"
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
