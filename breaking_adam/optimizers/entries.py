"""The parameters of a step: each with its t and its states, alone or in lists of those alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from breaking_adam.optimizers.binding import Group


class Entry(NamedTuple):
    """A parameter at its step t, with its states in the rule's order; complex ones as reals."""

    t: int
    x: Tensor
    g: Tensor
    states: list[Tensor]


class Column(NamedTuple):
    """Parameters that share t, the device and the dtype, with a list for each state."""

    t: int
    xs: list[Tensor]
    gs: list[Tensor]
    states: list[list[Tensor]]


def entry(param: Tensor, state: dict[str, Any], names: Sequence[str]) -> Entry:
    """A parameter that has a gradient, at the step that its state counts."""
    tensors = [param, param.grad, *(state[name] for name in names)]
    if param.is_complex():
        tensors = [torch.view_as_real(tensor) for tensor in tensors]
    x, g, *states = tensors
    return Entry(state["step"].item(), x, g, states)


def columns(
    params: Sequence[Tensor], kept: Sequence[dict[str, Any]], names: Sequence[str]
) -> Iterator[Column]:
    """The parameters and their states, together where they may share a step."""
    alike: dict[Any, list[tuple[Tensor, dict[str, Any]]]] = {}
    for param, state in zip(params, kept, strict=True):
        key = state["step"].item(), param.device, param.dtype
        alike.setdefault(key, []).append((param, state))
    for (t, _, dtype), some in alike.items():
        lists: list[list[Any]] = [[p for p, _ in some], [p.grad for p, _ in some]]
        lists += [[state[name] for _, state in some] for name in names]
        if dtype.is_complex:
            lists = [list(map(torch.view_as_real, tensors)) for tensors in lists]
        xs, gs, *states = lists
        yield Column(int(t), xs, gs, states)


def in_lists(group: Group, params: Sequence[Tensor]) -> bool:
    """Whether to step lists of parameters; by default where torch would."""
    if group["foreach"] is None and group["fused"] is None:
        return all(p.is_cuda and type(p) in (Tensor, torch.nn.Parameter) for p in params)
    return bool(group["foreach"])
