"""A Trial's step on the networks of Figure 2 beside the fastest plain torch loop, one thread each.

python -m benchmarks.networks

The images are noise of the right size: nothing has to be downloaded. CIFARNET is trained by
several plain loops, and the Trial is compared with the one that is fastest. Logistic regressions
in lanes are compared with as many Trials.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as torch has it

from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians
from breaking_adam.data import Images
from breaking_adam.networks.batches import Batches, Labelled
from breaking_adam.networks.experiments import ALGORITHMS, EXPERIMENTS
from breaking_adam.networks.lanes import train_lanes
from breaking_adam.networks.models import CifarNet, OneHiddenLayer
from breaking_adam.networks.search import Plan
from breaking_adam.networks.training import Run, Sets, Training

ALGORITHM, ALPHA, BETA2 = "amsgrad-none", 1e-3, 0.999


class Loop(NamedTuple):
    """A plain loop.

    Args:
        model: makes what is trained.
        channels_last: how images and weights lie in memory.
        compiled: whether by torch.compile.
    """

    model: Callable[[], nn.Module]
    channels_last: bool = False
    compiled: bool = False


def textbook() -> nn.Module:
    """CIFARNET of torch's own layers alone, in the order in which they are written down."""
    padding = 2, 3, 2, 3
    norm = partial(nn.LocalResponseNorm, 9, alpha=0.001, beta=0.75, k=1.0)
    return nn.Sequential(
        *(nn.ZeroPad2d(padding), nn.Conv2d(3, 64, 6), nn.ReLU(), nn.MaxPool2d(2), norm()),
        *(nn.ZeroPad2d(padding), nn.Conv2d(64, 64, 6), nn.ReLU(), norm(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(4096, 384), nn.ReLU(), nn.Dropout(0.5)),
        *(nn.Linear(384, 192), nn.ReLU(), nn.Linear(192, 10)),
    )


class Size(NamedTuple):
    """How a model is timed: the shape of its images, their number, steps of a round, rounds."""

    shape: tuple[int, ...]
    count: int
    steps: int
    rounds: int


SIZES = {
    "network": Size((1, 28, 28), 20_000, 200, 15),
    "cifarnet": Size((3, 32, 32), 1_280, 3, 5),
}
LOOPS = {
    "network": {"plain loop": Loop(OneHiddenLayer)},
    "cifarnet": {
        "torch's layers": Loop(textbook),
        "channels last": Loop(textbook, channels_last=True),
        "ours, channels first": Loop(CifarNet),
        "ours": Loop(CifarNet, channels_last=True),
        "ours, compiled": Loop(CifarNet, channels_last=True, compiled=True),
    },
}
LANES = Size((1, 28, 28), 20_000, 100, 5)


def noise(count: int, shape: tuple[int, ...]) -> Images:
    """Random images."""
    random = np.random.default_rng(0)
    return Images(
        random.integers(0, 256, (count, *shape), np.uint8),
        random.integers(0, 10, count).astype(np.uint8),
    )


def sets_of(size: Size, channels_last: bool = False) -> Sets:
    """Images to train on, and a single one to test on, so that a point takes no time."""
    parts = (noise(count, size.shape) for count in (size.count, 1))
    return Sets(*(Labelled(part, channels_last=channels_last) for part in parts))


def plain(loop: Loop, size: Size) -> Callable[[], None]:
    """The shortest loop that trains the model, by the same optimizer on the same batches."""
    train = sets_of(size, loop.channels_last).train
    model = loop.model()
    if loop.channels_last:
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    forward = torch.compile(model) if loop.compiled else model
    optimizer = ALGORITHMS[ALGORITHM].make(model, ALPHA, BETA2)

    def run() -> None:
        for x, y in Batches(train, 0, last=size.steps):
            optimizer.zero_grad()
            F.cross_entropy(forward(x), y).backward()
            optimizer.step()

    return run


def trial(experiment: str, sets: Sets, steps: int) -> None:
    """The Trial with its metrics and callbacks."""
    training = Training(experiment, ALGORITHM, BETA2, ALPHA, 0, steps, points=1)
    Run(training, sets).trial.run(1)


def beside_loops(experiment: str) -> Ratio:
    """The Trial beside the fastest of the plain loops."""
    size = SIZES[experiment]
    sets = sets_of(size, EXPERIMENTS[experiment].accelerator)
    loops = {
        name: plain(loop, size)
        for name, loop in LOOPS[experiment].items()
        if not loop.compiled or shutil.which("c++")
    }
    seconds = by_round(
        {"Trial": partial(trial, experiment, sets, size.steps), **loops}, size.rounds
    )
    for who, taken in medians(seconds).items():
        print(f"  {experiment:10s} {who:22s} {1e3 * taken / size.steps:8.2f}")
    fastest = min(loops, key=medians(seconds).__getitem__)
    what = f"{experiment}, Trial / {fastest}"
    return ratio("networks", what, seconds["Trial"], seconds[fastest], 1.1)


def beside_trials() -> Ratio:
    """A search's logistic regressions in lanes, beside as many Trials."""
    sets = sets_of(LANES)
    plan = Plan("logistic", LANES.steps, beta2=(BETA2,))
    trainings = plan.search()
    contestants: dict[str, Callable[[], object]] = {
        "lanes": partial(train_lanes, trainings, sets),
        "Trial": partial(trial, "logistic", sets, LANES.steps),
    }
    seconds = by_round(contestants, LANES.rounds)
    seconds["lanes"] = [taken / len(trainings) for taken in seconds["lanes"]]
    for who, taken in medians(seconds).items():
        print(f"  {'logistic':10s} {who:22s} {1e3 * taken / LANES.steps:8.2f}")
    what = f"logistic, one of {len(trainings)} lanes / Trial"
    return ratio("networks", what, seconds["lanes"], seconds["Trial"])


def main() -> list[Ratio]:
    """Print the times of a step and the ratios."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    print("a step at batch 128 on one thread, ms")
    found = [*map(beside_loops, SIZES), beside_trials()]
    torch.set_num_threads(threads)
    print(f"\n{table(found)}")
    return found


if __name__ == "__main__":
    main()
