"""What Figure 2 comes to: a row for each optimizer, and AMSGrad beside Adam, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr

from breaking_adam.networks.experiments import ALGORITHMS, RIVALS
from breaking_adam.networks.search import SPLITS, Choice, Plan, end


class Row(NamedTuple):
    """An optimizer with its best α.

    Args:
        experiment: its name.
        algorithm: its name.
        beta2: β2.
        split: what α is the best for, and what loss and accuracy are of: "train" or "test".
        alpha: the best α.
        at_edge: whether that is at the edge of its grid.
        loss: the mean over the seeds of the mean of the last tenth of the curve.
        loss_sd: its standard deviation over the seeds.
        accuracy: likewise, in [0, 1].
        accuracy_sd: likewise.
        seeds: how many there are.
    """

    experiment: str
    algorithm: str
    beta2: float
    split: str
    alpha: float
    at_edge: bool
    loss: float
    loss_sd: float
    accuracy: float
    accuracy_sd: float
    seeds: int


class Pair(NamedTuple):
    """AMSGrad and the Adam that it is compared with, each with its own best α.

    Args:
        experiment: its name.
        beta2: β2.
        order: of AMSGrad's maximum and the bias correction: "none", "after_max" or "before_max".
        split: "train" or "test".
        adam: the loss at the end for each seed.
        amsgrad: likewise; the same seed has the same initial weights and the same batches.
        difference: the mean of AMSGrad − Adam: below 0 where AMSGrad is better.
        sd: the standard deviation of that over the seeds.
        seeds: how many there are.
        seeds_agreeing: how many have the sign of the mean.
        alpha_adam: Adam's α.
        alpha_amsgrad: AMSGrad's α.
        at_edge: whether either α is at the edge of its grid.
    """

    experiment: str
    beta2: float
    order: str
    split: str
    adam: list[float]
    amsgrad: list[float]
    difference: float
    sd: float
    seeds: int
    seeds_agreeing: int
    alpha_adam: float
    alpha_amsgrad: float
    at_edge: bool


def curves(choice: Choice, report: xr.Dataset, metric: str) -> xr.DataArray:
    """A metric of the choice's split over seed and iteration."""
    name = f"{choice.split}_{metric}"
    return report[name].sel(
        algorithm=choice.algorithm, beta2=choice.beta2, alpha=choice.alpha, drop=True
    )


def rows(plan: Plan, choices: Sequence[Choice], report: xr.Dataset) -> list[Row]:
    """A row for each choice, in their order."""
    made = []
    for choice in choices:
        loss, accuracy = (
            end(curves(choice, report, metric)).values for metric in ("loss", "accuracy")
        )
        made.append(
            Row(
                **{"experiment": plan.experiment, **choice._asdict()},
                loss=float(loss.mean()),
                loss_sd=sd(loss),
                accuracy=float(accuracy.mean()),
                accuracy_sd=sd(accuracy),
                seeds=plan.seeds,
            )
        )
    return made


def pairs(plan: Plan, choices: Sequence[Choice], report: xr.Dataset) -> list[Pair]:
    """Every AMSGrad with its rival, where both were trained."""
    chosen = {(each.algorithm, each.beta2, each.split): each for each in choices}
    made = []
    for (ours, rival), beta2, split in product(RIVALS.items(), plan.beta2, SPLITS):
        amsgrad, adam = chosen.get((ours, beta2, split)), chosen.get((rival, beta2, split))
        if amsgrad is None or adam is None:
            continue
        theirs, own = (end(curves(each, report, "loss")).values for each in (adam, amsgrad))
        difference = own - theirs
        mean = float(difference.mean())
        made.append(
            Pair(
                experiment=plan.experiment,
                beta2=beta2,
                order=str(ALGORITHMS[ours].bias_correction),
                split=split,
                adam=theirs.tolist(),
                amsgrad=own.tolist(),
                difference=mean,
                sd=sd(difference),
                seeds=plan.seeds,
                seeds_agreeing=int((np.sign(difference) == np.sign(mean)).sum()),
                alpha_adam=adam.alpha,
                alpha_amsgrad=amsgrad.alpha,
                at_edge=adam.at_edge or amsgrad.at_edge,
            )
        )
    return made


def sd(values: np.ndarray) -> float:
    """The standard deviation of a sample; NaN of one value alone."""
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")
