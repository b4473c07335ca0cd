"""A Trial's step on the networks of Figure 2 beside a bare torch loop, one thread each.

python -m benchmarks.networks

The images are noise of the right size: nothing has to be downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as torch has it

from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians
from breaking_adam.data import Images
from breaking_adam.networks.batches import Batches, Labelled
from breaking_adam.networks.experiments import ALGORITHMS, EXPERIMENTS
from breaking_adam.networks.training import Run, Sets, Training

#: The shape of the images, how many there are, the steps of a round, and the rounds.
SIZES = {
    "network": ((1, 28, 28), 20_000, 200, 15),
    "cifarnet": ((3, 32, 32), 1_280, 2, 5),
}
ALGORITHM, ALPHA, BETA2 = "amsgrad-none", 1e-3, 0.999


def noise(count: int, shape: tuple[int, ...]) -> Images:
    """Random images."""
    random = np.random.default_rng(0)
    return Images(
        random.integers(0, 256, (count, *shape), np.uint8),
        random.integers(0, 10, count).astype(np.uint8),
    )


def bare(experiment: str, train: Labelled, steps: int) -> None:
    """The shortest loop that trains the model on the same batches by the same optimizer."""
    torch.manual_seed(0)
    model: nn.Module = EXPERIMENTS[experiment].model()
    if EXPERIMENTS[experiment].accelerator:
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = ALGORITHMS[ALGORITHM].make(model, ALPHA, BETA2)
    for x, y in Batches(train, 0, last=steps):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()


def trial(experiment: str, sets: Sets, steps: int) -> None:
    """The Trial with its metrics and callbacks; the point at its end is of one image."""
    training = Training(experiment, ALGORITHM, BETA2, ALPHA, 0, steps, points=1)
    Run(training, sets).trial.run(1)


def main() -> list[Ratio]:
    """Print the times of a step and the ratios."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    found = []
    print("a step at batch 128 on one thread, ms")
    for experiment, (shape, count, steps, rounds) in SIZES.items():
        channels_last = EXPERIMENTS[experiment].accelerator
        train = Labelled(noise(count, shape), channels_last=channels_last)
        sets = Sets(train, Labelled(noise(1, shape), channels_last=channels_last))
        contestants: dict[str, Callable[[], object]] = {
            "Trial": partial(trial, experiment, sets, steps),
            "bare loop": partial(bare, experiment, train, steps),
        }
        seconds = by_round(contestants, rounds)
        times = (f"{who} {1e3 * taken / steps:.2f}" for who, taken in medians(seconds).items())
        print(f"  {experiment:10s}", *times)
        what = f"{experiment}, Trial / bare loop"
        found.append(ratio("networks", what, seconds["Trial"], seconds["bare loop"], 1.1))
    torch.set_num_threads(threads)
    print(f"\n{table(found)}")
    return found


if __name__ == "__main__":
    main()
