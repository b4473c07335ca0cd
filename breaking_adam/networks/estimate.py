"""How long an experiment will take, before it is begun."""

from __future__ import annotations

import time
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Any

import torch
from torchbearer import Callback

from breaking_adam.networks.search import SPLITS, Plan
from breaking_adam.networks.training import Run, Sets, Training

#: The steps that are timed.
TIMED = 3

#: What evaluating an image takes, in what training on it does.
EVALUATION = 1 / 3


def seconds(plan: Plan, sets: Sets, workers: int) -> float:
    """An upper estimate for the whole experiment over so many processes of one thread each."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        step = _step(plan, sets)
    finally:
        torch.set_num_threads(threads)
    return steps(plan, len(sets.test), workers) * step


def steps(plan: Plan, test: int, workers: int) -> float:
    """The most steps that a process comes to take, with what it evaluates as steps.

    Args:
        plan: of the experiment.
        test: the images of the test set.
        workers: the processes.
    """
    evaluation = EVALUATION * test / plan.batch
    search = plan.search()
    most = len(plan.compared) * len(plan.beta2) * plan.seeds
    stages = (
        (plan.search_points, len(search)),
        (plan.report_points, most * (len(SPLITS) if search else 1)),
    )
    return sum(
        ceil(trainings / workers) * (plan.iterations + points * evaluation)
        for points, trainings in stages
    )


def _step(plan: Plan, sets: Sets) -> float:
    """The seconds of a step."""
    algorithm, iterations = plan.compared[0], TIMED + 2
    training = Training(
        plan.experiment,
        algorithm,
        plan.beta2[0],
        plan.grid(algorithm)[0],
        seed=0,
        iterations=iterations,
        points=1,
        batch=plan.batch,
    )
    clock = _Clock()
    Run(training, sets, callbacks=[clock]).trial.run(1)
    # The first step compiles what there is to compile, and the evaluation follows the last.
    return median(after - before for before, after in pairwise(clock.times[1:]))


class _Clock(Callback):
    """When each step begins."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def on_sample(self, state: Any) -> None:
        self.times.append(time.perf_counter())
