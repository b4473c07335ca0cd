"""The grid of a whole Figure 2: the trainings of the search, and those that are reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr

from breaking_adam.networks.experiments import BETA2, EXPERIMENTS
from breaking_adam.networks.store import DONE
from breaking_adam.networks.training import Training

#: The seeds of a search begin here, those of the report at 0.
SEARCH_SEEDS = 1000

#: The most points of a curve that only chooses α.
SEARCH_POINTS = 10

#: The two questions that α is chosen for: how well it fits, and how well it generalises.
SPLITS = ("train", "test")


@dataclass(frozen=True)
class Plan:
    """What makes an experiment's grid what it is.

    Args:
        experiment: its name.
        iterations: the steps of each training.
        seeds: how many are reported.
        search_seeds: how many the search for α takes, none of which is reported.
        per_decade: how many α lie in a decade.
        batch: the images of a batch.
        beta2: the values of β2.
        algorithms: what is compared; empty for all that the experiment has.
        alphas: the grid in place of the experiment's own; a single one leaves nothing to search.
        points: the most points of a reported curve; each takes an evaluation of the whole test set.
    """

    experiment: str
    iterations: int = 5000
    seeds: int = 5
    search_seeds: int = 1
    per_decade: int = 4
    batch: int = 128
    beta2: tuple[float, ...] = BETA2
    algorithms: tuple[str, ...] = ()
    alphas: tuple[float, ...] = ()
    points: int = 50

    @property
    def compared(self) -> tuple[str, ...]:
        """The algorithms, each by its name."""
        return self.algorithms or EXPERIMENTS[self.experiment].algorithms

    @property
    def report_points(self) -> int:
        """The points of a reported curve."""
        return divisor(self.iterations, self.points)

    @property
    def search_points(self) -> int:
        """The points of a curve that only chooses α."""
        return divisor(self.iterations, min(self.points, SEARCH_POINTS))

    def grid(self, algorithm: str) -> list[float]:
        """Where the algorithm's α is looked for, from the least up."""
        own = EXPERIMENTS[self.experiment].alphas(algorithm, self.per_decade)
        return sorted(self.alphas) or own

    def search(self) -> list[Training]:
        """The trainings that choose α; none where there is nothing to choose."""
        return [
            self._training(algorithm, beta2, alpha, SEARCH_SEEDS + seed, self.search_points)
            for algorithm, beta2 in product(self.compared, self.beta2)
            if len(self.grid(algorithm)) > 1
            for alpha, seed in product(self.grid(algorithm), range(self.search_seeds))
        ]

    def report(self, choices: Iterable[Choice]) -> list[Training]:
        """The trainings with the chosen α, each once."""
        return list(
            dict.fromkeys(
                self._training(each.algorithm, each.beta2, each.alpha, seed, self.report_points)
                for each in choices
                for seed in range(self.seeds)
            )
        )

    def _training(
        self, algorithm: str, beta2: float, alpha: float, seed: int, points: int
    ) -> Training:
        return Training(
            self.experiment, algorithm, beta2, alpha, seed, self.iterations, points, self.batch
        )


def divisor(number: int, most: int) -> int:
    """The greatest divisor that is at most so large.

    >>> divisor(5000, 50), divisor(130, 50)
    (50, 26)
    """
    return max(d for d in range(1, most + 1) if number % d == 0)


class Choice(NamedTuple):
    """The α that an algorithm is reported with.

    Args:
        algorithm: its name.
        beta2: β2.
        split: "train" if it gives the least training loss, "test" if the least on images that
            were held out.
        alpha: α.
        at_edge: whether it is the least or the greatest of its grid.
    """

    algorithm: str
    beta2: float
    split: str
    alpha: float
    at_edge: bool


def choose(plan: Plan, found: xr.Dataset | None) -> list[Choice]:
    """The best α of each algorithm, β2 and split, by the mean over the search's seeds.

    Args:
        plan: whose search it is.
        found: its Dataset, complete; None where there was nothing to search.
    """
    choices = []
    for algorithm, beta2, split in product(plan.compared, plan.beta2, SPLITS):
        grid = plan.grid(algorithm)
        best = 0
        if len(grid) > 1:
            assert found is not None
            cells = found.sel(algorithm=algorithm, beta2=beta2, alpha=grid)
            assert bool(cells[DONE].all())
            losses = end(cells[f"{split}_loss"]).mean("seed", skipna=False).values
            best = int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))
        at_edge = len(grid) > 1 and best in (0, len(grid) - 1)
        choices.append(Choice(algorithm, beta2, split, grid[best], at_edge))
    return choices


def end(curve: xr.DataArray) -> xr.DataArray:
    """What a curve comes to: the mean of the last tenth of its points."""
    points = curve.sizes["iteration"]
    return curve.isel(iteration=slice(points - max(1, points // 10), None)).mean(
        "iteration", skipna=False
    )


def shared(trainings: Sequence[Training]) -> list[tuple[Training, ...]]:
    """The trainings by what they share but for the optimizer: lanes, where they can be."""
    sharing: dict[tuple[int, float], list[Training]] = {}
    for each in trainings:
        sharing.setdefault((each.seed, each.beta2), []).append(each)
    return [tuple(each) for each in sharing.values()]
