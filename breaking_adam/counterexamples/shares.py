"""A matrix over the cores: a share of the optimizers to each.

Much of the time goes into reading and compiling, which a process does one at a time.
"""

from __future__ import annotations

import os
import time
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

#: The optimizers of a share at the least: what fewer take is not worth the start of a process.
FEW = 4

Tell = Callable[[str], None]


class Played(NamedTuple):
    """A matrix, and the seconds that each problem has taken: on average, where many play."""

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
        store: a directory for Zarr stores, in which the same call on as many cores goes on.
        client: a ``dask.distributed.Client`` to play on, in place of the cores.
        tell: takes lines for people.
        at: is called with the name of each problem as it begins.
        cores: how many there are; all of this machine's if None.
    """
    count = min(cores or os.cpu_count() or 1, len(entered) // FEW)
    if client is not None or count < 2:
        return _alone(entered, problems, store=store, client=client, tell=tell, at=at)
    shares = [entered[k::count] for k in range(count)]
    stores = [store and store / f"{k + 1} of {count}" for k in range(count)]
    parts = _in_processes(list(zip(shares, stores, strict=True)), problems, tell, at)
    return Played(
        matrix.joined([part.ds for part in parts], entered),
        {one: sum(part.seconds[one] for part in parts) / count for one in parts[0].seconds},
    )


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
    shares: Sequence[tuple[Sequence[Entrant], Path | None]],
    problems: Sequence[Counterexample],
    tell: Tell,
    at: Tell,
) -> list[Played]:
    """What comes of each share, played in a process of its own."""
    import cloudpickle

    events = SPAWN.SimpleQueue()
    with (
        workers(len(shares), _hand_over, events) as pool,
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
                    bar.n = max(0, begun - len(shares))
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
