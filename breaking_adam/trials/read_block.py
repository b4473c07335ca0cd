"""A block of a problem's steps by a rule that is read from the optimizer's own step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numba
import numpy as np
import torch
from torch.optim import Optimizer

from breaking_adam.engine.advance import Schedule, Tuning
from breaking_adam.engine.step import Specialisation
from breaking_adam.problems import Problem
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import Course, Reader, UnreadableError, UnsettledError, places
from breaking_adam.tracing.course import without_gradient
from breaking_adam.trials.block import play_block
from breaking_adam.trials.outlast import numbers, outlast

_READERS: WeakKeyDictionary[Optimizer, Reader] = WeakKeyDictionary()


def reader_of(
    model: Problem,
    optimizer: Optimizer,
    schedule: Schedule,
    domain: tuple[float, float],
    begins: bool = True,
) -> Reader:
    """The reader of the optimizer's step on the problem.

    Where a run begins, either its rule is trusted or it has a refusal.
    """
    reader = _READERS.get(optimizer)
    course = _course(model, schedule, domain)
    if reader is None or reader.course != course:
        reader = _READERS[optimizer] = Reader(optimizer, course, model.replicas > 1)
        begins = True
    if begins:
        with contextlib.suppress(UnreadableError):
            reader.trusted()
    return reader


def why_unread(model: Problem, optimizer: Optimizer, schedule: Schedule = constant) -> str:
    """Why the optimizer's step cannot be read; empty if it can."""
    refusal = reader_of(model, optimizer, schedule, model.domain).refusal
    return refusal or without_gradient(optimizer)


def eager_from(model: Problem, optimizer: Optimizer, why: str) -> str:
    """A line on an optimizer that runs eagerly from here on."""
    return f"{type(optimizer).__name__} runs eagerly from step {model.steps + 1:,} on, as {why}"


def advance(
    model: Problem,
    optimizer: Optimizer,
    reader: Reader,
    tell: Callable[[str], object],
    schedule: Schedule,
    steps: int,
) -> torch.Tensor:
    """Play the steps, and return the last one's f_t(x_t), shape (R,).

    What has not been read yet is read when it comes. A step that no rule could take, such as
    the first one, which makes the state, is the optimizer's own; so are all from one on that
    cannot be read, of which ``tell`` is told.
    """
    end, f = model.steps + steps, torch.zeros(model.replicas)
    before = numbers(optimizer)
    while model.steps < end and not (model.replicas == 1 and bool(model.x.isnan())):
        at = model.steps
        try:
            if not reader.refusal:
                f = _compiled(model, optimizer, reader, schedule, end - at)
                if model.steps == at:
                    reader.learn()
                continue
        except UnsettledError:
            pass
        except UnreadableError as error:
            tell(eager_from(model, optimizer, str(error)))
        f = _eager(model, optimizer, schedule, reader.course.box)
    outlast(optimizer, before)
    return f


def _compiled(
    model: Problem, optimizer: Optimizer, reader: Reader, schedule: Schedule, steps: int
) -> torch.Tensor:
    """As many of the steps as the rule holds for."""
    read = reader.now()
    specialisation = Specialisation(
        read.rule, False, False, False, False, read.dtype, read.coefficients
    )
    group = optimizer.param_groups[0]
    kept = dict(places.leaves(optimizer))
    states = tuple(_array(kept[place], model, read.dtype) for place in read.state)
    lr = group.get("lr", 0.0) if schedule is constant else group["initial_lr"]
    tuning = Tuning(float(lr), places.numbers(optimizer, read.hyper), (0.0, 0.0))
    box = reader.course.box
    f, steps, tuning = play_block(model, specialisation, schedule, states, (0, steps), tuning, box)
    for place, number in zip(read.hyper, tuning.hyper, strict=True):
        places.put(optimizer, place, number)
    for place, array in zip(read.state, states, strict=True):
        if not _is_view(array, kept[place]):
            places.put(optimizer, place, array if array.size > 1 else array[0])
    if steps and schedule is not constant:
        group["lr"] = float(lr) * schedule(model.steps)
    return f


def _array(leaf: Any, model: Problem, dtype: np.dtype) -> np.ndarray:
    """A state as R numbers: its own memory, where that is of the dtype."""
    if isinstance(leaf, torch.Tensor):
        leaf = leaf.detach().reshape(-1)
        wide = leaf.double() if leaf.dtype == torch.bfloat16 else leaf  # NumPy has none
        return wide.numpy().astype(dtype, copy=False)
    return np.array([leaf], dtype)


def _is_view(array: np.ndarray, leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and array.ctypes.data == leaf.data_ptr()


def _eager(
    model: Problem, optimizer: Optimizer, schedule: Schedule, domain: tuple[float, float]
) -> torch.Tensor:
    """One step of the optimizer itself."""
    if schedule is not constant:
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"] * schedule(model.steps + 1)
    with torch.enable_grad():
        f = model()
        f.sum().backward()
    optimizer.step()
    model.x.grad = None
    model.x.data.clamp_(*domain)
    return f.detach()


@dataclass(frozen=True)
class _Slope:
    """The first replica's slope at x, in a step from now."""

    model: Problem

    def __call__(self, t: int, x: float) -> float:
        model = self.model
        return float(_slope(model.cost)(x, model.t + 1 + t, model.constants))


@dataclass(frozen=True)
class _Factor:
    """The schedule, from now on."""

    model: Problem
    schedule: Schedule

    def __call__(self, t: int) -> float:
        return self.schedule(self.model.steps + 1 + t)


def _course(model: Problem, schedule: Schedule, domain: tuple[float, float]) -> Course:
    factor = None if schedule is constant else _Factor(model, schedule)
    return Course(_Slope(model), domain, factor)


@cache
def _slope(cost: Any) -> Any:
    at, key = cost.at, cost.key

    @numba.njit(error_model="numpy")
    def slope(x: Any, t: Any, c: Any) -> Any:
        return at(x, t, key(0, c), c)[1]

    return slope
