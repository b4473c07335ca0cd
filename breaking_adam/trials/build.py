"""The one place where a Trial of a problem and an optimizer is put together."""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
import torchbearer

from breaking_adam.engine.advance import Schedule
from breaking_adam.optimizers.adapters import bind
from breaking_adam.problems import Problem, loss
from breaking_adam.rules import compilable
from breaking_adam.rules.schedules import constant
from breaking_adam.trials.callbacks.clock import PLAYED
from breaking_adam.trials.callbacks.greedy_update import greedy_update
from breaking_adam.trials.callbacks.step_size import StepSize
from breaking_adam.trials.callbacks.stop_at_nan import stop_at_nan
from breaking_adam.trials.compiled import compiled
from breaking_adam.trials.metrics import metrics_of
from breaking_adam.trials.read_block import why_unread
from breaking_adam.trials.trial import Trial

#: The most steps of a batch, counted over its replicas: a few tenths of a second, after which a
#: Trial can be stopped, saved and shown. The first is for one replica, whose steps take longer.
LONGEST = 2**24, 2**27


#: How a Trial's steps can be asked for.
ENGINES = ("auto", "compiled", "read", "eager")


#: A function of one's own need not say that Numba may compile it.
_compilable = cache(compilable)


class Pace(NamedTuple):
    """How a Trial of the problem takes its steps.

    Args:
        engine: "compiled", "read" or "eager".
        every: the steps from point to point.
        block: the most steps in one batch.
        why: why it is eager, where nobody has asked for that.
    """

    engine: str
    every: int
    block: int
    why: str = ""

    @property
    def batches_per_point(self) -> int:
        """The batches from point to point."""
        return -(-self.every // self.block)

    def batches(self, steps: int) -> tuple[int, bool]:
        """The whole batches in the first so many steps, and whether a part of one is left."""
        points, past = divmod(steps, self.every)
        return points * self.batches_per_point + past // self.block, past % self.block > 0


def pace(
    problem: Problem,
    optimizer: torch.optim.Optimizer,
    engine: str,
    every: int,
    schedule: Schedule = constant,
) -> Pace:
    """The pace at which :func:`build` has the problem played."""
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    if schedule is not constant and "lr" not in optimizer.param_groups[0]:
        raise ValueError(f"{type(optimizer).__name__} has no lr that a schedule could set")
    why = ""
    if engine == "auto" and bind(optimizer, optimizer.param_groups[0]):
        engine = "compiled"
    elif engine == "auto":
        why = why_unread(problem, optimizer, schedule)
        engine = "eager" if why else "read"
    if engine == "eager":
        return Pace(engine, every, 1, why)
    longest = LONGEST[0] if problem.replicas == 1 else max(1, LONGEST[1] // problem.replicas)
    return Pace(engine, every, min(every, longest))


def build(
    problem: Problem,
    optimizer: torch.optim.Optimizer,
    *,
    engine: str = "auto",
    steps: int,
    every: int = 1000,
    schedule: Schedule = constant,
    callbacks: Sequence[torchbearer.Callback] = (),
    tell: Callable[[str], object] = warnings.warn,
) -> tuple[Trial, str]:
    """A Trial that plays the problem until its ``steps`` is reached, and the engine it uses.

    A problem that has been played already carries on, with the batches where they would have
    been.

    Args:
        problem: the model.
        optimizer: of ``problem.x``.
        engine: "compiled" by a written rule, "read" for compiled by one that is read from the
            optimizer's own step, "eager", or "auto" for the first of these that can be.
        steps: the number of steps of the problem at which to stop.
        every: the steps of a compiled block, which is one batch unless it takes too long to wait
            for (see :func:`pace`); eager callbacks see every step.
        schedule: α_t/α as a function of t, one that Numba can compile.
        callbacks: what else to call; the step size and the projection come first.
        tell: see :func:`compiled`.

    Raises:
        ValueError: for another engine, or a schedule for an optimizer without an ``lr``.
    """
    schedule = _compilable(schedule)
    rhythm = pace(problem, optimizer, engine, every, schedule)
    before: list[torchbearer.Callback] = [] if schedule is constant else [StepSize(schedule)]
    trial = Trial(
        problem,
        optimizer,
        loss,
        metrics_of(problem),
        [*before, greedy_update, stop_at_nan, *callbacks],
        verbose=0,
    )
    played, _ = rhythm.batches(problem.steps)
    batches, rest = rhythm.batches(steps)
    trial.state[PLAYED] = played
    trial.for_train_steps(batches + rest - played if problem.steps < steps else 0)
    if rhythm.engine != "eager":
        written = rhythm.engine == "compiled"
        rule: Any = "written" if written else "read"
        blocks = compiled(rhythm.block, steps, rhythm.every, rule, tell)
        if written:
            trial.with_steps(blocks)
        else:  # some steps are the optimizer's own, which has to have them
            trial.with_closure(blocks)
    return trial, rhythm.engine


def seconds_per_step(
    problem: Problem, optimizer: torch.optim.Optimizer, *, limit: float = 2.0
) -> float:
    """How long an eager step takes in the long run; the problem and optimizer are used up.

    Stretches of ten steps are tried, and the median of the last ten counts: an optimizer that
    evaluates its closure again, as LBFGS, does so many times while it moves, and hardly once it
    has come to rest.

    Args:
        problem: to be played.
        optimizer: of ``problem.x``.
        limit: the seconds after which to stop trying; so does the 610th step.
    """
    if optimizer.param_groups[0]["params"][0] is not problem.x:
        raise ValueError("the optimizer must be of problem.x")
    trial, _ = build(problem, optimizer, engine="eager", steps=problem.steps + 10)
    trial.for_train_steps(10).run(1)  # which compiles the problem's cost, too
    seconds: list[float] = []
    begin = start = time.perf_counter()
    while len(seconds) < 60 and start - begin <= limit:
        trial.for_train_steps(10).run(len(seconds) + 2)
        now = time.perf_counter()
        seconds.append((now - start) / 10)
        start = now
    return statistics.median(seconds[-10:])
