"""The matrix of the stand: who solves which problem, as a picture that reads at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from breaking_adam.plots.marks import MARKS, shade, written
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.plots.style import GREY, scaled


class Row(NamedTuple):
    """A row of the matrix.

    Args:
        name: what is written beside it.
        verdicts: a word of :data:`MARKS` for each column; empty where there is none.
        solved: the share solved for each column; None where the verdicts are a theory's.
        stressed: whether it is what was asked for, among others.
    """

    name: str
    verdicts: Sequence[str]
    solved: Sequence[float] | None
    stressed: bool = False


def figure(
    rows: Sequence[Row], columns: Sequence[str], title: str, picture: Picture = PAPER
) -> Figure:
    """The rows, from top to bottom, over the columns; below them what the colours mean.

    A solved cell is the paler the smaller its share, which is written on it in per cent; other
    cells have their sign, and their share where they have one. A theory's row has marks alone.
    """
    with picture.drawing():
        many = len(columns) > 12
        drawn = picture.figure(max(4.6, 1.9 + 0.27 * len(columns)), 1.75 + 0.2 * len(rows))
        axes = drawn.subplots()
        for i, row in enumerate(rows):
            for j, word in enumerate(row.verdicts):
                if word:
                    share = None if row.solved is None else row.solved[j]
                    _cell(axes, i, j, word, share)
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
        axes.set_xticks(range(len(columns)), columns, rotation=55, ha="right", fontsize=scaled(7))
        axes.set_yticks(range(len(rows)), [row.name for row in rows], fontsize=scaled(7))
        for label in axes.get_xticklabels():
            label.set_rotation_mode("anchor")
        for label, row in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_color(GREY if row.solved is None else "black")
            label.set_fontweight("bold" if row.stressed else "normal")
        axes.tick_params(length=0, pad=scaled(3))
        axes.spines[:].set_visible(False)
        drawn.suptitle(title)
        handles = [
            Rectangle((0, 0), 1, 1, facecolor=mark.colour, label=_label(word))
            for word, mark in MARKS.items()
        ]
        drawn.legend(
            handles=handles,
            loc="outside lower center",
            ncols=len(handles) if many else 2,
            frameon=False,
            fontsize=scaled(7),
            handlelength=1,
            handleheight=1,
        )
    return drawn


def _label(word: str) -> str:
    if word == "solves":
        return "solves (% of all step sizes and seeds)"
    return f"{MARKS[word].sign} {word}"


def _cell(axes: Axes, i: int, j: int, word: str, share: float | None) -> None:
    """A cell: a square, or for a theory its mark alone."""
    mark = MARKS[word]
    if share is None:
        axes.text(j, i, mark.sign, ha="center", va="center", fontsize=scaled(7), color=GREY)
        return
    colour, ink = shade(word, share)
    axes.add_patch(Rectangle((j - 0.48, i - 0.48), 0.96, 0.96, facecolor=colour, linewidth=0))
    axes.text(j, i, written(word, share), ha="center", va="center", fontsize=scaled(6), color=ink)
