"""Diagrams of how far from x* runs come to rest, over β2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from breaking_adam.engine.advance import Schedule
from breaking_adam.paper.agreement import CLEAR, agreement_of_biases, clear_of
from breaking_adam.paper.diagrams.diagram import Count, Measured
from breaking_adam.plots.biases import Bias, figure
from breaking_adam.plots.diagram import Axis
from breaking_adam.plots.picture import Picture
from breaking_adam.problems import Problem

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


class Beside(NamedTuple):
    """An optimizer on a problem, beside whose x* it comes to rest.

    Args:
        title: what is written above it.
        problem: of the grid, of a ``seed``.
        optimizer: of the grid, of ``beta2``.
        predicted: β2, shape (n,), -> the theory's x − x*; NaN where it has none.
        formula: of that, as its label.
        seeds: how many runs there are, which differ in their draws alone: 1 if nothing is drawn.
    """

    title: str
    problem: Callable[..., Problem]
    optimizer: Callable[..., torch.optim.Optimizer]
    predicted: Callable[[np.ndarray], np.ndarray]
    formula: str
    seeds: int


class Biases(NamedTuple):
    """A diagram of biases.

    Args:
        title: what it shows.
        panels: side by side.
        x: the axis of β2.
        steps: of each run.
        schedule: α_t/α as a function of t.
    """

    title: str
    panels: tuple[Beside, ...]
    x: Axis
    steps: int
    schedule: Schedule

    @property
    def up(self) -> str:
        """What is up, as its label."""
        return "|x − x*|"

    @property
    def counts(self) -> Count:
        """Cells that came to rest clear of x*."""
        return "clear"

    @property
    def notes(self) -> str:
        """What is clear, and how far measured sizes are from predicted ones."""
        return (
            f"clear of x*: by {CLEAR} times the noise of the mean at least\n"
            "off by: the largest ratio of |x − x*| to the predicted one, in tens"
        )

    def axes(self, panel: Beside) -> dict[str, np.ndarray]:
        """Those of a panel's grid."""
        return {self.x.name: self.x.values, "seed": np.arange(panel.seeds)}

    def compare(self, panel: Beside, dataset: xarray.Dataset) -> Measured:
        """Where a panel's runs came to rest in the last tenth of their steps, on the average."""
        off = dataset.x_mean.values - panel.problem(seed=0).x_star
        mean, noise = off.mean(axis=1), standard_error(off)
        predicted = panel.predicted(self.x.values)
        agrees = agreement_of_biases(mean, noise, predicted, self.x)
        shown = Bias(panel.title, mean, noise, predicted, panel.formula)
        clear = float(clear_of(mean, noise).mean())
        return Measured(panel.title, shown, dataset, clear, agrees)

    def draw(self, found: Sequence[Measured], picture: Picture) -> Figure:
        """The picture of all panels."""
        return figure([one.shown for one in found], self.x.values, self.title, picture)


def standard_error(values: np.ndarray) -> np.ndarray:
    """Of the mean of each row of independent draws, s/√n; 0 where a row is of one number.

    A row of one number is of a run that draws nothing.

    Args:
        values: shape (rows, n).

    >>> standard_error(np.array([[1.0, 3.0], [2.0, 2.0]])), standard_error(np.array([[7.0]]))
    (array([1., 0.]), array([0.]))
    """
    count = values.shape[1]
    return values.std(axis=1, ddof=min(1, count - 1)) / np.sqrt(count)
