"""Named axes, and which of them a function takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

import numpy as np
import torch

#: The values along each axis, by its name.
Axes = dict[str, tuple[Any, ...]]


def checked(axes: Mapping[str, Any], reserved: Container[str] = ()) -> Axes:
    """The axes, each with its values as plain numbers, words or truth values.

    Raises:
        ValueError: for a name that a function cannot take, an axis without values, or a value
            that is there twice or is NaN.
        TypeError: for values that are not a list, or not plain, or words beside numbers.

    >>> checked({"C": range(2, 5), "beta2": np.array([0.5])})
    {'C': (2, 3, 4), 'beta2': (0.5,)}
    """
    if not isinstance(axes, Mapping):
        raise TypeError(f"axes must be lists of values by their names, as a dict, got {axes!r}")
    found: Axes = {}
    for name, values in axes.items():
        if not isinstance(name, str) or not name.isidentifier() or name in reserved:
            raise ValueError(f"{name!r} is no name for an axis: take another word")
        # NumPy's numbers, and tensors that are one, are plain ones too.
        plain = tuple(
            v.item() if getattr(v, "ndim", None) == 0 else v for v in _listed(name, values)
        )
        if not plain:
            raise ValueError(f"axis {name} has no values")
        for value in plain:
            if not isinstance(value, (str, int, float)):
                kind = type(value).__name__
                raise TypeError(f"axis {name} takes numbers, words and truth values, got a {kind}")
            if value != value:
                raise ValueError(f"axis {name} has a value that is no number: {value}")
        if len({isinstance(value, str) for value in plain}) > 1:
            raise TypeError(f"axis {name} has both words and numbers: spell them alike")
        if len(set(plain)) < len(plain):
            raise ValueError(f"axis {name} has a value twice")
        found[name] = plain
    if not found:
        raise ValueError("axes is empty: a grid needs one axis at least")
    return found


def _listed(name: str, values: Any) -> list[Any]:
    try:
        if not isinstance(values, (str, bytes)):
            return list(values)
    except TypeError:  # it is one value
        pass
    raise TypeError(f"axis {name} must be a list of values, got {values!r}")


def taken(function: Callable[..., Any], axes: Axes, *, what: str, besides: int = 0) -> list[str]:
    """The axes that the function takes, in their order, besides its first so many arguments.

    Raises:
        TypeError: if it is no function, or takes what is no axis and has no default.

    >>> taken(lambda params, beta2, eps=0: ..., {"C": (1,), "beta2": (0.5,)}, what="f", besides=1)
    ['beta2']
    """
    # A problem that is made already can be called, too.
    if not callable(function) or isinstance(function, torch.nn.Module):
        raise TypeError(f"{what} must be a function of axes, got {function!r}")
    parameters = list(inspect.signature(function).parameters.values())[besides:]
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return list(axes)
    for p in parameters:
        if p.name not in axes and p.default is p.empty and p.kind is not p.VAR_POSITIONAL:
            raise TypeError(f"{what} takes {p.name}, which is no axis: add it, or give a default")
    names = {p.name for p in parameters}
    return [name for name in axes if name in names]


def points(axes: Axes, names: list[str]) -> Iterator[dict[str, Any]]:
    """Each combination of the values of the axes named, the last running fastest."""
    for values in product(*(axes[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def numbers(axes: Axes, names: list[str]) -> np.ndarray:
    """Of each cell of the grid, which of :func:`points` it has; flat.

    >>> numbers({"a": (0, 1), "b": (0, 1, 2)}, ["b"])
    array([0, 1, 2, 0, 1, 2])
    """
    shape = tuple(map(len, axes.values()))
    sizes = [len(axes[name]) for name in names]
    if not names:
        return np.zeros(prod(shape), np.int64)
    index = np.indices(shape)
    own = [index[list(axes).index(name)].ravel() for name in names]
    return np.ravel_multi_index(own, sizes)
