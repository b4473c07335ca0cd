"""How every picture looks: colours, dashes, and type with the lines that go with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.colors import to_rgb

#: Okabe and Ito's palette: apart for colour-blind readers. The palest comes last.
COLOURS = (
    "#D55E00",  # vermillion
    "#0072B2",  # blue
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#E69F00",  # orange
    "#56B4E9",  # sky blue
    "#000000",  # black
    "#F0E442",  # yellow
)

#: One for each time through the palette.
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))

#: What a reference line and a bound are drawn with.
REFERENCE: Any = (0, (4, 3))
GREY = "0.35"

#: The type of a picture on paper, in points; all else below is in proportion to it.
TYPE = 8.0

STYLE: Any = {
    "font.size": TYPE,
    "figure.titlesize": 9,
    "axes.labelsize": "medium",
    "axes.titlesize": "medium",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.2,
    "savefig.dpi": "figure",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}

#: Lengths in points that go with the type, and that matplotlib has a number for.
LENGTHS = (
    *("axes.linewidth", "axes.labelpad", "axes.titlepad"),
    *(
        f"{axis}tick.{which}.{what}"
        for axis in "xy"
        for which in ("major", "minor")
        for what in ("size", "width", "pad")
    ),
)


def settings(type_: float) -> Any:
    """The ``rcParams`` for type of so many points, with lines and gaps in proportion."""
    larger, usual = type_ / TYPE, dict[Any, Any](mpl.rcParamsDefault)
    lengths = {name: larger * usual[name] for name in LENGTHS}
    own = {name: larger * STYLE[name] for name in ("figure.titlesize", "lines.linewidth")}
    return {**lengths, **STYLE, **own, "font.size": type_}


def scaled(points: float) -> float:
    """A length in points beside type of 8, as it is beside the type that is drawn with."""
    return points * float(mpl.rcParams["font.size"]) / TYPE


class Look(NamedTuple):
    """What tells one line from the others."""

    colour: str
    dashes: Any


def look(i: int) -> Look:
    """The i-th line's: eight colours, and then the same with other dashes."""
    return Look(COLOURS[i % len(COLOURS)], DASHES[i // len(COLOURS) % len(DASHES)])


def lighter(colour: str, part: float) -> tuple[float, float, float]:
    """The colour mixed with so much white: what a band is filled with.

    An alpha would do the same, but is lost in formats that know none, such as EPS.
    """
    r, g, b = (1 - (1 - part) * (1 - channel) for channel in to_rgb(colour))
    return r, g, b


def ink(colour: str) -> tuple[float, float, float]:
    """The colour, dark enough to read text in it on white (a contrast of 3 to 1)."""
    r, g, b = to_rgb(colour)
    while 1.05 / (0.05 + 0.2126 * r**2.2 + 0.7152 * g**2.2 + 0.0722 * b**2.2) < 3:
        r, g, b = 0.95 * r, 0.95 * g, 0.95 * b
    return r, g, b
