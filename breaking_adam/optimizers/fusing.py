"""Any optimizer's own steps, in one pass over memory."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.optimizers.base import RuleOptimizer
from breaking_adam.optimizers.binding import Group
from breaking_adam.optimizers.kind import Job, Kind, take_steps

AnyOptimizer = TypeVar("AnyOptimizer", bound=Optimizer)

#: The kinds of an optimizer's parameters, by the group's number, the dtype and the dimensions.
_KINDS: WeakKeyDictionary[Optimizer, dict[tuple[int, torch.dtype, int], Kind]] = WeakKeyDictionary()


def fused(optimizer: AnyOptimizer) -> AnyOptimizer:
    """Have an optimizer step its parameters on the CPU in one pass over their memory.

    Its rule is read from its own step, and steps a parameter only after it has walked in lockstep
    with that: one coordinate for 2,000 steps, then a tensor of the parameter's shape. It works in
    place, with the optimizer's own state, so that ``state_dict()``, schedulers, param groups,
    hooks, closures and a GradScaler are as before. Float16 and bfloat16 are rounded where the own
    step rounds them, after every operation: within a unit in the last place they are as before,
    and nearly all of them to the last bit. What it cannot serve takes the optimizer's own step, as
    before: parameters elsewhere or of other dtypes, sparse gradients, algorithms that join
    coordinates. A warning says why.

    Args:
        optimizer: any; one of a :class:`RuleOptimizer` gets ``fused=True``.

    Returns:
        The same optimizer.

    >>> x = torch.nn.Parameter(torch.ones(5))
    >>> optimizer = fused(torch.optim.NAdam([x]))
    >>> for _ in range(3):
    ...     x.grad = x.detach().clone()
    ...     optimizer.step()
    >>> type(optimizer).__name__, optimizer.state[x]["step"].item()
    ('NAdam', 3.0)
    """
    if isinstance(optimizer, RuleOptimizer):
        for group in optimizer.param_groups:
            if optimizer.compiled_rule(group) is not None:
                group.update(fused=True, foreach=None)
        return optimizer
    if not hasattr(type(optimizer), "unfused"):
        optimizer.__class__ = _fused_class(optimizer.__class__)  # type: ignore[arg-type]
    reasons = {kind.refusal for _, _, kind in _kinds(optimizer)} - {""}
    for reason in sorted(reasons):
        warnings.warn(
            f"{type(optimizer).__name__} takes steps of its own, as {reason}", stacklevel=2
        )
    return optimizer


def _new(kind: type[Optimizer]) -> Optimizer:
    """An empty object of the class."""
    return object.__new__(kind)


@functools.cache
def _fused_class(kind: Hashable) -> Any:
    """The same class, but for its step. Twins and copies of its objects are unfused."""
    assert isinstance(kind, type)
    own: Any = kind.step  # type: ignore[attr-defined]
    if getattr(own, "hooked", False):  # by torch, which calls the hooks around it
        own = own.__wrapped__

    @functools.wraps(own)
    def step(self: Optimizer, closure: Callable[[], Any] | None = None) -> Any:
        return _step(self, own, closure)

    hooked: Any = Optimizer.profile_hook_step(step)
    hooked.hooked = True
    parts = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__doc__": kind.__doc__,
        "__reduce__": lambda self: (_new, (kind,), self.__getstate__()),
        # A GradScaler is to unscale gradients before the step.
        "_step_supports_amp_scaling": property(lambda _: False),
        "step": hooked,
        "unfused": kind,
    }
    return type(kind.__name__, (kind,), parts)


def _kinds(optimizer: Optimizer) -> Iterator[tuple[int, list[Tensor], Kind]]:
    """The parameters by their kinds, each with its group's number."""
    known = _KINDS.setdefault(optimizer, {})
    for index, group in enumerate(optimizer.param_groups):
        alike: dict[Any, list[Tensor]] = {}
        for p in group["params"]:
            alike.setdefault((index, p.dtype, p.dim()), []).append(p)
        for key, params in alike.items():
            if key not in known:
                largest = max(params, key=Tensor.numel)
                known[key] = Kind(optimizer, group, largest)
            yield index, params, known[key]


def _step(optimizer: Optimizer, own: Callable[..., Any], closure: Callable[[], Any] | None) -> Any:
    """Step every parameter that has a gradient: by a pass where that can be, else by its own."""
    kinds = list(_kinds(optimizer))
    if all(kind.refusal for _, _, kind in kinds):
        return own(optimizer, closure) if closure is not None else own(optimizer)
    loss = None
    if closure is not None:
        with torch.enable_grad():
            loss = closure()
    groups: list[Group] = optimizer.param_groups
    jobs: list[tuple[int, list[Job]]] = []
    rest = 0
    for index, params, kind in kinds:
        with_gradient = [p for p in params if p.grad is not None]
        found = kind.jobs(optimizer, groups[index], with_gradient)
        jobs.append((index, found))
        rest += len(with_gradient) - len(found)
    if rest:
        _without(own, optimizer, [job.p for _, some in jobs for job in some])
    for index, some in jobs:
        take_steps(optimizer, index, some)
    return loss


def _without(own: Callable[..., Any], optimizer: Optimizer, params: list[Tensor]) -> None:
    """The optimizer's own step of all other parameters."""
    gradients = [p.grad for p in params]
    try:
        for p in params:
            p.grad = None
        own(optimizer)
    finally:
        for p, g in zip(params, gradients, strict=True):
            p.grad = g
