"""How a theorem fared: a check per construction, and the panels to draw."""

from __future__ import annotations

from typing import NamedTuple

from breaking_adam.plots.panels import Panel


class Check(NamedTuple):
    """One construction's measurement against its bound.

    Args:
        construction: its constants, for people.
        measured: what came out.
        bound: what it is held against.
        tightness: at most 1 where the bound holds, and 1 where it is met exactly.
        holds: whether it does.
        detail: what else is to be said.
        misprint: whether it is a claim as the paper prints it that is false, and must not hold.
    """

    construction: str
    measured: float
    bound: float
    tightness: float
    holds: bool
    detail: str
    misprint: bool = False

    @property
    def as_expected(self) -> bool:
        """A claim holds, a misprint does not: where one began to, one of the two is wrong."""
        return self.holds != self.misprint


class Section(NamedTuple):
    """A theorem: its claim, what is measured of it, the form that is checked, and how it went."""

    theorem: str
    claim: str
    measure: str
    form: str
    checks: list[Check]
    panels: list[Panel]
    #: What else came out, by row and column.
    table: dict[str, dict[str, int]] | None = None

    @property
    def holds(self) -> bool:
        """Whether every claim holds, and no misprint does."""
        return all(check.as_expected for check in self.checks)
