"""Diagrams whose panels are planes: cells of two colours, and an edge between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from breaking_adam.engine.advance import Schedule
from breaking_adam.paper.agreement import agreement, agreement_through
from breaking_adam.paper.diagrams.diagram import Count, Measured
from breaking_adam.plots.diagram import Axis, Edge, Plane, Shade, Zero, figure
from breaking_adam.plots.picture import Picture
from breaking_adam.problems import Problem

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

#: (x, y) as columns and rows of a plane, and what lies behind it -> a number for each cell, above 0
#: where x goes wrong.
Field = Callable[..., np.ndarray]


class OnPlane(NamedTuple):
    """An optimizer on a problem, over the plane.

    Args:
        title: what is written above it.
        problem: of the grid.
        optimizer: of the grid.
        edges: by closed forms, and claimed ones.
        predicted: the theory's field, whose zero is the edge; None where there is no theory.
        formula: of that edge, as its label.
    """

    title: str
    problem: Callable[..., Problem]
    optimizer: Callable[..., torch.optim.Optimizer]
    edges: tuple[Edge | Zero, ...] = ()
    predicted: Field | None = None
    formula: str = "D = 0"


class Planes(NamedTuple):
    """A diagram of planes.

    Args:
        title: what it shows, and whose it is.
        panels: side by side.
        x: the axis across.
        y: the axis up.
        steps: of each run in the publication.
        schedule: α_t/α as a function of t.
        shade: the colours of ``measured``; above their middle a run went wrong.
        measured: from a grid's Dataset, a number for each cell.
        columns: the panels in a row.
        through: a third axis, of which a cell then shows the place of the least value that goes
            wrong. ``measured`` and ``predicted`` are over all three, and above 0 a run went wrong.
    """

    title: str
    panels: tuple[OnPlane, ...]
    x: Axis
    y: Axis
    steps: int
    schedule: Schedule
    shade: Shade
    measured: Callable[[xarray.Dataset], xarray.DataArray]
    columns: int = 3
    through: Axis | None = None

    @property
    def up(self) -> str:
        """What is up, as its label."""
        return self.y.label

    @property
    def counts(self) -> Count:
        """Cells that went wrong."""
        return "wrong"

    @property
    def notes(self) -> str:
        """How far the measured edge is from the predicted one, where one is predicted."""
        if not any(panel.predicted for panel in self.panels):
            return ""
        along = self.through or self.y
        scale = {"log": "tens of ", "log1m": "tens of 1−"}.get(along.scale, "")
        return f"off by: the largest distance of the measured edge, in {scale}{along.label}"

    def axes(self, panel: OnPlane) -> dict[str, np.ndarray]:
        """Those of every panel's grid."""
        every = self.x, self.y, self.through
        return {axis.name: axis.values for axis in every if axis is not None}

    def compare(self, panel: OnPlane, dataset: xarray.Dataset) -> Measured:
        """Where a panel's runs went wrong, beside the theory's edge."""
        x, y = self.x, self.y
        values = np.asarray(self.measured(dataset))
        # A run that has diverged went wrong, too.
        wrong = ~(values <= (0.0 if self.through else self.shade.middle))
        edges: list[Edge | Zero] = [*panel.edges]
        agrees = None
        if self.through:
            values = least(wrong, self.through)
        if panel.predicted and self.through:
            field = panel.predicted(x.values, y.values, self.through.values)
            agrees = agreement_through(wrong, field, x, self.through)
        elif panel.predicted:
            agrees = agreement(wrong, panel.predicted(x.values, y.values), x, y)
            fine = x.finer(), y.finer()
            field = panel.predicted(*(axis.values for axis in fine))
            edges.insert(0, Zero(panel.formula, *fine, field))
        plane = Plane(panel.title, values, edges)
        return Measured(panel.title, plane, dataset, float(wrong.mean()), agrees)

    def draw(self, found: Sequence[Measured], picture: Picture) -> Figure:
        """The picture of all panels."""
        planes = [one.shown for one in found]
        return figure(planes, self.x, self.y, self.shade, self.title, picture, self.columns)


def least(wrong: np.ndarray, through: Axis) -> np.ndarray:
    """The place of the least value on the last axis that went wrong; infinite where none did.

    >>> least(np.array([[[False, True, True], [False] * 3]]), Axis("C", "", np.array([2, 4, 8])))
    array([[ 4., inf]])
    """
    place = through.place(through.values)[wrong.argmax(axis=-1)]
    return np.where(wrong.any(axis=-1), place, np.inf)
