"""Phase diagrams: a quantity over a plane, panels side by side on one colour scale, and edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from breaking_adam.plots.labels import covered, dense, lay_out
from breaking_adam.plots.picture import PAPER, Picture
from breaking_adam.plots.style import COLOURS, scaled

#: From x*, blue, over light to the worst point, vermillion; a run that diverged is black.
SHADES = LinearSegmentedColormap.from_list(
    "shades", [COLOURS[1], "#F7F4EF", COLOURS[0]]
).with_extremes(bad="#000000")

#: Where values are on an axis of each scale: on "log1m" by how far they are from 1.
PLACES: dict[str, Any] = {
    "linear": lambda values: values,
    "log": np.log10,
    "log1m": lambda values: -np.log10(1 - values),
}

#: And back.
VALUES: dict[str, Any] = {
    "linear": lambda places: places,
    "log": lambda places: 10.0**places,
    "log1m": lambda places: 1 - 10.0**-places,
}

#: The dashes of an edge that is exact, of one by a closed form, and of one that is claimed.
DASHES: tuple[Any, ...] = ("-", (0, (4, 2)), (0, (1, 1.5)))


class Axis(NamedTuple):
    """One side of a plane.

    Args:
        name: the axis of the grid.
        label: what is written beside it.
        values: rising, shape (n,).
        scale: of :data:`PLACES`.
    """

    name: str
    label: str
    values: np.ndarray
    scale: str = "linear"

    def place(self, values: Any) -> np.ndarray:
        """Where values are on the axis."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return PLACES[self.scale](np.asarray(values, float))

    def value(self, places: Any) -> np.ndarray:
        """The values at places on the axis."""
        return VALUES[self.scale](np.asarray(places, float))

    @property
    def ends(self) -> np.ndarray:
        """The places between cells and at both ends, shape (n + 1,)."""
        at = self.place(self.values)
        if at.size == 1:
            return np.array([at[0] - 0.5, at[0] + 0.5])
        middles = (at[1:] + at[:-1]) / 2
        return np.concatenate([[2 * at[0] - middles[0]], middles, [2 * at[-1] - middles[-1]]])

    def finer(self, times: int = 4) -> Axis:
        """The axis with so many times its values; as it is where those are whole numbers."""
        if self.values.dtype.kind in "iu" or self.values.size < 2:
            return self
        places = self.place(self.values)
        at = np.linspace(0, places.size - 1, times * (places.size - 1) + 1)
        return self._replace(values=self.value(np.interp(at, np.arange(places.size), places)))


class Edge(NamedTuple):
    """A line over the plane, (x, y) of shape (points,), with its formula; ``kind`` of DASHES."""

    label: str
    x: np.ndarray
    y: np.ndarray
    kind: int = 1


class Zero(NamedTuple):
    """An edge where a field over the plane is 0: values of shape (len(x), len(y)) at its axes."""

    label: str
    x: Axis
    y: Axis
    field: np.ndarray


class Shade(NamedTuple):
    """What the colours say: blue at the low value, light in the middle, and vermillion at the high.

    The low value may be above the high one.
    """

    label: str
    low: float
    middle: float
    high: float


class Plane(NamedTuple):
    """A panel: values of shape (len(x), len(y)), and edges."""

    title: str
    values: np.ndarray
    edges: Sequence[Edge | Zero]


class Way(NamedTuple):
    """Where an edge runs, (points, 2) in places on both axes, and its formula."""

    label: str
    points: np.ndarray


def figure(
    planes: Sequence[Plane],
    x: Axis,
    y: Axis,
    shade: Shade,
    title: str,
    picture: Picture = PAPER,
    columns: int = 3,
) -> Figure:
    """All planes, so many side by side, with one bar for their colours."""
    columns = min(columns, len(planes))
    rows = -(-len(planes) // columns)
    with picture.drawing():
        drawn = picture.figure(1.0 + 2.5 * columns, 0.5 + 2.3 * rows)
        formulas: list[tuple[Axes, list[Way]]] = []
        grid = drawn.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(planes) :]:
            axes.set_visible(False)
        for axes, plane in zip(grid.flat, planes, strict=False):
            mesh, ways = _draw(axes, plane, x, y, shade)
            formulas.append((axes, ways))
        for axes in grid[-1]:
            axes.set_xlabel(x.label)
        for axes in grid[:, 0]:
            axes.set_ylabel(y.label)
        bar = drawn.colorbar(mesh, ax=grid, shrink=0.9, pad=0.02, aspect=30)
        bar.set_label(shade.label)
        bar.outline.set_visible(False)
        drawn.suptitle(title)
        lay_out(drawn)
        for axes, ways in formulas:
            _write(axes, ways)
    return drawn


def _draw(axes: Axes, plane: Plane, x: Axis, y: Axis, shade: Shade) -> tuple[QuadMesh, list[Way]]:
    low, high = sorted((shade.low, shade.high))
    colours = SHADES if low == shade.low else SHADES.reversed()
    norm, values = TwoSlopeNorm(shade.middle, low, high), np.clip(plane.values, low, high)
    shown = np.ma.masked_invalid(values).T
    mesh = axes.pcolormesh(x.ends, y.ends, shown, cmap=colours, norm=norm, rasterized=True)
    axes.set_xlim(x.ends[0], x.ends[-1])
    axes.set_ylim(y.ends[0], y.ends[-1])
    for side, axis in (axes.xaxis, x), (axes.yaxis, y):
        if axis.scale != "linear":
            ticks = tick_values(axis)
            side.set_ticks(axis.place(ticks), [f"{tick:g}" for tick in ticks])
    axes.set_title(plane.title)
    return mesh, [_edge(axes, edge, x, y) for edge in plane.edges]


def tick_values(axis: Axis) -> list[float]:
    """Round values along a logarithmic axis.

    >>> tick_values(Axis("beta2", "", np.array([0.5, 0.9995]), "log1m"))
    [0.5, 0.9, 0.99, 0.999]
    >>> tick_values(Axis("C", "", np.array([2, 64]), "log"))
    [2.0, 5.0, 10.0, 20.0, 50.0]
    """
    low, high = axis.ends[[0, -1]] if axis.values.size < 2 else axis.place(axis.values[[0, -1]])
    exponents = range(floor(low) - 1, ceil(high) + 1)
    if axis.scale == "log1m":
        candidates = [0.5, *(round(1 - 10.0**-k, 12) for k in exponents if k > 0)]
    else:
        leads = (1, 2, 5) if high - low < 3 else (1,)
        candidates = [float(f"{lead}e{k}") for k in exponents for lead in leads]
    places = axis.place(candidates)
    return [c for c, at in zip(candidates, places, strict=True) if low - 1e-9 <= at <= high + 1e-9]


def _edge(axes: Axes, edge: Edge | Zero, x: Axis, y: Axis) -> Way:
    """Draw the line; its way over the plane."""
    look: Any = {"colors": "black", "linewidths": scaled(1.1)}
    if isinstance(edge, Zero):
        places = edge.x.place(edge.x.values), edge.y.place(edge.y.values)
        drawn = axes.contour(*places, edge.field.T, levels=[0.0], linestyles=DASHES[0], **look)
        lines = [line for line in drawn.allsegs[0] if len(line)]
        across, up = max(lines, key=len).T if lines else np.empty((2, 0))
    else:
        across, up = x.place(edge.x), y.place(edge.y)
        axes.plot(across, up, color="black", linewidth=scaled(1.1), linestyle=DASHES[edge.kind])
    inside = (across >= x.ends[0]) & (across <= x.ends[-1])
    inside &= (up >= y.ends[0]) & (up <= y.ends[-1])
    return Way(edge.label, np.column_stack([across, up])[inside])


#: The parts of an edge's length beside which its formula may be, from the middle to the ends.
PARTS = sorted(np.linspace(0.05, 0.95, 19), key=lambda part: abs(part - 0.5))

#: How much nearer to its own edge than to another a formula is to be, in points.
NEARER = 8

#: How often each formula is given the best place among the others as they then are.
ROUNDS = 3


def _write(axes: Axes, ways: Sequence[Way]) -> None:
    """The formula of each edge beside it and no other, where it covers least: no other, no edge."""
    frame = axes.get_window_extent()
    ways = [way for way in ways if len(way.points)]
    paths = [axes.transData.transform(way.points) for way in ways]
    drawn = [dense(path) for path in paths]
    dots = np.concatenate([np.empty((0, 2)), *drawn])
    gap = scaled(NEARER) * axes.figure.dpi / 72
    written = [(i, _formula(axes, way)) for i, way in enumerate(ways) if way.label]
    # The longest first: it has the fewest places.
    written.sort(key=lambda each: -each[1].get_window_extent().width)
    taken: dict[int, Bbox] = {}
    for i, text in written * (ROUNDS if len(written) > 1 else 1):
        best: Any = None
        others = [box for other, box in taken.items() if other != i]
        along = np.append(0.0, np.hypot(*np.diff(paths[i], axis=0).T).cumsum())
        for part, va, ha in product(PARTS, ("top", "bottom"), ("left", "right")):
            text.xy = tuple(ways[i].points[np.searchsorted(along, part * along[-1])])
            place = scaled(4 if ha == "left" else -4), scaled(3 if va == "bottom" else -3)
            text.set(position=place, ha=ha, va=va)
            box = text.get_window_extent()
            outside = not (frame.x0 <= box.x0 and box.x1 <= frame.x1)
            outside |= not (frame.y0 <= box.y0 and box.y1 <= frame.y1)
            apart = [_apart(box, each) for each in drawn]
            nearer = min((other for k, other in enumerate(apart) if k != i), default=np.inf)
            strays = round(max(0.0, gap - (nearer - apart[i])))
            cost = (outside, sum(map(box.overlaps, others)), strays, covered(box, dots))
            if best is None or cost < best[0]:
                best = cost, text.xy, {"position": place, "ha": ha, "va": va}
        text.xy = best[1]
        text.set(**best[2])
        taken[i] = text.get_window_extent().padded(1)


def _apart(box: Bbox, dots: np.ndarray) -> float:
    """How far a box is from the nearest of some dots, shape (n, 2); infinite if there are none."""
    beyond = np.maximum(np.maximum(box.min - dots, dots - box.max), 0.0)
    return float(np.hypot(*beyond.T).min(initial=np.inf))


def _formula(axes: Axes, way: Way) -> Annotation:
    """Its text, still to be placed."""
    return axes.annotate(
        way.label,
        (0, 0),
        xytext=(0, 0),
        textcoords="offset points",
        annotation_clip=False,  # else it has no size until it has its place
        fontsize=scaled(7),
        path_effects=[withStroke(linewidth=scaled(2), foreground="white")],
    )
