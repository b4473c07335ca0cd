"""Tables that fit the terminal, whatever it has."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Sequence

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
    from tabulate import tabulate  # half of what --help would wait for

    columns = width() if columns is None else columns
    kept = list(range(len(headers)))
    #: The longest line of each column of text.
    limits = {i: max((len(row[i]) for row in rows), default=0) for i in kept if align[i] == "l"}

    def drawn() -> str:
        shown = [
            [_folded(row[i], limits[i]) if i in limits else row[i] for i in kept] for row in rows
        ]
        sides = tuple({"l": "left", "r": "right"}[align[i]] for i in kept)
        names = [headers[i] for i in kept]
        return tabulate(shown, names, disable_numparse=True, colalign=sides if shown else None)

    def excess() -> int:
        return max(map(len, drawn().splitlines())) - columns

    def fold(least: int) -> None:
        """Break the longest texts into lines, none shorter than the least."""
        while (over := excess()) > 0:
            texts = [i for i in kept if limits.get(i, 0) > least]
            if not texts:
                return
            widest = max(texts, key=limits.__getitem__)
            second = max((limits[i] for i in texts if i != widest), default=0)
            limits[widest] = max(least, limits[widest] - over, min(second, limits[widest]) - 1)

    fold(COMFORTABLE)
    for name in spare:
        if excess() > 0:
            kept.remove(list(headers).index(name))
    fold(NARROWEST)
    return drawn()


class _Wrapper(textwrap.TextWrapper):
    """Lines end at spaces, and within a call behind a bracket or an equals sign."""

    wordsep_re = re.compile(r"(\s+|(?<=[(=/])(?=\w))")


def _folded(text: str, limit: int) -> str:
    return _Wrapper(max(limit, 3), subsequent_indent="  ").fill(text) if limit else text
