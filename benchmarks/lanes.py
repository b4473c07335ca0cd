"""Many runs at once: the compiled engine over replicas, against a C loop over lanes.

python -m benchmarks.lanes
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from benchmarks import c
from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians
from breaking_adam import Stochastic
from breaking_adam.trials.build import build

#: The number of replicas, and of steps that take each a fraction of a second.
SIZES = {1: 20_000_000, 64: 2_000_000, 4096: 50_000}


def compiled_run(replicas: int, amsgrad: bool) -> Callable[[], object]:
    """A Trial of the stochastic problem on the compiled engine, in one block."""
    steps = SIZES[replicas]

    def run() -> None:
        model = Stochastic(replicas=replicas, dtype=torch.float64)
        optimizer = torch.optim.Adam([model.x], betas=(0.9, 0.99), amsgrad=amsgrad)
        build(model, optimizer, engine="compiled", steps=steps, every=steps)[0].run()

    return run


def main() -> list[Ratio]:
    """Print the times and the ratios."""
    found = []
    print("stochastic problem, ns per replica-step in float64, draws included, on all cores")
    for amsgrad in (False, True):
        name = f"stochastic_{'amsgrad' if amsgrad else 'adam'}"
        for replicas, steps in SIZES.items():
            contestants = {"compiled": compiled_run(replicas, amsgrad)}
            if c.library():
                contestants["C"] = lambda n=name, s=steps, r=replicas: (
                    c.one_lane(n, s) if r == 1 else c.lanes(f"{n}_lanes", s, r)
                )
            seconds = by_round(contestants)
            ns = {who: 1e9 * s / (steps * replicas) for who, s in medians(seconds).items()}
            print(f"  {name:20s} R = {replicas:5,}", *(f"{who} {n:5.2f}" for who, n in ns.items()))
            if "C" in seconds:
                # The bounds are those of many replicas.
                bound = 1.5 if replicas == 4096 else None
                what = f"{name}, R = {replicas:,}, / C"
                found.append(ratio("lanes", what, seconds["compiled"], seconds["C"], bound))
    print(f"\n{table(found)}")
    return found


if __name__ == "__main__":
    main()
