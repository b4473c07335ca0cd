"""What every diagram has: panels, each of a grid of its own, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
import torch

from breaking_adam.engine.advance import Schedule
from breaking_adam.paper.agreement import Agreement
from breaking_adam.plots.diagram import Axis
from breaking_adam.plots.picture import Picture
from breaking_adam.problems import Problem

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


#: What the share of a panel's cells is that of: those that went wrong, or came to rest clear of x*.
Count = Literal["wrong", "clear"]


class Panel(Protocol):
    """What every panel has.

    Args:
        title: what is written above it.
        problem: of its grid.
        optimizer: of its grid.
    """

    @property
    def title(self) -> str: ...

    @property
    def problem(self) -> Callable[..., Problem]: ...

    @property
    def optimizer(self) -> Callable[..., torch.optim.Optimizer]: ...


class Measured(NamedTuple):
    """A panel played.

    Args:
        title: the panel's.
        shown: what its diagram draws of it.
        dataset: the grid's.
        share: of its cells, which the diagram ``counts``.
        agreement: with the theory; None where there is none.
    """

    title: str
    shown: Any
    dataset: xarray.Dataset
    share: float
    agreement: Agreement | None


P = TypeVar("P", bound=Panel)


class Diagram(Protocol[P]):
    """Panels side by side.

    Args:
        title: what it shows, and whose it is.
        panels: from left to right, and then below.
        x: the axis across.
        up: what is up, as its label.
        steps: of each run in the publication.
        schedule: α_t/α as a function of t.
        counts: what a panel's share is that of.
        notes: what a report's columns say, a line each; empty if that goes without saying.
    """

    @property
    def title(self) -> str: ...

    @property
    def panels(self) -> tuple[P, ...]: ...

    @property
    def x(self) -> Axis: ...

    @property
    def up(self) -> str: ...

    @property
    def steps(self) -> int: ...

    @property
    def schedule(self) -> Schedule: ...

    @property
    def counts(self) -> Count: ...

    @property
    def notes(self) -> str: ...

    def axes(self, panel: P) -> dict[str, np.ndarray]:
        """Those of a panel's grid."""

    def compare(self, panel: P, dataset: xarray.Dataset) -> Measured:
        """What came of a panel's grid, beside what the theory says of it."""

    def draw(self, found: Sequence[Measured], picture: Picture) -> Figure:
        """The picture of all panels."""
