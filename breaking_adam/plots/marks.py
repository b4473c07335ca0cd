"""How a verdict is shown: its sign and its colours, in the terminal, a picture and a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.colors import to_hex

from breaking_adam.plots.style import COLOURS, lighter


class Mark(NamedTuple):
    """A character, a colour, and that of what is written on it."""

    sign: str
    colour: str
    ink: str


#: Apart for colour-blind readers, and in grey as well: each has its sign.
MARKS: Mapping[str, Mark] = {
    "solves": Mark("+", COLOURS[1], "#FFFFFF"),
    "wrong point": Mark("x", COLOURS[0], "#FFFFFF"),
    "stuck": Mark("=", COLOURS[4], "#000000"),
    "diverges": Mark("^", COLOURS[6], "#FFFFFF"),
    "undecided": Mark("?", "#D9D9D9", "#000000"),
}

#: What is left of the colour where hardly anything is solved.
PALEST = 0.35


def shade(word: str, solved: float) -> tuple[str, str]:
    """The colour of a cell and of what is written on it: the paler, the less of it is solved."""
    mark = MARKS[word]
    if word != "solves":
        return mark.colour, mark.ink
    part = (1 - PALEST) * (1 - solved)
    return to_hex(lighter(mark.colour, part)), "#000000" if part > 0.35 else mark.ink


def written(word: str, solved: float) -> str:
    """What is written on a cell: the share solved in per cent, and the sign of another verdict.

    >>> written("solves", 0.77), written("stuck", 0.0), written("stuck", 0.05)
    ('77', '=', '=5')
    """
    most = 100 if solved == 1 else 99  # all is said of all alone
    percent = f"{min(100 * solved, most):.0f}" if solved > 0 else ""
    return percent if word == "solves" else f"{MARKS[word].sign}{percent}"
