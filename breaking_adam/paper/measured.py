"""A phase diagram played: its planes, and how well they agree with the theory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from breaking_adam.grids.grid import grid, work_of
from breaking_adam.paper.agreement import Agreement, agreement, agreement_through
from breaking_adam.paper.diagrams import Diagram, Panel
from breaking_adam.plots.diagram import Axis, Edge, Plane, Zero

if TYPE_CHECKING:
    import xarray


class Measured(NamedTuple):
    """A panel played.

    Args:
        plane: what to draw.
        dataset: the grid's.
        wrong: the share of cells that went wrong.
        agreement: with the theory's edge; None where there is none.
    """

    plane: Plane
    dataset: xarray.Dataset
    wrong: float
    agreement: Agreement | None


def check(diagram: Diagram, panel: Panel, steps: int, store: Path | None = None) -> None:
    """Raise a ValueError or a TypeError if the panel cannot be played, or not into the store."""
    work = work_of(panel.problem, panel.optimizer, diagram.axes, steps, diagram.schedule)
    if store is not None:
        from breaking_adam.grids.store import check as check_store

        check_store(store_of(store, diagram, panel), work)


def store_of(store: Path, diagram: Diagram, panel: Panel) -> Path:
    """The panel's own store, within the directory of all."""
    return store / f"{diagram.panels.index(panel) + 1}.zarr"


def measure(diagram: Diagram, panel: Panel, steps: int, **how: Any) -> Measured:
    """Play a panel of the diagram.

    Args:
        diagram: which.
        panel: which of its panels.
        steps: of each run.
        **how: where and in what pieces, as for :func:`breaking_adam.grid`.
    """
    x, y = diagram.x, diagram.y
    dataset = grid(
        panel.problem,
        panel.optimizer,
        diagram.axes,
        steps=steps,
        schedule=diagram.schedule,
        **how,
    )
    values = np.asarray(diagram.measured(dataset))
    # A run that has diverged went wrong, too.
    wrong = ~(values <= (0.0 if diagram.through else diagram.shade.middle))
    edges: list[Edge | Zero] = [*panel.edges]
    agrees = None
    if diagram.through:
        values = least(wrong, diagram.through)
    if panel.predicted and diagram.through:
        field = panel.predicted(x.values, y.values, diagram.through.values)
        agrees = agreement_through(wrong, field, x, diagram.through)
    elif panel.predicted:
        agrees = agreement(wrong, panel.predicted(x.values, y.values), x, y)
        fine = x.finer(), y.finer()
        field = panel.predicted(*(axis.values for axis in fine))
        edges.insert(0, Zero(panel.formula, *fine, field))
    return Measured(Plane(panel.title, values, edges), dataset, float(wrong.mean()), agrees)


def least(wrong: np.ndarray, through: Axis) -> np.ndarray:
    """The place of the least value on the last axis that went wrong; infinite where none did.

    >>> least(np.array([[[False, True, True], [False] * 3]]), Axis("C", "", np.array([2, 4, 8])))
    array([[ 4., inf]])
    """
    place = through.place(through.values)[wrong.argmax(axis=-1)]
    return np.where(wrong.any(axis=-1), place, np.inf)


def measured(
    diagram: Diagram,
    steps: int,
    at: Callable[[str], None] = lambda _: None,
    store: Path | None = None,
    **how: Any,
) -> list[Measured]:
    """Play all panels.

    Args:
        diagram: which.
        steps: of each run.
        at: is called with the title of each panel as it begins.
        store: the directory for a store of each panel.
        **how: where, as for :func:`breaking_adam.grid`.
    """
    found = []
    for panel in diagram.panels:
        at(panel.title)
        own = None if store is None else store_of(store, diagram, panel)
        found.append(measure(diagram, panel, steps, store=own, **how))
    return found
