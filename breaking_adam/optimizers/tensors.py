"""The tensor operations that a step is made of, on one tensor or on a list of them.

A step written once with these runs as torch's loop over parameters or as its foreach.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor


class Operations(NamedTuple):
    """Names are torch's; those that end in an underscore change their first argument."""

    neg: Any
    add: Any
    sqrt: Any
    div: Any
    add_: Any
    mul_: Any
    lerp_: Any
    maximum_: Any
    addcmul_: Any
    addcdiv_: Any


def _maximum_(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x, y, out=x)


LOOP = Operations(
    torch.neg,
    torch.add,
    torch.sqrt,
    torch.div,
    Tensor.add_,
    Tensor.mul_,
    Tensor.lerp_,
    _maximum_,
    Tensor.addcmul_,
    Tensor.addcdiv_,
)

FOREACH = Operations(*(getattr(torch, f"_foreach_{name}") for name in Operations._fields))
