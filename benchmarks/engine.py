"""The compiled engine against C, and both engines against a bare torch loop.

python -m benchmarks.engine
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torchbearer
from torchbearer.callbacks import on_step_training

from benchmarks import c
from benchmarks.timing import turns, verdict
from breaking_adam import Online, Stochastic
from breaking_adam.trials import build

PROBLEMS = {"online": Online, "stochastic": Stochastic}
BLOCK, COMPILED_STEPS, EAGER_STEPS = 1_000_000, 20_000_000, 3000


def compiled_run(problem: str, amsgrad: bool) -> Callable[[], object]:
    """A Trial on the compiled engine, a block of a million steps at a time."""

    def run() -> None:
        model = PROBLEMS[problem](dtype=torch.float64)
        optimizer = torch.optim.Adam([model.x], betas=(0.9, 0.99), amsgrad=amsgrad)
        build(model, optimizer, engine="compiled", steps=COMPILED_STEPS, every=BLOCK)[0].run()

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


def main() -> None:
    """Print both tables."""
    print("compiled engine against C (-O3 -march=native), ns per step, one replica in float64")
    for problem in PROBLEMS:
        for amsgrad in (False, True):
            name = f"{problem}_{'amsgrad' if amsgrad else 'adam'}"
            contestants = {"compiled": compiled_run(problem, amsgrad)}
            if c.library():
                contestants["C"] = lambda name=name: c.one_lane(name, COMPILED_STEPS)
            seconds = turns(contestants)
            ns = {who: 1e9 * s / COMPILED_STEPS for who, s in seconds.items()}
            line = f"  {name:20s} compiled {ns['compiled']:6.2f}"
            if "C" in ns:
                line += f"   C {ns['C']:6.2f}   ratio {verdict(ns['compiled'] / ns['C'], 1.3)}"
            print(line)

    print("\nengines on the online problem with Adam, µs per step")
    eager = turns({"notebook": notebook_run, "bare": bare_loop, "eager": eager_run}, rounds=5)
    us = {who: 1e6 * s / EAGER_STEPS for who, s in eager.items()}
    fast = turns({"compiled": compiled_run("online", amsgrad=False)})["compiled"]
    us["compiled"] = 1e6 * fast / COMPILED_STEPS
    print(f"  the notebook's recipe on torchbearer {us['notebook']:10.2f}")
    print(f"  a bare torch loop                    {us['bare']:10.2f}")
    print(f"  eager Trial of ours                  {us['eager']:10.2f}")
    print(f"  compiled Trial of ours               {us['compiled']:10.4f}")
    print(f"  eager / bare loop                    {verdict(us['eager'] / us['bare'], 2)}")
    times = us["bare"] / us["compiled"]
    print(
        f"  bare loop / compiled                 {times:7,.0f}  "
        f"(at least 20,000: {'met' if times >= 20_000 else 'MISSED'})"
    )
    print(f"  the notebook's recipe / compiled     {us['notebook'] / us['compiled']:7,.0f}")


if __name__ == "__main__":
    main()
