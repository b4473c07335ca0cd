"""A phase diagram played: its planes, and how well they agree with the theory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from breaking_adam.grids.grid import grid, work_of
from breaking_adam.paper.agreement import (
    CLEAR,
    Agreement,
    agreement,
    agreement_of_biases,
    agreement_through,
)
from breaking_adam.paper.diagrams import Diagram, Panel
from breaking_adam.plots import biases
from breaking_adam.plots.biases import Bias
from breaking_adam.plots.diagram import Axis, Edge, Plane, Zero
from breaking_adam.plots.diagram import figure as planes_figure
from breaking_adam.plots.picture import Picture

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


class Measured(NamedTuple):
    """A panel played.

    Args:
        plane: what to draw: a :class:`Bias` where the diagram has those.
        dataset: the grid's.
        wrong: the share of cells that went wrong.
        agreement: with the theory's edge; None where there is none.
    """

    plane: Plane | Bias
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
    if diagram.biases:
        return _biases(diagram, panel, dataset, values)
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


def _biases(diagram: Diagram, panel: Panel, dataset: Any, values: np.ndarray) -> Measured:
    """A panel of which each row is of runs that differ in their draws alone."""
    assert panel.predicted is not None
    taken = {name: axis[0] for name, axis in diagram.axes.items()}
    names = signature(panel.problem).parameters
    off = values - panel.problem(**{name: taken[name] for name in names}).x_star
    predicted = panel.predicted(diagram.x.values)
    mean, noise = off.mean(axis=1), off.std(axis=1) / np.sqrt(off.shape[1])
    agrees = agreement_of_biases(mean, noise, predicted, diagram.x)
    shown = Bias(panel.title, mean, noise, predicted, panel.formula)
    return Measured(shown, dataset, float((np.abs(mean) > CLEAR * noise).mean()), agrees)


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


def drawn(diagram: Diagram, found: Sequence[Measured], picture: Picture) -> Figure:
    """The picture of a diagram that was played."""
    planes: list[Any] = [one.plane for one in found]
    if diagram.biases:
        return biases.figure(planes, diagram.x.values, diagram.title, picture)
    x, y, shade = diagram.x, diagram.y, diagram.shade
    return planes_figure(planes, x, y, shade, diagram.title, picture, diagram.columns)
