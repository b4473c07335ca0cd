"""A step in one pass over memory: the rule itself, compiled; or torch's kernel on accelerators."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
import torch
from torch import Tensor

from breaking_adam.engine import memory, threads
from breaking_adam.engine.layout import Layout, layout
from breaking_adam.engine.memory_pass import Work, over_memory
from breaking_adam.engine.step import Specialisation
from breaking_adam.optimizers.binding import Binding
from breaking_adam.rules.adam import adam_move
from breaking_adam.rules.amsgrad import amsgrad_move

#: Coordinates that are worth a thread of their own.
GRAIN = 1 << 14

Tensors = list[Tensor]


def step(
    t: int, xs: Tensors, gs: Tensors, states: Sequence[Tensors], binding: Binding, alpha: float
) -> None:
    """Step t of real tensors that share a device and a dtype, in place.

    ``states`` holds a list for each of the rule's states. On the CPU arithmetic is in the
    dtype, or in float32 for halves, on as many threads as torch uses.

    Raises:
        RuntimeError: if the dtype or the device is not one that there is compiled code for.
    """
    if xs[0].device.type == "cpu":
        arithmetic = np.dtype("float64" if xs[0].dtype == torch.float64 else "float32")
        numbers = alpha, binding.l2, binding.decay, *binding.hyper
        one_pass(t, (*states, xs, gs), binding.step(arithmetic), numbers)
    else:
        torch_kernel(t, xs, gs, states, binding, alpha)


def one_pass(
    t: int, columns: Sequence[Tensors], step: Specialisation, numbers: tuple[float, ...]
) -> None:
    """Step t of tensors on the CPU, in one pass over memory.

    Args:
        t: the count of the step, where the rule goes by it.
        columns: a list of tensors for each of the rule's states, of x and of g, of one dtype.
        step: the rule, and what surrounds it.
        numbers: alpha, two weight decays and the hyperparameters.

    Raises:
        RuntimeError: if there is no compiled code for the dtype.
    """
    _compiled(t, columns, step, numbers)
    # Autograd counts writes, so that a backward pass can refuse a tensor that has changed.
    torch.autograd.graph.increment_version(columns[-2])


def _compiled(
    t: int, columns: Sequence[Tensors], step: Specialisation, numbers: tuple[float, ...]
) -> None:
    """All in one pass, or one parameter at a time if it must be."""
    if found := layout(columns):
        _run(found, columns[0][0].dtype, t, step, numbers)
    elif len(columns[0]) > 1:
        for row in zip(*columns, strict=True):
            _compiled(t, [[tensor] for tensor in row], step, numbers)
    else:
        copies = [column[0].clone(memory_format=torch.contiguous_format) for column in columns]
        _compiled(t, [[copy] for copy in copies], step, numbers)
        for column, copy in zip(columns[:-1], copies[:-1], strict=True):
            column[0].copy_(copy)


def _run(
    found: Layout, dtype: torch.dtype, t: int, step: Specialisation, numbers: tuple[float, ...]
) -> None:
    storage = str(dtype).removeprefix("torch.")
    if storage not in memory.STORAGE:
        raise RuntimeError(f"fused=True is for {', '.join(memory.STORAGE)}, got {storage}")
    run = over_memory(step, storage, len(numbers) - 3)
    kept = np.array(numbers)  # in memory that the work has the address of
    work = Work(*found, kept, t).pack()
    threads.share_task(run.ctypes, work.ctypes.data, int(found.sizes.sum()), GRAIN)


def torch_kernel(
    t: int, xs: Tensors, gs: Tensors, states: Sequence[Tensors], binding: Binding, alpha: float
) -> None:
    """Torch's own fused Adam kernel, which takes the steps of every Adam-like rule.

    The rule's ``at`` gives it the coefficients; the kernel's own bias correction is switched
    off by telling it that the step is the infinite one, where 1 − β^∞ = 1.

    Raises:
        RuntimeError: if the rule's move is neither Adam's nor AMSGrad's.
    """
    if binding.rule.move not in (adam_move, amsgrad_move):
        raise RuntimeError(
            f"there is no fused kernel for this rule on {xs[0].device.type}: "
            "use foreach=True if the optimizer has an update of its own, else the CPU"
        )
    beta1, _, beta2, _, step_size, eps = binding.rule.at(t, alpha, binding.hyper)
    m, v, *maximum = states
    if binding.decay != 0:
        rate = binding.decay if binding.decay_absolute else alpha * binding.decay
        torch._foreach_mul_(xs, 1.0 - rate)
    torch._fused_adam_(
        xs,
        gs,
        m,
        v,
        maximum[0] if maximum else [],
        [torch.tensor(inf, device=x.device) for x in xs],
        lr=step_size,
        beta1=beta1,
        beta2=beta2,
        weight_decay=binding.l2,
        eps=eps,
        amsgrad=bool(maximum),
        maximize=binding.maximize,
    )
