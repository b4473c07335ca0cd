"""Where a run's results go: typed and checked before torch is imported."""

from __future__ import annotations

from dataclasses import dataclass

from breaking_adam.plots.picture import STYLES, Picture
from breaking_adam.runs import fields
from breaking_adam.runs.fields import SettingError


@dataclass(frozen=True, kw_only=True)
class Output:
    """Where a run's results go.

    Args:
        logdir: where the run gets a directory of its own.
        name: of that directory; None for the problem's.
        figure: the picture's file, as its suffix says; None for a PNG in the run's directory.
        animate: the animation's file, a .gif or an .mp4; None for no animation.
        size: of the picture in pixels, (width, height); None for the picture's own.
        dpi: the picture's dots per inch.
        style: what the picture is for: "paper", "slide" or "poster".

    Raises:
        SettingError: a ValueError that names the field.
    """

    logdir: str = "logs"
    name: str | None = None
    figure: str | None = None
    animate: str | None = None
    size: tuple[int, int] | None = None
    dpi: int = 300
    style: str = "paper"

    def __post_init__(self) -> None:
        for field in ("logdir", "name", "figure", "animate"):
            value = getattr(self, field)
            if value is not None:
                fields.keep(self, field, str(value))
        if self.name is not None and (self.name in ("", ".", "..") or set("/\0") & set(self.name)):
            raise SettingError("name", f"{self.name!r} is no name of a directory")
        fields.integer(self, "dpi", 50, 1200)
        fields.choice(self, "style", tuple(STYLES))
        if self.size is not None:
            fields.integers(self, "size", 1, 20_000)
            if len(self.size) != 2:
                raise SettingError("size", f"{fields.shown(self.size)} is not WIDTH HEIGHT")
        try:
            self.picture  # noqa: B018 - which refuses a size without room
        except ValueError as error:
            raise SettingError("size", str(error)) from error

    @property
    def picture(self) -> Picture:
        """How large the picture is, and what for."""
        return Picture(self.size, self.dpi, self.style)
