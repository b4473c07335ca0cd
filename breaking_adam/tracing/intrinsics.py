"""The functions that lines of the tape call, as Numba compiles them; names are ATen's or C's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import float32, float64
from numba.extending import intrinsic

from breaking_adam.rules import compilable
from breaking_adam.rules.bias_correction import bias_correction
from breaking_adam.rules.halves import HALVES


@intrinsic
def fma(_context, a, b, c):
    """a·b + c, rounded once."""
    wide = float64 if float64 in (a, b, c) else float32

    def code(context, builder, signature, arguments):
        given = zip(arguments, signature.args, strict=True)
        return builder.fma(*(context.cast(builder, each, kind, wide) for each, kind in given))

    return wide(a, b, c), code


@compilable
def power(a, b):
    """aᵇ."""
    return a**b


@compilable
def over(a, b):
    """A / b, without the division where b is 1."""
    return a / b if b != 1.0 else a


@compilable
def root(a):
    """√a, likewise."""
    return math.sqrt(a) if a != 1.0 else a


@compilable
def maximum(a, b):
    """The larger one; NaN if either is."""
    return a if a > b or a != a else b


@compilable
def minimum(a, b):
    """The smaller one; NaN if either is."""
    return a if a < b or a != a else b


@compilable
def choose(condition, a, b):
    """A where the condition holds, else b."""
    return a if condition else b


#: What generated code may use, by name.
NAMES: dict[str, Any] = {
    **{name: function for name, function in vars(math).items() if not name.startswith("_")},
    **{name: getattr(np, name) for name in ("rint", "floor", "ceil", "trunc")},
    "float32": float32,
    "float64": float64,
    "bias_correction": bias_correction,
    **{each.__name__: each for each in (power, over, root, maximum, minimum, choose)},
    "fma": fma,
    **{name: half.rounded for name, half in HALVES.items()},
}
