"""The one place where a Trial of a problem and an optimizer is put together."""

from __future__ import annotations

import importlib
import inspect
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
import torchbearer
from torchbearer.metrics import MetricList

from breaking_adam.adapters import bind
from breaking_adam.callbacks import PLAYED, greedy_update, stop_at_nan
from breaking_adam.engine import compiled
from breaking_adam.metrics import average_regret, est
from breaking_adam.names import NAMES
from breaking_adam.problems import Problem, loss
from breaking_adam.schedules import StepSize, constant


class _LeanState(torchbearer.State):
    """A state without torchbearer's expenses, which come to more than a short step.

    torchbearer checks the kind of each key at each access, and copies all of its forty entries
    for the metrics at each step, to detach the tensors among them; metrics run without gradients
    all the same.
    """

    __getitem__ = dict.__getitem__
    __setitem__ = dict.__setitem__
    __contains__ = dict.__contains__

    @property
    def data(self) -> _LeanState:
        return self


class _LeanMetricList(MetricList):
    """A list of metrics without torchbearer's ``no_grad``, which parses torch's version each time.

    The version only matters to torch 0.4.
    """

    def process(self, *args: Any) -> dict[str, Any]:
        with torch.no_grad():
            return self._for_list(lambda metric: metric.process(*args))


class Trial(torchbearer.Trial):
    """A torchbearer Trial that spends less between steps; everything else is torchbearer's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        metrics = self.state[torchbearer.METRIC_LIST].metric_list
        self.state[torchbearer.METRIC_LIST] = _LeanMetricList(metrics)
        self.closure: Callable[[Any], Any] = _with_loss(self.closure)

    def _fit_pass(self, state: Any) -> Any:
        lean = _LeanState()
        lean.update(state)
        try:
            super()._fit_pass(lean)
        finally:
            state.update(lean)
        return state


def _with_loss(closure: Callable[[Any], None]) -> Callable[[Any], Any]:
    """The closure, with the loss as its value, which LBFGS asks for and torchbearer's lacks."""

    def evaluate(state: Any) -> Any:
        closure(state)
        return state[torchbearer.LOSS]

    return evaluate


#: The most steps of a batch, counted over its replicas: a few tenths of a second, after which a
#: Trial can be stopped, saved and shown. The first is for one replica, whose steps take longer.
LONGEST = 2**24, 2**27


class Pace(NamedTuple):
    """How a Trial of the problem takes its steps.

    Args:
        engine: "compiled" or "eager".
        every: the steps from point to point.
        block: the most steps in one batch.
    """

    engine: str
    every: int
    block: int

    @property
    def batches_per_point(self) -> int:
        """The batches from point to point."""
        return -(-self.every // self.block)

    def batches(self, steps: int) -> tuple[int, bool]:
        """The whole batches in the first so many steps, and whether a part of one is left."""
        points, past = divmod(steps, self.every)
        return points * self.batches_per_point + past // self.block, past % self.block > 0


def pace(problem: Problem, optimizer: torch.optim.Optimizer, engine: str, every: int) -> Pace:
    """The pace at which :func:`build` has the problem played."""
    if engine == "auto":
        engine = "compiled" if bind(optimizer, optimizer.param_groups[0]) else "eager"
    if engine == "eager":
        return Pace(engine, every, 1)
    longest = LONGEST[0] if problem.replicas == 1 else max(1, LONGEST[1] // problem.replicas)
    return Pace(engine, every, min(every, longest))


def build(
    problem: Problem,
    optimizer: torch.optim.Optimizer,
    *,
    engine: str = "auto",
    steps: int,
    every: int = 1000,
    schedule: Callable[[int], float] = constant,
    callbacks: Sequence[torchbearer.Callback] = (),
) -> tuple[Trial, str]:
    """A Trial that plays the problem until its ``steps`` is reached, and the engine it uses.

    A problem that has been played already carries on, with the batches where they would have
    been.

    Args:
        problem: the model.
        optimizer: of ``problem.x``.
        engine: "compiled", "eager", or "auto" for compiled where the optimizer has a rule.
        steps: the number of steps of the problem at which to stop.
        every: the steps of a compiled block, which is one batch unless it takes too long to wait
            for (see :func:`pace`); eager callbacks see every step.
        schedule: α_t/α as a function of t.
        callbacks: what else to call; the step size and the projection come first.
    """
    to = pace(problem, optimizer, engine, every)
    before: list[torchbearer.Callback] = [] if schedule is constant else [StepSize(schedule)]
    if to.engine == "eager":  # compiled() clamps by itself, after every step
        before.append(greedy_update)
    trial = Trial(
        problem,
        optimizer,
        loss,
        [est(), average_regret()],
        [*before, stop_at_nan, *callbacks],
        verbose=0,
    )
    played, _ = to.batches(problem.steps)
    batches, rest = to.batches(steps)
    trial.state[PLAYED] = played
    trial.for_train_steps(batches + rest - played if problem.steps < steps else 0)
    if to.engine == "compiled":
        trial.with_closure(compiled(to.block, until=steps, every=to.every))
    return trial, to.engine


def make_optimizer(name: str, problem: Problem, **hyper: Any) -> torch.optim.Optimizer:
    """The optimizer of ``problem.x`` that the name stands for.

    Args:
        name: one of :data:`breaking_adam.names.NAMES`, or an import path of an Optimizer class.
        problem: whose x to move.
        **hyper: its hyperparameters; those that it does not take are left out.

    Raises:
        ValueError: if there is no such optimizer, or it cannot be made so; the message says why.
    """
    factory = find_optimizer(name)
    try:
        takes = inspect.signature(factory).parameters
    except ValueError as error:  # some built-in functions
        raise ValueError(f"{name} is no optimizer") from error
    if not any(p.kind is p.VAR_KEYWORD for p in takes.values()):
        hyper = {key: value for key, value in hyper.items() if key in takes}
    for key in set(hyper) & set(takes):  # Adafactor's eps, for one, is a pair
        if isinstance(takes[key].default, (tuple, list)) != isinstance(hyper[key], (tuple, list)):
            del hyper[key]
    try:
        optimizer = factory(problem.parameters(), **hyper)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{name} cannot be made: {error}") from error
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise ValueError(f"{name} makes no torch.optim.Optimizer, but a {type(optimizer).__name__}")
    return optimizer


def find_optimizer(name: str) -> Callable[..., Any]:
    """The optimizer class (or a function that makes one) that the name stands for."""
    path = NAMES.get(name, name)
    module, _, attribute = path.rpartition(".")
    if not module:
        raise ValueError(
            f"there is no optimizer {name!r}: choose from {', '.join(NAMES)}, "
            "or give an import path such as torch.optim.NAdam"
        )
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{path} cannot be imported: {error}") from error
    if not callable(found):
        raise ValueError(f"{path} is no optimizer but a {type(found).__name__}")
    return found


def seconds_per_step(problem: Problem, optimizer: torch.optim.Optimizer, steps: int = 300) -> float:
    """How long an eager step takes, by trying some; the problem and optimizer are used up."""
    if optimizer.param_groups[0]["params"][0] is not problem.x:
        raise ValueError("the optimizer must be of problem.x")
    steps = max(10, min(steps, 10**6 // problem.replicas))
    trial, _ = build(problem, optimizer, engine="eager", steps=problem.steps + steps)
    trial.for_train_steps(steps // 10).run(1)
    start = time.perf_counter()
    trial.for_train_steps(steps).run(2)
    return (time.perf_counter() - start) / steps
