"""A block of a problem's steps by a rule that is read from the optimizer's own step."""

from __future__ import annotations

from collections.abc import Callable
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
from breaking_adam.tracing import Reader, UnreadableError, UnsettledError, places
from breaking_adam.trials.block import play

_READERS: WeakKeyDictionary[Optimizer, Reader] = WeakKeyDictionary()


def reader_of(
    model: Problem, optimizer: Optimizer, domain: tuple[float, float], begins: bool = True
) -> Reader:
    """The reader of the optimizer's step on the problem; where a run begins, a trusted one.

    Raises:
        UnreadableError: if there is no rule to be trusted, or not one for so many replicas.
    """
    reader = _READERS.get(optimizer)
    if reader is None or reader.box != domain:
        reader = _READERS[optimizer] = Reader(optimizer, _slope_of(model), domain)
        begins = True
    if begins and (read := reader.trusted()).alone and model.replicas > 1:
        raise UnreadableError(f"replicas would see each other: {read.alone}")
    return reader


def why_unread(model: Problem, optimizer: Optimizer) -> str:
    """Why the optimizer's step cannot be read; empty if it can."""
    try:
        reader_of(model, optimizer, model.domain)
    except UnreadableError as error:
        return str(error)
    return ""


def advance(
    model: Problem,
    optimizer: Optimizer,
    reader: Reader,
    schedule: Schedule,
    steps: int,
) -> torch.Tensor:
    """Play the steps, and return the last one's f_t(x_t), shape (R,).

    What has not been read yet is read when it comes. A step that no rule could take, such as
    the first one, which makes the state, is the optimizer's own.
    """
    end, f = model.steps + steps, torch.zeros(model.replicas)
    while model.steps < end and not (model.replicas == 1 and bool(model.x.isnan())):
        before = model.steps
        try:
            f = _compiled(model, optimizer, reader, schedule, end - before)
            if model.steps == before:
                reader.learn()
        except (UnsettledError, UnreadableError):
            f = _eager(model, optimizer, schedule, reader.box)
    _keep(optimizer)
    return f


def _keep(optimizer: Optimizer) -> None:
    """Have what the optimizer keeps outlast its own step, which is still to end.

    The block has run as the closure of a step. The rest of that step finds no gradient, but may
    count all the same.
    """
    held = {
        place: float(leaf)
        for place, leaf in places.leaves(optimizer)
        if places.is_number(leaf) or (isinstance(leaf, torch.Tensor) and leaf.numel() == 1)
    }

    def restore(*_: Any) -> None:
        handle.remove()
        for place in dict(places.leaves(optimizer)).keys() & held.keys():
            places.put(optimizer, place, held[place])

    handle = optimizer.register_step_post_hook(restore)


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
    f, steps, tuning = play(model, specialisation, schedule, states, (0, steps), tuning, reader.box)
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
        return leaf.detach().numpy().reshape(-1).astype(dtype, copy=False)
    return np.array([leaf], dtype)


def _is_view(array: np.ndarray, leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and np.shares_memory(array, leaf.detach().numpy())


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


def _slope_of(model: Problem) -> Callable[[int, float], float]:
    """The first replica's slope at x, in a step from now."""
    slope = _slope(model.cost)
    return lambda t, x: float(slope(x, model.t + 1 + t, model.constants))


@cache
def _slope(cost: Any) -> Any:
    at, key = cost

    @numba.njit(error_model="numpy")
    def slope(x: Any, t: Any, c: Any) -> Any:
        return at(x, t, key(0, c), c)[1]

    return slope
