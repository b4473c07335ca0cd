"""A matrix over the cores: the optimizers in small shares, of which each core takes the next.

Much of the time goes into reading and compiling, which a process does one at a time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import redirect_stderr, redirect_stdout
from io import TextIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from tqdm import tqdm

from breaking_adam.counterexamples import matrix
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.entrants import Entrant
from breaking_adam.support.workers import NEW, workers
from breaking_adam.tracing import UnreadableError

if TYPE_CHECKING:
    import xarray

#: How many optimizers are not worth the start of other processes.
FEW = 4

#: The optimizers of a share.
SIZE = 2

Tell = Callable[[str], None]

#: A share, the store of all, the problems, and whether what cannot be read plays eagerly.
Task = tuple[Sequence[Entrant], Path | None, Sequence[Counterexample], bool]


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
    eager: bool = True,
    tell: Tell = lambda _: None,
    at: Tell = lambda _: None,
    cores: int | None = None,
) -> Played:
    """Play as :func:`breaking_adam.counterexamples.matrix.play` does, on all cores of this machine.

    The arguments are its own, and how many ``cores`` to take. A ``client`` plays in their place. An
    optimizer that cannot be read, and must not play eagerly, is left out, and ``tell`` is told;
    nobody is if that is not given.

    Raises:
        UnreadableError: if all are left out.
    """
    cores = cores or os.cpu_count() or 1
    if client is not None or (eager and (cores < 2 or len(entered) <= FEW)):
        how: dict[str, Any] = {"store": store, "client": client, "eager": eager, "tell": tell}
        return _alone(entered, problems, at=at, **how)
    shares = [entered[k : k + SIZE] for k in range(0, len(entered), SIZE)]
    cores = min(cores, len(shares))
    tasks = [(share, store, problems, eager) for share in shares]
    parts = _in_processes(cores, tasks, tell, at)
    if not parts:
        raise UnreadableError("none of the optimizers can be read")
    ds, seconds = _sum(parts, entered)
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
    tasks: Sequence[Task],
    tell: Tell,
    at: Tell,
) -> list[Played]:
    """What comes of the tasks, of which so many are done at once."""
    import cloudpickle

    events = NEW.SimpleQueue()
    with (
        workers(count, _hand_over, events) as pool,
        tqdm(
            desc="stand",
            total=sum(1 + len(problems) for _, _, problems, _ in tasks),
            disable=None,  # where standard error is no terminal
            leave=False,
        ) as bar,
    ):
        futures = [pool.submit(_share, cloudpickle.dumps(task)) for task in tasks]
        waiting, begun = set(futures), 0
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            while not events.empty():
                begins, words = events.get()
                if begins:
                    at(words)
                    begun += 1
                    bar.n = min(max(0, begun - count), bar.total)
                    bar.set_postfix_str(words, refresh=False)
                else:
                    tell(words)
            bar.refresh()
            for future in done:
                future.result()  # which raises what has ended it
        return [part for future in futures if (part := future.result())]


class _Lines(TextIOBase):
    """A stream of a process that works: what is written goes to the parent by lines."""

    def __init__(self) -> None:
        self._begun = ""

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in filter(str.strip, lines):
            _events.put((False, line))
        return len(text)


#: In a process that works: takes (whether a problem begins, its name or a line for people).
_events: Any = None


def _hand_over(events: Any) -> None:
    global _events
    _events = events


def _share(packed: bytes) -> Played | None:
    """Play a share, in a process that works; None if all of it is left out."""
    import cloudpickle

    with redirect_stderr(_Lines()) as lines, redirect_stdout(lines):
        return _played(*cloudpickle.loads(packed))


def _played(
    entered: Sequence[Entrant],
    store: Path | None,
    problems: Sequence[Counterexample],
    eager: bool,
) -> Played | None:
    """A share, or of one of which something cannot be read, each optimizer by itself."""

    def tell(line: str) -> None:
        _events.put((False, line))

    def at(name: str) -> None:
        _events.put((True, name))

    try:
        return _alone(entered, problems, store=store, eager=eager, tell=tell, at=at)
    except UnreadableError as error:
        if len(entered) == 1:
            tell(f"{entered[0].name} is left out: {error}")
            return None
    parts = [part for each in entered if (part := _played([each], store, problems, eager))]
    return _sum(parts, entered) if parts else None


def _sum(parts: Sequence[Played], entered: Sequence[Entrant]) -> Played:
    """One matrix of the optimizers that parts have, and the seconds of all."""
    names = dict.fromkeys(name for part in parts for name in part.seconds)
    seconds = {name: sum(part.seconds.get(name, 0.0) for part in parts) for name in names}
    return Played(matrix.joined([part.ds for part in parts], entered), seconds)
