"""What Figure 2 comes to: a row for each optimizer, and AMSGrad beside Adam, seed by seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from breaking_adam.networks.experiments import ALGORITHMS, CONTROL, RIVALS
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


class Control(NamedTuple):
    """Adam with α/√t beside Adam, likewise: what smaller steps do without a maximum.

    Args:
        experiment: its name.
        beta2: β2.
        split: "train" or "test".
        adam: the loss at the end for each seed, with a constant α.
        control: likewise, with α/√t.
        difference: the mean of control − Adam.
        sd: the standard deviation of that over the seeds.
        seeds: how many there are.
        seeds_agreeing: how many have the sign of the mean.
        alpha_adam: Adam's α.
        alpha_control: the control's α.
        at_edge: whether either α is at the edge of its grid.
    """

    experiment: str
    beta2: float
    split: str
    adam: list[float]
    control: list[float]
    difference: float
    sd: float
    seeds: int
    seeds_agreeing: int
    alpha_adam: float
    alpha_control: float
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
    return [
        Pair(
            order=str(ALGORITHMS[ours].bias_correction),
            amsgrad=losses,
            alpha_amsgrad=choice.alpha,
            **rest,
        )
        for ours, rival in RIVALS.items()
        for choice, losses, rest in _beside(plan, choices, report, ours, rival)
    ]


def controls(plan: Plan, choices: Sequence[Choice], report: xr.Dataset) -> list[Control]:
    """The control with its rival, where both were trained."""
    return [
        Control(control=losses, alpha_control=choice.alpha, **rest)
        for choice, losses, rest in _beside(plan, choices, report, *CONTROL)
    ]


def _beside(
    plan: Plan, choices: Sequence[Choice], report: xr.Dataset, ours: str, rival: str
) -> Iterator[tuple[Choice, list[float], dict[str, Any]]]:
    """For each β2 and split our choice, its losses at the end, and how they compare with Adam's."""
    chosen = {(each.algorithm, each.beta2, each.split): each for each in choices}
    for beta2, split in product(plan.beta2, SPLITS):
        own, adam = chosen.get((ours, beta2, split)), chosen.get((rival, beta2, split))
        if own is None or adam is None:
            continue
        losses, theirs = (end(curves(each, report, "loss")).values for each in (own, adam))
        difference = losses - theirs
        mean = float(difference.mean())
        rest: dict[str, Any] = {
            "experiment": plan.experiment,
            "beta2": beta2,
            "split": split,
            "adam": theirs.tolist(),
            "difference": mean,
            "sd": sd(difference),
            "seeds": plan.seeds,
            "seeds_agreeing": int((np.sign(difference) == np.sign(mean)).sum()),
            "alpha_adam": adam.alpha,
            "at_edge": own.at_edge or adam.at_edge,
        }
        yield own, losses.tolist(), rest


def sd(values: np.ndarray) -> float:
    """The standard deviation of a sample; NaN of one value alone."""
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")
