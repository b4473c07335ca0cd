"""A diagram played: what comes of each of its panels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from breaking_adam.grids.grid import grid, work_of
from breaking_adam.paper.diagrams.diagram import Diagram, Measured, P


def check(diagram: Diagram[P], panel: P, steps: int, store: Path | None = None) -> None:
    """Raise a ValueError or a TypeError if the panel cannot be played, or not into the store."""
    work = work_of(panel.problem, panel.optimizer, diagram.axes(panel), steps, diagram.schedule)
    if store is not None:
        from breaking_adam.grids.store import check as check_store

        check_store(store_of(store, diagram, panel), work)


def store_of(store: Path, diagram: Diagram[P], panel: P) -> Path:
    """The panel's own store, within the directory of all."""
    return store / f"{diagram.panels.index(panel) + 1}.zarr"


def measure(diagram: Diagram[P], panel: P, steps: int, **how: Any) -> Measured:
    """Play a panel of the diagram.

    Args:
        diagram: which.
        panel: which of its panels.
        steps: of each run.
        **how: where and in what pieces, as for :func:`breaking_adam.grid`.
    """
    dataset = grid(
        panel.problem,
        panel.optimizer,
        diagram.axes(panel),
        steps=steps,
        schedule=diagram.schedule,
        **how,
    )
    return diagram.compare(panel, dataset)


def measured(
    diagram: Diagram[P],
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
