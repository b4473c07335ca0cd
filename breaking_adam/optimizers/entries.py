"""The parameters of a step: each with its t and its states, alone or in lists of those alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import torch
from torch import Tensor

from breaking_adam.optimizers.binding import Group

KIND = attrgetter("device", "dtype")


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
    params: Sequence[Tensor],
    kept: Sequence[dict[str, Any]],
    names: Sequence[str],
    t: float | None = None,
) -> Iterator[Column]:
    """The parameters and their states, together where they may share a step.

    ``t`` is the step of all of them, where they are known to have one.
    """
    kinds = list(map(KIND, params))
    if t is not None and len({*kinds}) == 1:  # a network's, where each microsecond counts
        yield _column(t, params, kept, names)
        return
    ts = [state["step"].item() for state in kept] if t is None else [t] * len(kept)
    alike: dict[Any, list[tuple[Tensor, dict[str, Any]]]] = {}
    for each, kind, row in zip(ts, kinds, zip(params, kept, strict=True), strict=True):
        alike.setdefault((each, kind), []).append(row)
    for (each, _), rows in alike.items():
        some, theirs = zip(*rows, strict=True)
        yield _column(each, some, theirs, names)


def _column(
    t: float, params: Sequence[Tensor], kept: Sequence[dict[str, Any]], names: Sequence[str]
) -> Column:
    """The parameters, which are alike, with their gradients and states."""
    lists: list[list[Any]] = [list(params), [p.grad for p in params]]
    lists += [[state[name] for state in kept] for name in names]
    if params[0].is_complex():
        lists = [list(map(torch.view_as_real, tensors)) for tensors in lists]
    xs, gs, *states = lists
    return Column(int(t), xs, gs, states)


def in_lists(group: Group, params: Sequence[Tensor]) -> bool:
    """Whether to step lists of parameters; by default where torch would."""
    if group["foreach"] is None and group["fused"] is None:
        return all(p.is_cuda and type(p) in (Tensor, torch.nn.Parameter) for p in params)
    return bool(group["foreach"])
