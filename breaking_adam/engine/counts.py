"""Counts of steps, each in a tensor of its own, all counted on at once.

To torch each is an operation, which for a network of many small parameters come to more than the
rest of what Python does in a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
import torch
from numba import types
from torch import Tensor

from breaking_adam.engine.compilation import jit
from breaking_adam.engine.memory import pointer_to

KIND = attrgetter("dtype", "is_cpu")
TYPES = {(torch.float32, True): types.float32, (torch.float64, True): types.float64}


def count(steps: Sequence[Tensor]) -> float | None:
    """Add 1 to each, and give the number that it then is; None if they differ.

    >>> steps = [torch.tensor(4.0), torch.tensor(4.0)]
    >>> count(steps), count([*steps, torch.tensor(0.0)]), steps
    (5.0, None, [tensor(6.), tensor(6.)])
    """
    kinds = {*map(KIND, steps)}
    if len(kinds) > 1 or (kind := kinds.pop()) not in TYPES:
        torch._foreach_add_(list(steps), 1)
        return None
    addresses = np.array([*map(Tensor.data_ptr, steps)])
    number, same = _counter(TYPES[kind])(addresses)
    return number if same else None


@cache
def _counter(element: Any) -> Any:
    """(addresses) -> (the first number after it is counted on, whether all are that)."""
    pointer = pointer_to(element)

    @jit(element)
    def counted(addresses):
        first, same = pointer(addresses[0])[0] + element(1), True
        for address in addresses:
            number = pointer(address)
            number[0] += element(1)
            same = same and number[0] == first
        return first, same

    return counted
