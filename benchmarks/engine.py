"""The compiled engine against C, and both engines against a bare torch loop.

python -m benchmarks.engine
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import torch
import torchbearer
from torchbearer.callbacks import on_step_training

from benchmarks import c
from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians
from breaking_adam import AdamNC, Online, Stochastic
from breaking_adam.trials.build import build

PROBLEMS = {"online": Online, "stochastic": Stochastic}

#: The optimizers whose rules are written, as ``benchmarks/loop.c`` names them.
RULES: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "adam": partial(torch.optim.Adam, betas=(0.9, 0.99)),
    "amsgrad": partial(torch.optim.Adam, betas=(0.9, 0.99), amsgrad=True),
    "adamnc": partial(AdamNC, eps=1e-8),
    "rmsprop": partial(torch.optim.RMSprop, lr=1e-3),
    "sgd": partial(torch.optim.SGD, lr=1e-3, momentum=0.9),
    "adagrad": partial(torch.optim.Adagrad, lr=1e-3, eps=1e-8),
}

#: Those of which the chain is told.
CHAINS = "adam", "amsgrad"

BLOCK, COMPILED_STEPS, EAGER_STEPS = 1_000_000, 20_000_000, 3000

#: After so many steps C has to have come to the same x.
COMPARED = 10_000


def compiled_run(problem: str, rule: str, steps: int = COMPILED_STEPS) -> Callable[[], float]:
    """A Trial on the compiled engine, a block of a million steps at a time; x at its end."""

    def run() -> float:
        model = PROBLEMS[problem](dtype=torch.float64)
        optimizer = RULES[rule]([model.x])
        build(model, optimizer, engine="compiled", steps=steps, every=min(BLOCK, steps))[0].run()
        return model.x.item()

    return run


def bare_loop() -> None:
    """The online problem in torch alone."""
    x = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.Adam([x], betas=(0.9, 0.99))
    for t in range(1, EAGER_STEPS + 1):
        optimizer.zero_grad()
        f = (1010.0 if t % 101 == 1 else -10.0) * x
        f.backward()
        optimizer.step()
        with torch.no_grad():
            x.clamp_(-1, 1)


def eager_run() -> None:
    """A Trial of ours on the eager engine, with its metrics."""
    model = Online(dtype=torch.float64)
    optimizer = torch.optim.Adam([model.x], betas=(0.9, 0.99))
    build(model, optimizer, engine="eager", steps=EAGER_STEPS)[0].run()


class NotebookOnline(torch.nn.Module):
    """The online problem as one writes it in a torchbearer notebook."""

    def __init__(self) -> None:
        super().__init__()
        self.x = torch.nn.Parameter(torch.zeros(1))

    def forward(self, _: object, state: torchbearer.State) -> torch.Tensor:
        """f_t(x), by the Trial's batch counter."""
        return (1010 if state[torchbearer.BATCH] % 101 == 1 else -10) * self.x


@torchbearer.metrics.to_dict
class NotebookEst(torchbearer.metrics.Metric):
    """x, read as the notebook reads it."""

    def __init__(self) -> None:
        super().__init__("est")

    def process(self, state: torchbearer.State) -> float:
        """X after the step."""
        return state[torchbearer.MODEL].x.data.item()


@on_step_training
def notebook_clamp(state: torchbearer.State) -> None:
    """The projection, with a comparison for each end."""
    x = state[torchbearer.MODEL].x
    if x > 1:
        x.data.fill_(1)
    elif x < -1:
        x.data.fill_(-1)


def notebook_run() -> None:
    """A torchbearer Trial after the recipe of the notebook: two-argument loss, callback, metric."""
    model = NotebookOnline()
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.99))
    trial = torchbearer.Trial(
        model, optimizer, lambda y_pred, _: y_pred, [NotebookEst()], [notebook_clamp], verbose=0
    )
    trial.for_train_steps(EAGER_STEPS).run()


def main() -> list[Ratio]:
    """Print both tables; the ratios."""
    loops = []
    print("one replica in float64, ns per step: compiled, C (-O3 -march=native), its chain")
    for problem, rule in product(PROBLEMS, RULES):
        name = f"{problem}_{rule}"
        contestants: dict[str, Callable[[], object]] = {"compiled": compiled_run(problem, rule)}
        if c.library():
            x = compiled_run(problem, rule, COMPARED)()
            np.testing.assert_allclose(c.one_lane(name, COMPARED)[0], x, atol=1e-12)
            contestants["C"] = partial(c.one_lane, name, COMPILED_STEPS)
            if rule in CHAINS:
                contestants["chain"] = partial(c.one_lane, f"{name}_chain", COMPILED_STEPS)
        seconds = by_round(contestants)
        ns = {who: 1e9 * s / COMPILED_STEPS for who, s in medians(seconds).items()}
        print(f"  {name:20s}", "   ".join(f"{who} {value:5.2f}" for who, value in ns.items()))
        for other, bound in (("C", 1.2), ("chain", None)):
            if other in seconds:
                over, under = seconds["compiled"], seconds[other]
                loops.append(ratio("one lane", f"{name}, / {other}", over, under, bound))
    print(f"\n{table(loops)}\n")

    steps = {"notebook": notebook_run, "bare": bare_loop, "eager": eager_run}
    eager = by_round(steps, rounds=5)
    eager["compiled"] = [
        s * EAGER_STEPS / COMPILED_STEPS
        for s in by_round({"compiled": compiled_run("online", "adam")}, rounds=5)["compiled"]
    ]
    print("engines on the online problem with Adam, µs per step")
    for who, s in medians(eager).items():
        print(f"  {who:10s}{1e6 * s / EAGER_STEPS:10.4f}")
    engines = [
        ratio("engines", "eager Trial / bare torch loop", eager["eager"], eager["bare"], 2),
        ratio("engines", "bare torch loop / compiled", eager["bare"], eager["compiled"]),
        ratio("engines", "the notebook's recipe / compiled", eager["notebook"], eager["compiled"]),
    ]
    print(f"\n{table(engines)}")
    return loops + engines


if __name__ == "__main__":
    main()
