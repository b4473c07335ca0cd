"""What a command tells when it ends: the table, or the JSON."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from breaking_adam.cli.endings import leave_standard_output
from breaking_adam.support.calls import parse

if TYPE_CHECKING:
    from breaking_adam.runs.attempt import Result

#: The columns of a table that is shown on no terminal.
WIDTH = 80

#: The narrowest that a column of text is made while columns can be dropped, and after that.
COMFORTABLE, NARROWEST = 24, 8


def width() -> int:
    """The columns there are: the terminal's, or those that COLUMNS says."""
    return max(40, shutil.get_terminal_size((WIDTH, 24)).columns)


def table(
    rows: Sequence[Sequence[str]],
    headers: Sequence[str],
    align: str,
    *,
    spare: Sequence[str] = (),
    columns: int | None = None,
) -> str:
    """A table that fits the columns there are.

    Where it does not, long text in columns that are aligned left is broken into lines; then the
    ``spare`` columns are dropped, the first first; then text is broken into still shorter lines.

    Args:
        rows: the cells, as text.
        headers: a name for each column.
        align: a letter for each column: "l" or "r".
        spare: the headers of columns that can be done without.
        columns: the characters of a line; None for :func:`width`.

    >>> print(table([["adam", "+1"]], ["optimizer", "x_T"], "lr", spare=["x_T"], columns=12))
    optimizer
    -----------
    adam
    """
    columns = width() if columns is None else columns
    kept = list(range(len(headers)))

    def drawn(cells: Sequence[Sequence[str]]) -> str:
        shown = [[row[i] for i in kept] for row in cells]
        sides = tuple({"l": "left", "r": "right"}[align[i]] for i in kept)
        names = [headers[i] for i in kept]
        return tabulate(shown, names, disable_numparse=True, colalign=sides if shown else None)

    def excess(text: str) -> int:
        return max(map(len, text.splitlines()), default=0) - columns

    def folded(table: Sequence[Sequence[str]], least: int) -> list[list[str]]:
        """The cells with the longest texts broken into lines, none shorter than the least."""
        cells = [list(row) for row in table]
        texts = [i for i in kept if align[i] == "l"]
        while rows and texts and (over := excess(drawn(cells))) > 0:
            longest = {
                i: max(map(len, "\n".join(row[i] for row in cells).split("\n"))) for i in texts
            }
            widest = max(longest, key=longest.__getitem__)
            limit = max(least, longest[widest] - over)
            if limit >= longest[widest]:
                break
            for row in cells:
                row[widest] = textwrap.fill(row[widest], limit, subsequent_indent="  ")
        return cells

    cells = folded(rows, COMFORTABLE)
    for name in spare:
        if excess(drawn(cells)) > 0:
            kept.remove(list(headers).index(name))
    return drawn(folded(cells, NARROWEST))


def as_table(results: Sequence[Result]) -> str:
    """A row per optimizer, and below them what each used and the reason for its verdict."""
    rows = [
        [
            r.optimizer,
            r.engine,
            f"{r.x:+.4f}",
            f"{r.average_regret:.4f}",
            r.verdict,
            f"{r.seconds:.2f}",
            f"{r.steps_per_second:,.0f}",
        ]
        for r in results
    ]
    headers = ["optimizer", "engine", "x_T", "R_T/T", "verdict", "seconds", "steps/s"]
    spare = ["seconds", "engine", "steps/s"]
    notes = [
        _folded(line)
        for r in results
        for line in (f"{r.optimizer}: {r.verdict}, as {r.reason}", f"  with {_used(r)}")
    ]
    return "\n".join([table(rows, headers, "llrrlrr", spare=spare), "", *notes])


def _used(result: Result) -> str:
    """The step size, the decays and ε that it had, and what its own keywords said."""
    said = [key for key, _ in parse(result.optimizer).keywords]
    keys = dict.fromkeys(["lr", "betas", *(f"beta{i}" for i in range(1, 4)), "eps", *said])
    used = result.hyperparameters
    return ", ".join(f"{key} {_short(used[key])}" for key in keys if key in used)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return " ".join(map(_short, value)) if isinstance(value, list) else str(value)


def _folded(line: str) -> str:
    return textwrap.fill(line, width(), subsequent_indent="    ", break_on_hyphens=False)


def show(text: str) -> None:
    """Print the text.

    Raises:
        OSError: if standard output cannot be written, as to a full disk.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:  # the reader has seen enough
        leave_standard_output()
    except OSError:
        leave_standard_output()
        raise
    except ValueError:  # standard output is closed
        if not sys.stdout.closed:
            raise
