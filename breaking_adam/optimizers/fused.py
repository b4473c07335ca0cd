"""A step in one pass over memory: the rule itself, compiled; or torch's kernel on accelerators."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
import torch
from torch import Tensor

from breaking_adam import kernels, memory, rules, threads
from breaking_adam.adapters import Binding

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
        _compiled(t, xs, gs, states, binding, alpha)
        # Autograd counts writes, so that a backward pass can refuse a tensor that has changed.
        torch.autograd.graph.increment_version(xs)
    else:
        torch_kernel(t, xs, gs, states, binding, alpha)


def _compiled(
    t: int, xs: Tensors, gs: Tensors, states: Sequence[Tensors], binding: Binding, alpha: float
) -> None:
    """The binding's rule in one pass over memory."""
    storage = str(xs[0].dtype).removeprefix("torch.")
    if storage not in memory.STORAGE:
        raise RuntimeError(f"fused=True is for {', '.join(memory.STORAGE)}, got {storage}")
    rows = list(zip(*states, xs, gs, strict=True))
    plain = [row if _alike(row) else [tensor.contiguous() for tensor in row] for row in rows]
    dtype = np.dtype("float64" if storage == "float64" else "float32")
    run = kernels.over_memory(binding.step(dtype), storage)
    sizes = np.array([x.numel() for x in xs])
    numbers = (
        np.array([[tensor.data_ptr() for tensor in row] for row in plain]),
        sizes,
        t,
        alpha,
        binding.hyper,
        (float(binding.l2), float(binding.decay)),
    )
    threads.share(
        lambda first, last: run(first, last, *numbers),
        int(sizes.sum()),
        grain=GRAIN,
    )
    for row, copies in zip(rows, plain, strict=True):
        if copies is not row:
            for tensor, copy in zip(row[:-1], copies[:-1], strict=True):
                tensor.copy_(copy)


def _alike(row: Sequence[Tensor]) -> bool:
    """Whether the tensors fill their memory without gaps, all in the same order."""
    first, *others = row
    stride = first.stride()
    return all(t.stride() == stride for t in others) and (first.is_contiguous() or _dense(first))


def _dense(x: Tensor) -> bool:
    expected = 1
    for stride, size in sorted(zip(x.stride(), x.shape, strict=True)):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def torch_kernel(
    t: int, xs: Tensors, gs: Tensors, states: Sequence[Tensors], binding: Binding, alpha: float
) -> None:
    """Torch's own fused Adam kernel, which takes the steps of every Adam-like rule.

    The rule's ``at`` gives it the coefficients; the kernel's own bias correction is switched
    off by telling it that the step is the infinite one, where 1 − β^∞ = 1.

    Raises:
        RuntimeError: if the rule's move is neither Adam's nor AMSGrad's.
    """
    if binding.rule.move not in (rules.adam_move, rules.amsgrad_move):
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
