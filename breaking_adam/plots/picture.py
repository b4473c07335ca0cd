"""How large a picture is, in pixels and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The least width and height in inches at which names and numbers still have room.
LEAST = 4.0, 1.8


@dataclass(frozen=True)
class Picture:
    """The size of a picture; type is 8 points, so that fewer dots per inch make it smaller.

    Args:
        size: width and height in pixels; what the picture's panels take if None.
        dpi: dots per inch.

    Raises:
        ValueError: if the panels would have no room.

    >>> Picture((1920, 1080), dpi=300).inches(6.8, 2.5)
    (6.4, 3.6)
    """

    size: tuple[int, int] | None = None
    dpi: int = 300

    def __post_init__(self) -> None:
        if self.size is None:
            return
        width, height = self.inches(*LEAST)
        if width < LEAST[0] or height < LEAST[1]:
            pixels = "x".join(map(str, self.size))
            raise ValueError(
                f"{pixels} at {self.dpi} dpi is {width:.1f} by {height:.1f} inches, and less than "
                f"{LEAST[0]:g} by {LEAST[1]:g}: more pixels or a lower dpi"
            )

    def inches(self, width: float, height: float) -> tuple[float, float]:
        """Its width and height in inches, by default these."""
        if self.size is None:
            return width, height
        return self.size[0] / self.dpi, self.size[1] / self.dpi

    def figure(self, width: float, height: float) -> Figure:
        """An empty figure, by default this many inches wide and high."""
        from matplotlib.figure import Figure

        return Figure(figsize=self.inches(width, height), dpi=self.dpi, layout="constrained")
