"""How large a picture is, in pixels and on paper, and what it is for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The least width and height in inches at which names and numbers still have room, in type of 8
#: points.
LEAST = 4.0, 1.8


class Style(NamedTuple):
    """What a picture is for.

    Args:
        type: points of its type.
        larger: how many times as wide and high its panels are as on paper.
        least: its width and height in inches, which grow in proportion where the panels are
            larger; None for what the panels take.
    """

    type: float
    larger: float = 1.0
    least: tuple[float, float] | None = None


#: For a column of text; for the wall of a lecture hall, at least 1,920 pixels wide, where type is a
#: 24th of the height of a picture of two panels; and for a wall that one walks up to.
STYLES = {
    "paper": Style(8.0),
    "slide": Style(11.0, least=(6.4, 3.6)),
    "poster": Style(24.0, larger=2.5),
}


@dataclass(frozen=True)
class Picture:
    """The size of a picture; type has its size in points, so that fewer dots make it smaller.

    Args:
        size: width and height in pixels; what the picture's panels take if None.
        dpi: dots per inch.
        style: of :data:`STYLES`.

    Raises:
        ValueError: if the panels would have no room.

    >>> Picture((1920, 1080), dpi=300).inches(6.8, 2.5)
    (6.4, 3.6)
    >>> Picture(style="poster").inches(6.8, 2.5)
    (17.0, 6.25)
    """

    size: tuple[int, int] | None = None
    dpi: int = 300
    style: str = "paper"

    def __post_init__(self) -> None:
        if self.size is None:
            return
        width, height = self.inches(*LEAST)
        least = [inches * STYLES[self.style].type / STYLES["paper"].type for inches in LEAST]
        if width < least[0] or height < least[1]:
            pixels = "x".join(map(str, self.size))
            raise ValueError(
                f"{pixels} at {self.dpi} dpi is {width:.1f} by {height:.1f} inches, and less than "
                f"{least[0]:g} by {least[1]:g}: more pixels or a lower dpi"
            )

    def inches(self, width: float, height: float) -> tuple[float, float]:
        """Its width and height in inches; those of the panels on paper are given."""
        if self.size is not None:
            return self.size[0] / self.dpi, self.size[1] / self.dpi
        style = STYLES[self.style]
        width, height = style.larger * width, style.larger * height
        if style.least is None:
            return width, height
        across, up = style.least
        times = max(1.0, width / across, height / up)
        return times * across, times * up

    def drawing(self) -> AbstractContextManager[None]:
        """Within it everything is drawn in the type of the picture's style."""
        import matplotlib as mpl

        from breaking_adam.plots.style import settings

        return mpl.rc_context(settings(STYLES[self.style].type))

    def figure(self, width: float, height: float) -> Figure:
        """An empty figure; this many inches wide and high are its panels on paper."""
        from matplotlib.figure import Figure

        return Figure(figsize=self.inches(width, height), dpi=self.dpi, layout="constrained")


#: A picture for a column of text, as large as its panels.
PAPER = Picture()
