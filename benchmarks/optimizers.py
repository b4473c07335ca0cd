"""Our optimizers beside torch's, interleaved in one run: time per step and memory, as ratios.

Run as ``python -m benchmarks.optimizers``. Every target of the project is a line of its last
table; the exit status is 1 if one is missed.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import torch
from tabulate import tabulate

from breaking_adam.optimizers import AdamNC, AMSGrad, RuleOptimizer
from breaking_adam.rules import Rule, compilable


@compilable
def touch_at(t, alpha, hyper):
    return (alpha,)


@compilable
def touch_move(state, g, c):
    a, b, d = state
    return (a + g, b + g, d + g), c[0]


class Touch(RuleOptimizer):
    """The memory that AMSGrad reads and writes with next to no arithmetic: the machine's floor."""

    rule = Rule(touch_at, touch_move, ("a", "b", "d"))


Shapes = list[tuple[int, ...]]

#: How each implementation is asked for.
WAYS = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}

#: (what, beside what, at most this many times its time)
TARGETS = [
    ("ours fused", "torch fused", 1.2),
    ("ours fused", "torch default", 1 / 3),
    ("ours foreach", "torch foreach", 1.1),
    ("ours loop", "torch loop", 1.1),
    ("AdamNC fused", "torch fused", 1.2),
]


def resnet50() -> Shapes:
    """The shapes of a ResNet-50's 161 parameters (He et al. 2016, Table 1), 25,557,032 in all.

    >>> import math
    >>> len(resnet50()), sum(map(math.prod, resnet50()))
    (161, 25557032)
    """
    shapes: Shapes = []

    def convolution(out: int, into: int, size: int) -> None:
        # With the scale and shift of the batch normalization behind it.
        shapes.extend([(out, into, size, size), (out,), (out,)])

    convolution(64, 3, 7)
    into = 64
    for width, blocks in (64, 3), (128, 4), (256, 6), (512, 3):
        for block in range(blocks):
            convolution(width, into, 1)
            convolution(width, width, 3)
            convolution(4 * width, width, 1)
            if block == 0:
                convolution(4 * width, into, 1)
            into = 4 * width
    return [*shapes, (1000, into), (1000,)]


WORKLOADS: dict[str, Shapes] = {
    "one tensor of 25,000,000": [(25_000_000,)],
    "ResNet-50": resnet50(),
}


def optimizers(params: list[torch.nn.Parameter]) -> dict[str, torch.optim.Optimizer]:
    """Each contestant on the same parameters; their states are their own."""
    made: dict[str, torch.optim.Optimizer] = {
        "torch default": torch.optim.Adam(params, amsgrad=True),
    }
    for name, way in WAYS.items():
        made[f"torch {name}"] = torch.optim.Adam(params, amsgrad=True, **way)
        made[f"ours {name}"] = AMSGrad(params, eps=1e-8, **way)
    # Another rule through the same machinery.
    made["AdamNC fused"] = AdamNC(params, fused=True)
    made["memory alone"] = Touch(params)
    return made


def parameters(shapes: Shapes, device: str) -> list[torch.nn.Parameter]:
    params = [torch.nn.Parameter(torch.randn(shape, device=device)) for shape in shapes]
    for p in params:
        p.grad = torch.randn_like(p)
    return params


def timings(shapes: Shapes, rounds: int, device: str) -> dict[str, list[float]]:
    """Seconds of each contestant's steps, which it takes in turn with the others."""
    contestants = optimizers(parameters(shapes, device))
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for done in range(rounds + 2):
        for name, optimizer in contestants.items():
            taken = stopwatch(optimizer.step, device)
            if done >= 2:  # the first two make the state and the machine code
                seconds[name].append(taken)
    return seconds


def stopwatch(run: Callable[[], object], device: str) -> float:
    if device == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def memory(name: str, shapes: Shapes) -> int:
    """Peak bytes that the contestant's steps add to parameters and gradients, in this process."""
    optimizers(parameters([(8,)], "cpu"))[name].step()  # what compiling takes is not the step's
    optimizer = optimizers(parameters(shapes, "cpu"))[name]
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = resident("VmRSS")
    for _ in range(3):
        optimizer.step()
    return resident("VmHWM") - before


def resident(entry: str) -> int:
    """Linux's count of the memory in use now (VmRSS), or at its peak (VmHWM), in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(entry):
            return 1024 * int(line.split()[1])
    raise LookupError(entry)


def memory_of(name: str, workload: str) -> int:
    """The same, in a process of its own."""
    code = (
        "from benchmarks import optimizers as o;"
        f"print(o.memory({name!r}, o.WORKLOADS[{workload!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    return int(done.stdout)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.optimizers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--rounds", type=int, default=21, help="timed steps of each (default 21)")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    options = parser.parse_args(argv)

    machine = torch.cuda.get_device_name() if options.device == "cuda" else platform.processor()
    results: dict[str, Any] = {
        "date": date.today().isoformat(),
        "machine": f"{machine or platform.machine()}, {torch.get_num_threads()} threads",
        "torch": torch.__version__,
        "workloads": {},
    }
    for workload, shapes in WORKLOADS.items():
        seconds = timings(shapes, options.rounds, options.device)
        peaks = {}
        if options.device == "cpu" and Path("/proc/self/clear_refs").exists():
            peaks = {name: memory_of(name, workload) for name in seconds}
        results["workloads"][workload] = {
            "milliseconds": {name: 1e3 * median(times) for name, times in seconds.items()},
            "least_milliseconds": {name: 1e3 * min(times) for name, times in seconds.items()},
            "bytes": peaks,
            "ratios": ratios(seconds, peaks),
        }
    if options.json:
        print(json.dumps(results))
    else:
        report(results)
    return int(any(not r["held"] for w in results["workloads"].values() for r in w["ratios"]))


def ratios(seconds: dict[str, list[float]], peaks: dict[str, int]) -> list[dict[str, Any]]:
    """Every target with what was measured.

    Of time the median over the rounds of the ratio within a round, which a machine that other
    work slows down for a while leaves alone.
    """
    rows = [
        {
            "what": f"{a} / {b}",
            "ratio": median(x / y for x, y in zip(seconds[a], seconds[b], strict=True)),
            "at_most": limit,
        }
        for a, b, limit in TARGETS
    ]
    rows += [
        {
            "what": f"memory, ours {name} / torch {name}",
            # To a hundredth: memory is counted in pages, and a thread has a stack.
            "ratio": round(peaks[f"ours {name}"] / peaks[f"torch {name}"], 2),
            "at_most": 1.0,
        }
        for name in WAYS
        if peaks
    ]
    return [{**row, "held": row["ratio"] <= row["at_most"]} for row in rows]


def report(results: dict[str, Any]) -> None:
    print(f"{results['date']}, {results['machine']}, torch {results['torch']}")
    for workload, result in results["workloads"].items():
        print()
        lines = [
            (name, f"{taken:.1f}", f"{result['least_milliseconds'][name]:.1f}")
            + ((f"{result['bytes'][name] / 2**20:.0f}",) if result["bytes"] else ())
            for name, taken in result["milliseconds"].items()
        ]
        headers = [workload, "ms a step", "least", "MiB"][: len(lines[0])]
        print(tabulate(lines, headers, colalign=("left", *["right"] * (len(headers) - 1))))
        print()
        for row in result["ratios"]:
            verdict = "met" if row["held"] else "MISSED"
            print(f"{row['what']:40}{row['ratio']:6.2f}  (at most {row['at_most']:.2f}: {verdict})")


if __name__ == "__main__":
    sys.exit(main())
