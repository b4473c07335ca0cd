"""The compiled engine: blocks of steps of a Trial as one call of machine code.

``compiled(block)`` is a torchbearer closure. It reads the rule, the hyperparameters and the
state from the Trial's optimizer, runs a block of steps, and leaves the model and the optimizer
as that many eager steps would have left them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
import torchbearer
from torch.optim import optimizer as torch_optimizer

from breaking_adam.engine.advance import Schedule, Tuning
from breaking_adam.optimizers.adapters import bind
from breaking_adam.optimizers.binding import Binding
from breaking_adam.problems import Problem, loss
from breaking_adam.rules.schedules import constant
from breaking_adam.support import checks
from breaking_adam.trials.block import play_block
from breaking_adam.trials.callbacks.greedy_update import greedy_update
from breaking_adam.trials.callbacks.step_size import SCHEDULE
from breaking_adam.trials.read_block import advance, eager_from, reader_of

#: The bytes of x as the last block of the pass left it.
LEFT = torchbearer.state_key("breaking_adam_left")

#: The most steps of a block, which machine code counts.
MOST = 2**63 - 1

#: How far torch's step counts, which are float32, are exact.
EXACT = 2**24


def compiled(
    block: int = 1000,
    until: int | None = None,
    every: int | None = None,
    rule: Literal["any", "written", "read"] = "any",
    tell: Callable[[str], object] = warnings.warn,
) -> Callable[[Any], None]:
    """A closure for ``Trial.with_closure`` that makes each batch a block of compiled steps.

    x, which has to be on the CPU, is clamped to the problem's domain after every step if
    :func:`greedy_update` is among the Trial's callbacks, and nowhere else. Callbacks at a batch's
    begin and end are called once per block. A single replica that becomes NaN stops the Trial,
    and ``model.steps`` tells the step.

    Args:
        block: the number of steps per batch, less than 2⁶³.
        until: the number of steps of the model at which to stop, which may cut the last block
            short; None never does.
        every: a number of the model's steps at whose multiples a block ends as well; the blocks
            between two of them are counted from the first.
        rule: "written" for one of this package or the optimizer's own, "read" for what the
            optimizer's step is read to do, "any" for the former where there is one.
        tell: what to call with a line, should an optimizer that was read take a step in mid-run
            that cannot be: from there on it takes its steps itself.

    Raises:
        ValueError: if an argument is out of its range.
        TypeError: if an argument is no integer; when the Trial runs, if the model is not a
            Problem, the optimizer has no rule or moves anything besides the model's x, there are
            hooks on the steps, or a callback wants to act within a step or has changed x, which
            the next block notices.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
        - :attr:`torchbearer.state.OPTIMIZER`: an optimizer with a rule
        - :attr:`torchbearer.state.CALLBACK_LIST`: without callbacks on forward to backward

    >>> import torch, torchbearer
    >>> from breaking_adam import Online, greedy_update, loss
    >>> model = Online()
    >>> adam = torch.optim.Adam(model.parameters())
    >>> trial = torchbearer.Trial(model, adam, loss, callbacks=[greedy_update], verbose=0)
    >>> _ = trial.with_closure(compiled(1000)).for_train_steps(50).run()
    >>> model.steps
    50000
    """
    block = checks.integer("block", block, at_least=1, at_most=MOST)
    until = None if until is None else checks.integer("until", until, at_least=0)
    every = None if every is None else checks.integer("every", every, at_least=1)

    def closure(state: Any) -> None:
        model, optimizer = state[torchbearer.MODEL], state[torchbearer.OPTIMIZER]
        callbacks, begins = state[torchbearer.CALLBACK_LIST], state[torchbearer.BATCH] == 0
        _check(model, optimizer)
        _refuse_hooks(model, optimizer)
        projected = any(callback is greedy_update for callback in callbacks)
        domain = model.domain if projected else (-math.inf, math.inf)
        schedule = state.get(SCHEDULE, constant)
        take = steps_of(model, optimizer, rule, schedule, domain, begins, tell)
        if begins:
            _refuse_inner_callbacks(callbacks)
        elif _changed(model.x.detach().numpy(), state[LEFT]):
            raise TypeError(
                "a callback changed x after a block, which compiled() cannot do after each step: "
                "run it eagerly, or project by breaking_adam.greedy_update"
            )
        # No gradient is left, so the optimizer's own step does nothing.
        model.x.grad = None
        steps = block
        if every is not None:
            past = model.steps % every
            steps = min(block - past % block, every - past)
        if until is not None:
            steps = max(0, min(steps, until - model.steps))
        before = model.steps
        state[torchbearer.Y_PRED] = take(schedule, steps)
        state[LEFT] = model.x.detach().numpy().tobytes()
        if model.steps < before + steps:  # at NaN
            state[torchbearer.STOP_TRAINING] = True
        state[torchbearer.LOSS] = loss(state)

    return closure


def _check(model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
    if not isinstance(model, Problem):
        raise TypeError(f"compiled() needs a Problem as its model, got {type(model).__name__}")
    groups = optimizer.param_groups
    if len(groups) != 1 or len(groups[0]["params"]) != 1 or groups[0]["params"][0] is not model.x:
        raise TypeError("compiled() needs an optimizer of model.x and nothing else")


#: Takes (schedule, steps), and returns the last one's f_t(x_t).
Steps = Callable[[Schedule, int], torch.Tensor]


def steps_of(
    model: Problem,
    optimizer: torch.optim.Optimizer,
    rule: str,
    schedule: Schedule,
    domain: tuple[float, float],
    begins: bool,
    tell: Callable[[str], object],
) -> Steps:
    """What takes the optimizer's steps of x, or a TypeError that says what is missing."""
    name = type(optimizer).__name__
    binding = bind(optimizer, optimizer.param_groups[0]) if rule != "read" else None
    if binding is not None:
        return partial(_advance, model, optimizer, binding, domain)
    if rule == "written":
        raise TypeError(f"{name} has no written rule to compile: read it, or run it eagerly")
    reader = reader_of(model, optimizer, schedule, domain, begins)
    if begins and reader.refusal:
        if model.steps == 0:
            raise TypeError(f"{name} cannot be compiled, as {reader.refusal}: run it eagerly")
        tell(eager_from(model, optimizer, reader.refusal))
    return partial(advance, model, optimizer, reader, tell)


def _changed(x: np.ndarray, left: bytes) -> bool:
    """Whether x is not what a block left, where NaN is as good as NaN, and 0 as −0."""
    return x.tobytes() != left and not np.array_equal(
        x, np.frombuffer(left, x.dtype), equal_nan=True
    )


def _refuse_hooks(model: Problem, optimizer: torch.optim.Optimizer) -> None:
    """A block would call a hook once instead of at each step, or not at all."""
    if optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks:
        what = "a hook on the optimizer's step"
    elif (
        torch_optimizer._global_optimizer_pre_hooks or torch_optimizer._global_optimizer_post_hooks
    ):
        what = "a hook on every optimizer's step"
    elif (
        model._forward_pre_hooks
        or model._forward_hooks
        or model._backward_pre_hooks
        or model._backward_hooks
    ):
        what = "a hook on the model"
    elif model.x._backward_hooks or model.x._post_accumulate_grad_hooks:
        what = "a hook on x"
    else:
        return
    raise TypeError(f"{what} needs an eager Trial, not compiled()")


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
    domain: tuple[float, float],
    schedule: Schedule,
    steps: int,
) -> torch.Tensor:
    """Run the steps, and return the last one's f_t(x_t), shape (R,)."""
    parameter, group = model.x, optimizer.param_groups[0]
    x, kept = parameter.detach().numpy(), optimizer.state[parameter]
    made = _steps_made(kept)
    states = tuple(_states(parameter, x, binding, kept))
    alpha = float(group["lr"] if schedule is constant else group["initial_lr"])
    tuning = Tuning(alpha, binding.hyper, (float(binding.l2), float(binding.decay)))
    step = binding.step(x.dtype)
    f, steps, _ = play_block(model, step, schedule, states, (made, steps), tuning, domain)
    if steps and binding.counts:
        if made + steps > EXACT:
            kept["step"] = kept["step"].double()
        kept["step"].fill_(made + steps)
    if steps and schedule is not constant:
        group["lr"] = alpha * schedule(model.steps)
    return f


def _steps_made(kept: dict[str, Any]) -> int:
    """The optimizer's own count of its steps; where it keeps none, whether it has made any."""
    if "step" in kept:
        return int(kept["step"])
    return int(any(value is not None for value in kept.values()))


def _states(
    parameter: torch.nn.Parameter, x: np.ndarray, binding: Binding, kept: dict[str, Any]
) -> Iterator[np.ndarray]:
    """The rule's states as arrays over the optimizer's own memory, made if it has none yet."""
    if binding.counts and "step" not in kept:
        kept["step"] = torch.tensor(0.0)
    for name in binding.state:
        if name is None:
            yield np.zeros_like(x)
        else:
            if kept.get(name) is None:
                kept[name] = torch.full_like(parameter, binding.initial, requires_grad=False)
            yield kept[name].numpy()
