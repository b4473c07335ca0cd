"""Rules that are read, beside written ones; and steps of other people's optimizers, fused.

python -m benchmarks.read
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch

from benchmarks import c
from benchmarks.fused import floor
from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians
from benchmarks.workloads import ONE_TENSOR, WORKLOADS, parameters
from breaking_adam import Stochastic, fused
from breaking_adam.rules.schedules import constant
from breaking_adam.trials.compiled import steps_of

#: Optimizers with a rule that is written.
WITNESSES: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "Adam": torch.optim.Adam,
    "AMSGrad": partial(torch.optim.Adam, amsgrad=True),
    "RMSprop": torch.optim.RMSprop,
    "SGD": partial(torch.optim.SGD, lr=1e-3, momentum=0.9),
    "Adagrad": torch.optim.Adagrad,
}

#: The number of replicas, and of steps that take each a fraction of a second.
SIZES = {1: 5_000_000, 4096: 20_000}


class Contest(NamedTuple):
    """Somebody's optimizer, with the C that touches as much memory and the least speed-up."""

    in_c: str
    states: int
    faster: float | None = None
    numbers: tuple[float, ...] = (0.0,) * 6


FUSED = {
    "pytorch_optimizer.AdaBelief": Contest("touch_two", 2, 4),
    "pytorch_optimizer.ADOPT": Contest("touch_two", 2, 4),
    "pytorch_optimizer.Lion": Contest("touch_one", 1),
    "torch.optim.NAdam": Contest("touch_two", 2),
    "torch.optim.AdamW": Contest("touch_two", 2),
}


def taker(make: Callable[[Any], torch.optim.Optimizer], rule: str, replicas: int) -> Any:
    """What takes so many steps of the stochastic problem by the rule, which is trusted already."""
    model = Stochastic(replicas=replicas, dtype=torch.float64)
    optimizer = make([model.x])
    take = steps_of(model, optimizer, rule, constant, model.domain, True, warnings.warn)

    def run() -> object:
        return take(constant, SIZES[replicas]), optimizer  # which a reader does not keep alive

    return run


def rules() -> list[Ratio]:
    """A rule that is read over the same one that is written."""
    found = []
    print("stochastic problem in float64, ns per replica-step: written, read")
    for replicas, steps in SIZES.items():
        for name, make in WITNESSES.items():
            seconds = by_round({rule: taker(make, rule, replicas) for rule in ("written", "read")})
            ns = {who: 1e9 * s / (steps * replicas) for who, s in medians(seconds).items()}
            print(f"  {name:10s} R = {replicas:5,}", *(f"{who} {n:6.2f}" for who, n in ns.items()))
            what = f"{name}, R = {replicas:,}, read / written"
            found.append(ratio("read", what, seconds["read"], seconds["written"], 1.5))
    return found


def passes(rounds: int = 7) -> list[Ratio]:
    """A fused step over the optimizer's own, and over the memory that it touches."""
    from breaking_adam.optimizers.find import find_optimizer

    found = []
    print(f"\n{ONE_TENSOR} in float32, ms per step: own, fused, the memory alone")
    for path, contest in FUSED.items():
        name = path.rpartition(".")[2]
        try:
            make = find_optimizer(path)
        except ValueError as error:
            print(f"  {name} is left out: {error}")
            continue
        contestants = {}
        for who, change in (("own", lambda optimizer: optimizer), ("fused", fused)):
            optimizer = change(make(parameters(WORKLOADS[ONE_TENSOR])))
            for _ in range(3):  # the state is made, the rule is trusted
                optimizer.step()
            contestants[who] = optimizer.step
        if c.library("pass.c"):
            contestants["memory"] = floor(contest, parameters(WORKLOADS[ONE_TENSOR]))
        seconds = by_round(contestants, rounds)
        print(f"  {name:12s}", *(f"{who} {1e3 * s:7.1f}" for who, s in medians(seconds).items()))
        at_most = 1 / contest.faster if contest.faster else None
        what = f"{name}, {ONE_TENSOR}, fused / "
        found.append(ratio("read", what + "own", seconds["fused"], seconds["own"], at_most))
        if "memory" in seconds:
            over, under = seconds["fused"], seconds["memory"]
            found.append(ratio("read", what + "memory alone", over, under, 1.5))
    return found


def main() -> list[Ratio]:
    """Print the times and the ratios."""
    found = rules() + passes()
    print(f"\n{table(found)}")
    return found


if __name__ == "__main__":
    main()
