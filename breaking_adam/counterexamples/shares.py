"""A matrix over the cores: the optimizers in small shares, of which each core takes the next.

Much of the time goes into reading and compiling, which a process does one at a time.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, wait
from contextlib import redirect_stderr
from io import TextIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from tqdm import tqdm

from breaking_adam.counterexamples import matrix
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.entrants import Entrant
from breaking_adam.support.workers import SPAWN, workers

if TYPE_CHECKING:
    import xarray

#: How many optimizers are not worth the start of other processes.
FEW = 4

#: The optimizers of a share.
SIZE = 2

Tell = Callable[[str], None]


class Played(NamedTuple):
    """A matrix, and the seconds that each problem has taken, divided by the cores."""

    ds: xarray.Dataset
    seconds: dict[str, float]


def play(
    entered: Sequence[Entrant],
    problems: Sequence[Counterexample],
    *,
    store: Path | None = None,
    client: Any = None,
    tell: Tell = print,
    at: Tell = lambda _: None,
    cores: int | None = None,
) -> Played:
    """Play each optimizer on each problem, as :func:`matrix.play` does, on all cores.

    Args:
        entered: the optimizers.
        problems: the counterexamples.
        store: a directory for Zarr stores, in which the same call goes on.
        client: a ``dask.distributed.Client`` to play on, in place of the cores.
        tell: takes lines for people.
        at: is called with the name of each problem as it begins.
        cores: how many there are; all of this machine's if None.
    """
    cores = cores or os.cpu_count() or 1
    if client is not None or cores < 2 or len(entered) <= FEW:
        return _alone(entered, problems, store=store, client=client, tell=tell, at=at)
    shares = [entered[k : k + SIZE] for k in range(0, len(entered), SIZE)]
    stores = [store and store / f"{k} of {len(shares)}" for k in range(1, len(shares) + 1)]
    cores = min(cores, len(shares))
    parts = _in_processes(cores, list(zip(shares, stores, strict=True)), problems, tell, at)
    seconds: Counter[str] = Counter()
    for part in parts:
        seconds.update(part.seconds)
    ds = matrix.joined([part.ds for part in parts], entered)
    return Played(ds, {one: total / cores for one, total in seconds.items()})


def _alone(
    entered: Sequence[Entrant], problems: Sequence[Counterexample], *, at: Tell, **how: Any
) -> Played:
    """A matrix that this process plays."""
    began: dict[str, float] = {}

    def begin(name: str) -> None:
        began[name] = time.perf_counter()
        at(name)

    ds = matrix.play(entered, problems, at=begin, **how)
    times = [*began.values(), time.perf_counter()]
    return Played(ds, dict(zip(began, np.diff(times).tolist(), strict=True)))


def _in_processes(
    count: int,
    shares: Sequence[tuple[Sequence[Entrant], Path | None]],
    problems: Sequence[Counterexample],
    tell: Tell,
    at: Tell,
) -> list[Played]:
    """What comes of each share, of which so many are played at once."""
    import cloudpickle

    events = SPAWN.SimpleQueue()
    with (
        workers(count, _hand_over, events) as pool,
        tqdm(
            desc="stand",
            total=len(shares) * (1 + len(problems)),
            disable=None,  # where standard error is no terminal
            leave=False,
        ) as bar,
    ):
        futures = [pool.submit(_share, cloudpickle.dumps((*share, problems))) for share in shares]
        waiting, begun = set(futures), 0
        while waiting:
            _, waiting = wait(waiting, timeout=0.2, return_when=FIRST_EXCEPTION)
            while not events.empty():
                begins, words = events.get()
                if begins:
                    at(words)
                    begun += 1
                    bar.n = max(0, begun - count)
                    bar.set_postfix_str(words, refresh=False)
                else:
                    tell(words)
            bar.refresh()
            if any(future.done() and future.exception() for future in futures):
                break
        return [future.result() for future in futures]


class _Lines(TextIOBase):
    """Standard error of a process that works: what is written goes to the parent by lines."""

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if text.strip():
            _events.put((False, text.rstrip()))
        return len(text)


#: In a process that works: takes (whether a problem begins, its name or a line for people).
_events: Any = None


def _hand_over(events: Any) -> None:
    global _events
    _events = events


def _share(packed: bytes) -> Played:
    """Play a share, in a process that works."""
    import cloudpickle

    entered, store, problems = cloudpickle.loads(packed)
    with redirect_stderr(_Lines()):
        return _alone(
            entered,
            problems,
            store=store,
            tell=lambda line: _events.put((False, line)),
            at=lambda name: _events.put((True, name)),
        )
