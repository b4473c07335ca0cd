"""Figure 2 from its plans to its results: the search, the choice of α, the trainings reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
import xarray as xr

from breaking_adam.networks.execution import Execute
from breaking_adam.networks.experiments import EXPERIMENTS
from breaking_adam.networks.jobs import Job
from breaking_adam.networks.lanes import can_share
from breaking_adam.networks.results import Control, Pair, Row, controls, pairs, rows
from breaking_adam.networks.search import Choice, Plan, choose, shared
from breaking_adam.networks.sources import Source
from breaking_adam.networks.store import Store
from breaking_adam.networks.training import Training

#: The Zarr store and the checkpoints, in the directory of a run.
STORE, CHECKPOINTS = "results.zarr", "checkpoints"


class Outcome(NamedTuple):
    """What an experiment has come to.

    Args:
        plan: its plan.
        choices: the best α of every algorithm, β2 and split.
        report: the curves, over algorithm, β2, α, seed and iteration.
        rows: a line of the table for each choice.
        pairs: AMSGrad beside Adam.
        controls: Adam with α/√t beside Adam, where that is a control.
    """

    plan: Plan
    choices: list[Choice]
    report: xr.Dataset
    rows: list[Row]
    pairs: list[Pair]
    controls: list[Control]


def figure_2(
    plan: Plan,
    directory: Path,
    execute: Execute,
    data: str | None = None,
    at: Callable[[str, int, int], None] = lambda stage, done, trainings: None,
) -> Outcome:
    """Everything of one experiment, from where the directory has it on.

    Args:
        plan: what to train.
        directory: of the run; its store is carried on.
        execute: what to have jobs done by.
        data: the directory of the images; None for the demonstration.
        at: is called with the stage, and how many of its trainings have been done.

    Raises:
        ValueError: if the directory's store is of another plan.
        OSError: if the disk fails.
    """

    def done(stage: str, trainings: list[Training]) -> xr.Dataset:
        """The trainings' curves, from the store or newly made."""
        store = Store(directory / STORE, f"{plan.experiment}/{stage}", trainings)
        missing = store.missing()
        count = len(store.trainings) - len(missing)
        at(stage, count, len(store.trainings))
        for job, curves in execute(list(jobs(plan, missing, stage, directory, data))):
            for training, curve in zip(job.trainings, curves, strict=True):
                store.write(training, curve)
            count += len(job.trainings)
            at(stage, count, len(store.trainings))
        return store.dataset()

    search = plan.search()
    choices = choose(plan, done("search", search) if search else None)
    report = done("report", plan.report(choices))
    found = plan, choices, report
    return Outcome(*found, rows(*found), pairs(*found), controls(*found))


def jobs(
    plan: Plan, trainings: Sequence[Training], stage: str, directory: Path, data: str | None
) -> list[Job]:
    """The trainings as jobs; those of a search in lanes, where they can share their batches."""
    source = source_of(plan, data, stage)
    place = directory / CHECKPOINTS
    place.mkdir(exist_ok=True)
    if stage == "search":
        lots = shared(trainings) if all(can_share([each]) for each in trainings) else None
        return [Job(lot, source, place) for lot in lots or [(each,) for each in trainings]]
    return [Job((each,), source, place, directory / plan.experiment) for each in trainings]


def source_of(plan: Plan, data: str | None, stage: str) -> Source:
    """Where a stage's images come from: a GPU holds them where that is of use and there is one."""
    experiment = EXPERIMENTS[plan.experiment]
    on_gpu = experiment.accelerator and torch.cuda.is_available()
    return Source(
        experiment.data,
        data,
        device="cuda" if on_gpu else "cpu",
        channels_last=experiment.accelerator,
        search=stage == "search",
    )
