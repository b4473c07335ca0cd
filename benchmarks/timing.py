"""Fair timings: the contestants take turns, and the median of each is compared."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median


def turns(contestants: dict[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """The median seconds of each contestant over the rounds, after one that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: median(s[1:]) for name, s in seconds.items()}


def verdict(ratio: float, target: float) -> str:
    """The ratio beside what it should be at most."""
    return f"{ratio:7.2f}  (at most {target:g}: {'met' if ratio <= target else 'MISSED'})"
