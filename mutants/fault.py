"""A fault: a text of the package, and what a slip of the pen might have made of it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "breaking_adam"


class Fault(NamedTuple):
    """A change of one place in the package.

    Args:
        path: the file, within the package.
        old: the text as it stands.
        new: the text with the fault.
        which: the occurrence that is changed, from 1.
        of: how often the text stands in the file.
        unseen: why no test can see it; empty for a fault that has to be found.
    """

    path: str
    old: str
    new: str
    which: int = 1
    of: int = 1
    unseen: str = ""

    @property
    def file(self) -> Path:
        """The file, within the tree."""
        return Path(PACKAGE) / self.path

    @property
    def module(self) -> str:
        """The module's dotted name."""
        parts = self.file.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def stands(self, text: str) -> bool:
        """Whether the file's text has ``old`` as often as it should, and ``new`` differs."""
        return text.count(self.old) == self.of >= self.which >= 1 and self.old != self.new

    def line(self, text: str) -> int:
        """The line where it is planted."""
        return self.before(text).count("\n") + 1

    def planted(self, text: str) -> str:
        """The file's text with the fault in it."""
        start = len(self.before(text))
        return text[:start] + self.new + text[start + len(self.old) :]

    def before(self, text: str) -> str:
        """The text up to the occurrence."""
        return self.old.join(text.split(self.old)[: self.which])
