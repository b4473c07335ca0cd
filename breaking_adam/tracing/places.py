"""Where an optimizer keeps its numbers, and twins of it to try things on.

An optimizer is a tree of attributes, param groups and the state of its parameter: of dicts, lists,
tuples and objects of its own. A place is a path of keys to a leaf of that tree.
"""

from __future__ import annotations

import copy
import math
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.tracing.numbers import Number

Place = tuple[Hashable, ...]

#: The key under which an optimizer keeps the state of its one parameter.
X = "x"

#: Where it keeps that.
STATE: Place = ("state", X)

LR: Place = ("param_groups", 0, "lr")


def _children(node: Any) -> dict[Any, Any] | None:
    """What is below a node, by keys; None for a leaf."""
    if isinstance(node, dict):
        return node
    if isinstance(node, (list, tuple, deque)):
        return dict(enumerate(node))
    if hasattr(node, "__dict__") and not isinstance(node, _LEAVES) and not callable(node):
        return {key: child for key, child in vars(node).items() if key != _WRAPPED}
    return None


#: What a scheduler of torch puts in an optimizer: its step, wrapped, which no twin can have.
_WRAPPED = "step"

#: The types of what is certainly a leaf.
_PLAIN = {Tensor, int, float, bool, str, type(None)}

#: What has attributes and is a leaf all the same.
_LEAVES = (Tensor, torch.nn.Module, torch.Generator, type)


def leaves(node: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every leaf below the node, with its place; parameters are none."""
    if type(node) in _PLAIN:  # as nearly all are
        yield place, node
        return
    children = _children(node)
    if children is not None:
        for key, child in children.items():
            yield from leaves(child, (*place, X if isinstance(key, Tensor) else key))
    elif not isinstance(node, torch.nn.Parameter):
        yield place, node


def is_number(fact: object) -> bool:
    """Whether a leaf is a number that can change, which a switch is not."""
    return isinstance(fact, (int, float)) and not isinstance(fact, bool)


def fact(leaf: Any) -> object:
    """What there is to know of a leaf: a plain value itself, and of all else what it is."""
    if isinstance(leaf, Tensor):
        return leaf.dtype
    if isinstance(leaf, Number):  # which must not be asked whether it is the same
        return math.nan
    return leaf if isinstance(leaf, (int, float, str, type(None))) else type(leaf)


def facts(node: Any, place: Place = ()) -> dict[Place, object]:
    """What is kept where below the node."""
    return {place: fact(leaf) for place, leaf in leaves(node, place)}


def changes(before: dict[Place, object], after: dict[Place, object]) -> set[Place] | None:
    """The places of numbers that differ; None if anything else does."""
    if before.keys() != after.keys():
        return None
    differ = {place for place in after if after[place] != before[place]}
    if not all(is_number(before[place]) and is_number(after[place]) for place in differ):
        return None
    return differ


def name_of(dtype: torch.dtype) -> str:
    """The dtype's name, where integers are all alike."""
    whole = not dtype.is_floating_point and not dtype.is_complex and dtype != torch.bool
    return "int64" if whole else str(dtype).removeprefix("torch.")


def first(_: Place, tensor: Tensor) -> Tensor:
    """The first coordinate, for a twin of it."""
    return one(tensor)


def one(tensor: Tensor) -> Tensor:
    """The first coordinate, in as many dimensions."""
    return tensor.flatten()[:1].reshape([1] * tensor.dim())


def put(node: Any, place: Place, value: float | np.ndarray) -> Any:
    """Put what it is to hold in a place below the node; the node, or its heir if that is a tuple.

    A tensor is filled with a number or an array's numbers; a number makes way for one of its kind.
    """
    if not place:
        if isinstance(node, Tensor):
            if isinstance(value, np.ndarray):
                numbers = torch.as_tensor(value, dtype=torch.float64)
                node.detach().copy_(numbers.reshape(node.shape if numbers.dim() else ()))
            else:
                node.detach().fill_(float(value))
            return node
        return type(node)(value)
    key, *rest = place
    children = _children(node)
    assert children is not None
    if key == X and key not in children:
        key = next(each for each in children if isinstance(each, Tensor))
    child = put(children[key], tuple(rest), value)
    if isinstance(node, tuple):
        return _like(node, [child if i == key else each for i, each in children.items()])
    if child is not children[key]:
        target: Any = node if isinstance(node, (dict, list, deque)) else vars(node)
        target[key] = child
    return node


def _like(node: tuple[Any, ...], children: list[Any]) -> Any:
    return type(node)(*children) if hasattr(node, "_fields") else type(node)(children)


def held(node: Any, place: Place) -> Any:
    """What a place below the node holds.

    Raises:
        LookupError: if there is no such place.
    """
    key: Any
    for key in place:
        if isinstance(node, dict) and key == X and key not in node:
            node = next(child for each, child in node.items() if isinstance(each, Tensor))
        elif isinstance(node, (dict, list, tuple, deque)):
            node = node[key]
        else:
            node = vars(node)[key]
    return node


def number(leaf: Any) -> float:
    """A leaf as a number; the first coordinate of a tensor."""
    if isinstance(leaf, Tensor):
        return float((leaf if leaf.numel() == 1 else one(leaf)).item())
    return float(leaf)


def numbers(optimizer: Optimizer, places: Iterable[Place]) -> tuple[float, ...]:
    """What the places hold, for the first coordinate."""
    return tuple(number(held(optimizer, place)) for place in places)


def twin(
    optimizer: Optimizer,
    values: Callable[[Place, Tensor], Tensor] = lambda _, tensor: tensor,
    leaf: Callable[[Place, Any], Any] = lambda _, value: value,
) -> tuple[Optimizer, Tensor]:
    """Another optimizer of the same class at the same point, and its own parameter.

    Args:
        optimizer: of one parameter.
        values: what the parameter, at place (), and the state shaped like it are to be.
        leaf: a number, given its place, as it is to be.
    """
    (x,) = optimizer.param_groups[0]["params"]
    other = torch.nn.Parameter(values((), x.detach()).clone(), requires_grad=x.requires_grad)
    memo: dict[int, Any] = {id(x): other}

    def of(node: Any, place: Place) -> Any:
        if id(node) in memo:
            return memo[id(node)]
        if isinstance(node, Tensor):
            value = values(place, node.detach()) if node.shape == x.shape else node.detach()
            memo[id(node)] = value.clone()
            return memo[id(node)]
        if isinstance(node, (int, float)):
            return leaf(place, node)
        children = _children(node)
        if children is None:
            return copy.deepcopy(node, memo)
        if isinstance(node, tuple):
            return _like(node, [of(child, (*place, key)) for key, child in children.items()])
        memo[id(node)] = new = _empty(node)
        for key, child in children.items():
            at = (*place, X if isinstance(key, Tensor) else key)
            if isinstance(node, dict):
                new[memo.get(id(key), key)] = of(child, at)
            elif isinstance(node, (list, deque)):
                new.append(of(child, at))
            else:
                vars(new)[key] = of(child, at)
        return new

    return of(optimizer, ()), other


def _empty(node: Any) -> Any:
    """A container or an object of the same class with nothing in it."""
    if isinstance(node, (dict, list, deque)):
        new = copy.copy(node)
        new.clear()
        return new
    return object.__new__(getattr(node, "unfused", type(node)))
