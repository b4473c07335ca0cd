"""Where names and values are written: at their lines, and never one upon the other.

How much room text takes is known only once it has been laid out. So a figure is drawn first,
its labels are arranged by :func:`arrange`, and then its layout stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from breaking_adam.plots.style import GREY, REFERENCE, ink, scaled

#: The least of type, in points, however many names there are.
LEAST_TYPE = 3.0


class Name(NamedTuple):
    """A line's name right of the axes, and the stroke to it from the line's end.

    ``end`` is the height of that, as a part of the height of the axes.
    """

    text: Text
    stroke: Line2D
    end: float


class Labels(NamedTuple):
    """What is written on one axes: names at the ends of lines, and values on reference lines."""

    axes: Axes
    names: Sequence[Name]
    values: Sequence[Annotation]


def name_ends(
    axes: Axes, names: Sequence[str], lines: Sequence[np.ndarray], colours: Sequence[str]
) -> list[Name]:
    """Each line's name at its end.

    Args:
        axes: where the lines are, with the limits that they will keep.
        names: a name per line.
        lines: y of each, shape (points,); where it ends in NaN, its last number counts.
        colours: a colour per line.
    """
    result = []
    for name, y, colour in zip(names, lines, colours, strict=True):
        height = _height(axes, y)
        text = axes.text(
            1.05, height, name, va="center", color=ink(colour), transform=axes.transAxes
        )
        stroke = Line2D(
            (1.0, 1.04),
            (height, height),
            color=colour,
            linewidth=scaled(0.7),
            transform=axes.transAxes,
        )
        stroke.set_clip_on(False)
        axes.add_artist(stroke)
        result.append(Name(text, stroke, height))
    return result


def _height(axes: Axes, y: np.ndarray) -> float:
    """Where the line ends, as a part of the height of the axes."""
    with np.errstate(invalid="ignore", divide="ignore"):
        heights = (axes.transData + axes.transAxes.inverted()).transform(
            np.column_stack([np.full(len(y), axes.get_xlim()[1]), np.asarray(y, float)])
        )[:, 1]
    drawn = heights[np.isfinite(heights) & np.isfinite(np.asarray(y, float))]
    return float(np.clip(drawn[-1], 0, 1)) if drawn.size else 0.5


def reference(axes: Axes, y: float, label: str) -> Annotation:
    """A thin dashed line with its value written on it; above bands, so that it is seen there."""
    axes.axhline(y, color="0.45", linewidth=scaled(0.7), linestyle=REFERENCE, zorder=0.9)
    return axes.annotate(
        label,
        (0.985, y),
        xycoords=("axes fraction", "data"),
        xytext=(0, scaled(1.5)),
        textcoords="offset points",
        ha="right",
        color=GREY,
        fontsize=scaled(7),
        zorder=1,  # and below lines: nothing measured is hidden
    )


def arrange(figure: Figure, labels: Sequence[Labels]) -> None:
    """Move every label to where it touches no other; the figure's layout is settled by this."""
    lay_out(figure)
    for axes, names, _ in labels:
        _spread(axes, names)
    lay_out(figure)
    figure.set_layout_engine("none")
    for axes, _, values in labels:
        _place(axes, values)


def lay_out(figure: Figure) -> None:
    """Give the axes the room that is left, as drawing would, with the ticks that it would have."""
    for axes in figure.axes:  # whose number goes by a size that is asked for when they are drawn
        axes.tick_params(labelsize=mpl.rcParams["font.size"])
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)


def _spread(axes: Axes, names: Sequence[Name]) -> None:
    """Names apart by a line of their type, which is smaller if there is no room otherwise."""
    if not names:
        return
    room = axes.get_window_extent().height
    gap = _line_height(names)
    if (crowd := gap * len(names) / room) > 1:
        size = float(mpl.rcParams["font.size"])
        for name in names:
            name.text.set_fontsize(max(LEAST_TYPE, size / crowd))
        gap = _line_height(names)
    heights = spread([name.end for name in names], gap / room)
    for name, height in zip(names, heights, strict=True):
        name.text.set_y(height)
        name.stroke.set_ydata([name.end, height])


def _line_height(names: Sequence[Name]) -> float:
    """In pixels, with some air."""
    return 1.08 * max(name.text.get_window_extent().height for name in names)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """The heights nearest to those wanted (least squares) that are a gap apart, within [0, 1].

    Where there is no room within [0, 1], they begin at half a gap and go beyond it.

    >>> [round(height, 3) for height in spread([0.5, 0.5, 0.9], 0.1)]
    [0.45, 0.55, 0.9]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # Without the gaps they need only be in order: isotonic regression, by pooling neighbours.
    pools: list[tuple[float, int]] = []
    for place, i in enumerate(order):
        mean, count = wanted[i] - place * gap, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    pooled = [mean for mean, count in pools for _ in range(count)]
    low = gap / 2
    high = max(low, 1 - low - (len(wanted) - 1) * gap)
    result = [0.0] * len(wanted)
    for place, (i, mean) in enumerate(zip(order, pooled, strict=True)):
        result[i] = min(max(mean, low), high) + place * gap
    return result


def _place(axes: Axes, values: Sequence[Annotation]) -> None:
    """Each value above or below its line, at the right, left or centre: where least is covered."""
    frame = axes.get_window_extent()
    taken: list[Bbox] = []
    drawn = [line.get_transform().transform(line.get_xydata()) for line in axes.get_lines()]
    points = np.concatenate([dense(line) for line in drawn if len(line) > 2] or [np.empty((0, 2))])
    for value in values:
        best = None
        for x, ha in ((0.985, "right"), (0.015, "left"), (0.5, "center")):
            for dy, va in ((scaled(1.5), "bottom"), (scaled(-2.0), "top")):
                value.xy = (x, value.xy[1])
                value.set(ha=ha, va=va, position=(0, dy))
                box = value.get_window_extent().padded(1)
                cost = (
                    sum(box.overlaps(other) for other in taken),
                    not (frame.y0 <= box.y0 and box.y1 <= frame.y1),
                    covered(box, points),
                )
                if best is None or cost < best[0]:
                    best = cost, value.xy, {"ha": ha, "va": va, "position": (0, dy)}
        assert best is not None
        value.xy = best[1]
        value.set(**best[2])
        taken.append(value.get_window_extent())


def dense(line: np.ndarray) -> np.ndarray:
    """Points along the line, so near to each other that no label fits between two."""
    steps = np.arange(0, len(line) - 1, min(1, len(line) / 256))
    index = np.arange(len(line))
    return np.column_stack([np.interp(steps, index, line[:, k]) for k in (0, 1)])


def covered(box: Bbox, points: np.ndarray) -> int:
    """How many of the points lie in the box."""
    return int(((points > box.min) & (points < box.max)).all(axis=1).sum())
