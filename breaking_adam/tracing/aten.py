"""The operations of ATen, for one coordinate.

A template is what an operation does to tensors of one element. It names the arguments that it
needs as the operation's schema does. Tensors and scalars come as values of the dtype that the
operation computes in, which is the result's; templates round as ATen's kernels for the CPU do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from breaking_adam.tracing.numbers import FUNCTIONS
from breaking_adam.tracing.tape import COMPARISONS, UnreadableError, Value

Template = Callable[..., Any]


def _constant(value: Value) -> float | None:
    """The number that a value is in every step, if it is one."""
    return value.tape.known(value.line)


def _fma(a: Value, b: Value, c: Value) -> Value:
    """a·b + c, as ATen's vectors do it: in one rounding. Where a is ±1 the sum is the rounding."""
    match _constant(a):
        case 1.0:
            return c + b
        case -1.0:
            return c - b
    return a.call("fma({}, {}, {})", b, c)


def _lerp(self: Value, end: Value, weight: Value) -> Value:
    # From the nearer end, so that a weight of 1 arrives at the other.
    near = _fma(weight, end - self, self)
    far = _fma(weight - 1, end - self, end)
    if (known := _constant(weight)) is not None:
        return near if abs(known) < 0.5 else far
    return _where(abs(weight) < 0.5, near, far)


#: The powers that ATen does not leave to the C library.
POWERS: dict[float | None, Callable[[Value], Value]] = {
    0.0: lambda x: x.like(1.0),
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    0.5: lambda x: x.call("sqrt({})"),
    -0.5: lambda x: 1 / x.call("sqrt({})"),
    -1.0: lambda x: 1 / x,
    -2.0: lambda x: 1 / (x * x),
}


def _pow(self: Value, exponent: Value) -> Value:
    return POWERS.get(_constant(exponent), lambda x: x**exponent)(self)


def _div(self: Value, other: Value, rounding_mode: str | None = None) -> Value:
    quotient = self / other
    return quotient if rounding_mode is None else quotient.call(f"{rounding_mode}({{}})")


def _clamp(self: Value, min: Value | None = None, max: Value | None = None) -> Value:  # noqa: A002
    self = self if min is None else self.call("maximum({}, {})", min)
    return self if max is None else self.call("minimum({}, {})", max)


def _where(condition: Value, self: Value, other: Value) -> Value:
    return condition.call("choose({}, {}, {})", self, other, dtype=self.dtype)


def _sign(self: Value) -> Value:
    one, zero, minus_one = (self.like(number) for number in (1.0, 0.0, -1.0))
    return _where(self > 0.0, one, _where(self < 0.0, minus_one, zero))


def _close(self: Value, other: Value, rtol: float, atol: float) -> Value:
    return abs(self - other) <= atol + rtol * abs(other)


def _finite(self: Value, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Value:
    largest = torch.finfo(getattr(torch, self.dtype)).max
    high, low = (
        self.like(bound if given is None else given)
        for given, bound in ((posinf, largest), (neginf, -largest))
    )
    known = _where(self.call("isnan({})", dtype="bool"), self.like(nan or 0.0), self)
    return _where(known > largest, high, _where(known < -largest, low, known))


def _norm(self: Value, ord: Value) -> Value:  # noqa: A002 - ATen's name
    if _constant(ord) == 0:
        raise UnreadableError("it counts what is not zero")
    return abs(self)


def _only(tensors: list[Value]) -> Value:
    if len(tensors) != 1:
        raise UnreadableError(f"it makes one tensor of {len(tensors)}")
    return tensors[0]


def _same(self: Value) -> Value:
    return self


def _function(form: str) -> Template:
    return lambda self: self.call(form)


def _pair(form: str, dtype: str | None = None) -> Template:
    return lambda self, other: self.call(form, other, dtype=dtype)


def _question(form: str) -> Template:
    return lambda self: self.call(form, dtype="bool")


#: Operations of each coordinate by itself, by ATen's names, without the underscore of those that
#: work in place.
POINTWISE: dict[str, Template] = {
    # Arithmetic
    "add": lambda self, other, alpha: _fma(alpha, other, self),
    "sub": lambda self, other, alpha: _fma(-alpha, other, self),
    "rsub": lambda self, other, alpha: _fma(-alpha, self, other),
    "mul": lambda self, other: self * other,
    "div": _div,
    "floor_divide": lambda self, other: self // other,
    "remainder": lambda self, other: self % other,
    "neg": lambda self: -self,
    "abs": lambda self: abs(self),
    "lerp": _lerp,
    "addcmul": lambda self, tensor1, tensor2, value: _fma(value * tensor1, tensor2, self),
    "addcdiv": lambda self, tensor1, tensor2, value: self + value * tensor1 / tensor2,
    # Functions
    **{name: _function(form) for name, form in FUNCTIONS.items()},
    "pow": _pow,
    "rsqrt": lambda self: 1 / self.call("sqrt({})"),
    "reciprocal": lambda self: 1 / self,
    "sigmoid": lambda self: 1 / (1 + (-self).call("exp({})")),
    "relu": lambda self: self.call("maximum({}, {})", 0.0),
    **dict.fromkeys(("sign", "sgn"), _sign),
    "floor": _function("floor({})"),
    "ceil": _function("ceil({})"),
    "trunc": _function("trunc({})"),
    "round": _function("rint({})"),
    "maximum": _pair("maximum({}, {})"),
    "minimum": _pair("minimum({}, {})"),
    "atan2": _pair("atan2({}, {})"),
    "hypot": _pair("hypot({}, {})"),
    "copysign": _pair("copysign({}, {})"),
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    # Choices
    **{name: _pair(form, "bool") for name, form in COMPARISONS.items()},
    **{name: _question(f"{name}({{}})") for name in ("isnan", "isinf", "isfinite")},
    **{f"{kind}_and": _pair("{} and {}") for kind in ("logical", "bitwise")},
    **{f"{kind}_or": _pair("{} or {}") for kind in ("logical", "bitwise")},
    **{f"{kind}_not": _question("not {}") for kind in ("logical", "bitwise")},
    "where": _where,
    "masked_fill": lambda self, mask, value: _where(mask, value, self),
    "index_put": lambda self, indices, values: _where(_only(indices), values, self),
    "isclose": _close,
    "nan_to_num": _finite,
    # Copies and fresh tensors
    "clone": _same,
    "_to_copy": _same,
    "_unsafe_view": _same,
    "lift_fresh": _same,
    "_local_scalar_dense": _same,
    "copy": lambda src: src,
    "fill": lambda value: value,
    "full": lambda fill_value: fill_value,
    "full_like": lambda fill_value: fill_value,
    "scalar_tensor": lambda s: s,
    "zero": lambda self: self.like(0.0),
    **{f"{kind}_like": lambda self: self.like(0.0) for kind in ("zeros", "empty")},
    **{f"new_{kind}": lambda self: self.like(0.0) for kind in ("zeros", "empty")},
    **{name: lambda self: self.like(1.0) for name in ("ones_like", "new_ones")},
}

#: Operations that join coordinates, as they are for one by itself.
REDUCING: dict[str, Template] = {
    **dict.fromkeys(("sum", "mean", "amax", "amin", "max", "min", "prod", "median"), _same),
    **dict.fromkeys(("any", "all", "nansum", "cumsum"), _same),
    "dot": lambda self, tensor: self * tensor,
    **{name: lambda self, mat2: self * mat2 for name in ("mm", "bmm")},
    "mv": lambda self, vec: self * vec,
    "addmm": lambda self, mat1, mat2, beta, alpha: beta * self + alpha * (mat1 * mat2),
    "baddbmm": lambda self, batch1, batch2, beta, alpha: beta * self + alpha * (batch1 * batch2),
    "norm": lambda self, p: _norm(self, self.like(2.0) if p is None else p),
    "linalg_vector_norm": _norm,
    "aminmax": lambda self: (self, self),
    "equal": _pair(COMPARISONS["eq"], "bool"),
    "allclose": _close,
    "cat": _only,
    "stack": _only,
}

#: Operations that take a number beside a half as a float32, where others round it to the half.
WIDE = {"mul", "div", "lerp", "addcmul", "addcdiv"}
