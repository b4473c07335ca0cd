"""The compiled engine: blocks of steps of a Trial as one call of machine code.

``compiled(block)`` is a torchbearer closure. It reads the rule, the hyperparameters and the
state from the Trial's optimizer, runs a block of steps, and leaves the model and the optimizer
as that many eager steps would have left them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import torch
import torchbearer

from breaking_adam import checks, kernels, threads
from breaking_adam.adapters import Binding, bind
from breaking_adam.problems import Problem, loss
from breaking_adam.schedules import SCHEDULE, constant

#: How far torch's step counts, which are float32, are exact.
EXACT = 2**24


def compiled(
    block: int = 1000, until: int | None = None, every: int | None = None
) -> Callable[[Any], None]:
    """A closure for ``Trial.with_closure`` that makes each batch a block of compiled steps.

    x, which has to be on the CPU, is clamped to the problem's domain after every step. A single
    replica that becomes NaN stops the Trial, and ``model.steps`` tells the step.

    Args:
        block: the number of steps per batch.
        until: the number of steps of the model at which to stop, which may cut the last block
            short; None never does.
        every: a number of the model's steps at whose multiples a block ends as well; the blocks
            between two of them are counted from the first.

    Raises:
        ValueError: if an argument is out of its range.
        TypeError: if an argument is no integer; when the Trial runs, if the model is not a
            Problem, the optimizer has no rule or moves anything besides the model's x, or a
            callback wants to act within a step.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
        - :attr:`torchbearer.state.OPTIMIZER`: an optimizer with a rule
        - :attr:`torchbearer.state.CALLBACK_LIST`: without callbacks on forward to backward

    >>> import torch, torchbearer
    >>> from breaking_adam import Online, loss
    >>> model = Online()
    >>> trial = torchbearer.Trial(model, torch.optim.Adam(model.parameters()), loss, verbose=0)
    >>> _ = trial.with_closure(compiled(1000)).for_train_steps(50).run()
    >>> model.steps
    50000
    """
    block = checks.integer("block", block, at_least=1)
    until = None if until is None else checks.integer("until", until, at_least=0)
    every = None if every is None else checks.integer("every", every, at_least=1)

    def closure(state: Any) -> None:
        model, optimizer = state[torchbearer.MODEL], state[torchbearer.OPTIMIZER]
        binding = _bind(model, optimizer)
        if state[torchbearer.BATCH] == 0:
            _refuse_inner_callbacks(state[torchbearer.CALLBACK_LIST])
        # No gradient is left, so the optimizer's own step does nothing.
        model.x.grad = None
        steps = block
        if every is not None:
            past = model.steps % every
            steps = min(block - past % block, every - past)
        if until is not None:
            steps = max(0, min(steps, until - model.steps))
        before = model.steps
        state[torchbearer.Y_PRED] = _advance(
            model, optimizer, binding, state.get(SCHEDULE, constant), steps
        )
        if model.steps < before + steps:  # at NaN
            state[torchbearer.STOP_TRAINING] = True
        state[torchbearer.LOSS] = loss(state)

    return closure


def _bind(model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> Binding:
    """The optimizer's rule for the model's x, or a TypeError that says what is missing."""
    if not isinstance(model, Problem):
        raise TypeError(f"compiled() needs a Problem as its model, got {type(model).__name__}")
    groups = optimizer.param_groups
    if len(groups) != 1 or len(groups[0]["params"]) != 1 or groups[0]["params"][0] is not model.x:
        raise TypeError("compiled() needs an optimizer of model.x and nothing else")
    binding = bind(optimizer, groups[0])
    if binding is None:
        raise TypeError(f"{type(optimizer).__name__} has no rule to compile: run it eagerly")
    return binding


def _refuse_inner_callbacks(callbacks: Any) -> None:
    """A compiled block has no forward, loss or gradient between its steps to call back about."""
    for callback in callbacks:
        for hook in ("on_forward", "on_criterion", "on_backward"):
            method = getattr(callback, hook)
            if getattr(method, "__func__", method) is not getattr(torchbearer.Callback, hook):
                raise TypeError(f"a callback {hook} needs an eager Trial, not compiled()")


def _advance(
    model: Problem,
    optimizer: torch.optim.Optimizer,
    binding: Binding,
    schedule: Callable[[int], float],
    steps: int,
) -> torch.Tensor:
    """Run the steps, and return the last one's f_t(x_t), shape (R,)."""
    parameter, group = model.x, optimizer.param_groups[0]
    kept = optimizer.state[parameter]
    x = parameter.detach().numpy()
    made = _steps_made(kept)
    states = tuple(_states(parameter, binding, kept))
    alpha = float(group["lr"] if schedule is constant else group["initial_lr"])
    f = np.zeros(x.size)
    arrays = (x, states, model._regret, f)
    numbers = (
        (model.t + 1, made + 1, model.steps + 1, steps),
        alpha,
        binding.hyper,
        (float(binding.l2), float(binding.decay)),
        (*model.domain, model.x_star),
        model.constants,
    )
    run = _loop(binding, model.cost, schedule, x.dtype, x.size == 1)
    if x.size == 1:
        steps = run(*arrays, *numbers)
    else:
        threads.share(
            lambda first, last: run(*arrays, first, last, *numbers),
            x.size,
            grain=kernels.WIDTH,
        )
    model.steps += steps
    if steps and binding.counts:
        if made + steps > EXACT:
            kept["step"] = kept["step"].double()
        kept["step"] += steps
    if steps and schedule is not constant:
        group["lr"] = alpha * schedule(model.steps)
    return torch.from_numpy(f)


@cache
def _loop(binding: Binding, cost: Any, schedule: Any, dtype: np.dtype[Any], single: bool) -> Any:
    """The machine code for the binding's rule and weight decay, on one replica or on several."""
    return (kernels.one_lane if single else kernels.lanes)(binding.step(dtype), cost, schedule)


def _steps_made(kept: dict[str, Any]) -> int:
    """The optimizer's own count of its steps; where it keeps none, whether it has made any."""
    if "step" in kept:
        return int(kept["step"])
    return int(any(value is not None for value in kept.values()))


def _states(x: torch.nn.Parameter, binding: Binding, kept: dict[str, Any]) -> Iterator[Any]:
    """The rule's states as arrays over the optimizer's own memory, made if it has none yet."""
    if binding.counts and "step" not in kept:
        kept["step"] = torch.tensor(0.0)
    for name in binding.state:
        if name is None:
            yield np.zeros_like(x.detach().numpy())
        else:
            if kept.get(name) is None:
                kept[name] = torch.full_like(x, binding.initial, requires_grad=False)
            yield kept[name].numpy()
