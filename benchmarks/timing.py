"""Fair timings: the contestants take turns, and are compared within a round."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

Seconds = dict[str, list[float]]


def by_round(
    contestants: dict[str, Callable[[], object]],
    rounds: int = 7,
    before: Callable[[], object] = lambda: None,
) -> Seconds:
    """The seconds of each contestant in each round, after one that is not counted.

    ``before`` is called before each, and not counted.
    """
    seconds: Seconds = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, run in contestants.items():
            before()
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: taken[1:] for name, taken in seconds.items()}


def medians(seconds: Seconds) -> dict[str, float]:
    """The median seconds of each contestant."""
    return {name: median(taken) for name, taken in seconds.items()}
