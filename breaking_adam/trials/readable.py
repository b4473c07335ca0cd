"""Whether an optimizer's step can be read as a rule, and what that saves."""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import torch
from torch.optim import Optimizer

from breaking_adam.optimizers.find import make_optimizer
from breaking_adam.problems import Online
from breaking_adam.rules.schedules import constant
from breaking_adam.support.calls import Call
from breaking_adam.support.text import one_line
from breaking_adam.tracing import Reader
from breaking_adam.tracing.course import raised, without_gradient
from breaking_adam.trials.build import seconds_per_step
from breaking_adam.trials.read_block import advance, reader_of

#: Steps in a block that is timed, and how long blocks are, in seconds, before the fastest counts.
BLOCK, ENOUGH = 20_000, 0.1

#: How long eager steps are timed, in seconds.
EAGER = 0.2


class Row(NamedTuple):
    """What has been found out about an optimizer.

    Args:
        optimizer: the call that made it.
        engine: "read" or "eager"; empty if it could not be made.
        why: why it is eager, or not to be made.
        replicas: whether many can be stepped in lanes.
        alone: why not, where it is read.
        branches: the ways through its step that were seen.
        compiled_ns: a compiled step of one replica, in nanoseconds.
        eager_us: an eager step, in microseconds.
        speedup: how many times longer that takes.
        seconds: how long it took to read and compile it.
    """

    optimizer: str
    engine: str = ""
    why: str = ""
    replicas: bool = False
    alone: str = ""
    branches: int | None = None
    compiled_ns: float | None = None
    eager_us: float | None = None
    speedup: float | None = None
    seconds: float | None = None


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Have Python's collector not look through what others have left.

    If anything was frozen before, all stays so: Python can only unfreeze everything.
    """
    was_frozen = gc.get_freeze_count() > 0
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        if not was_frozen:
            gc.unfreeze()


@_nothing_to_collect()
def measure(call: Call) -> Row:
    """Read the optimizer on the online problem in float64, and time it either way."""
    new, row = partial(Online, dtype=torch.float64), Row(str(call))
    problem = new()
    try:
        optimizer = make_optimizer(call, problem)
    except ValueError as error:
        return row._replace(why=one_line(error))
    try:
        row = _read(row, problem, optimizer)
    except Exception as error:  # one that raises late
        row = row._replace(engine="eager", why=raised(error))
    try:
        problem = new()
        eager = seconds_per_step(problem, make_optimizer(call, problem), limit=EAGER)
    except Exception:  # what it raises is the reason, which is there already
        return row
    ns = row.compiled_ns
    return row._replace(eager_us=1e6 * eager, speedup=1e9 * eager / ns if ns else None)


def _read(row: Row, problem: Online, optimizer: Optimizer) -> Row:
    """The row with what reading comes to."""
    start = time.perf_counter()
    reader = reader_of(problem, optimizer, constant, problem.domain)
    if why := reader.refusal or without_gradient(optimizer):
        return row._replace(engine="eager", why=why)
    read = reader.trusted()
    advance(problem, optimizer, reader, warnings.warn, constant, BLOCK)
    return row._replace(
        engine="read",
        replicas=not read.alone,
        alone=read.alone,
        branches=read.paths,
        seconds=time.perf_counter() - start,
        compiled_ns=1e9 * _compiled(problem, optimizer, reader),
    )


def _compiled(problem: Online, optimizer: Optimizer, reader: Reader) -> float:
    """The seconds of a compiled step: in the fastest of some blocks."""
    fastest, begin = float("inf"), time.perf_counter()
    while (start := time.perf_counter()) - begin < ENOUGH:
        advance(problem, optimizer, reader, warnings.warn, constant, BLOCK)
        fastest = min(fastest, time.perf_counter() - start)
    return fastest / BLOCK
