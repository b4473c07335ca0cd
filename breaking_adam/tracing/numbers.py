"""Numbers that know their expression.

A ``Number`` stands in for a Python number while a step is recorded. It has a value, as every
number does, and a line of the tape. What Python does with it is written there, and what Python
asks of it (``step > 5``) is a guard: the rest of the record holds only where the answer is the
same.

Numbers have to find their way through torch's C++, as the ``alpha`` of an ``add``, which keeps
nothing of an object but the 64 bits of its float. So these bits are a signalling NaN that carries
the line. Moves keep it; arithmetic that nobody recorded makes it a quiet NaN, so that a leak is
seen instead of becoming a constant.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, ModuleType
from typing import Any

from breaking_adam.tracing.tape import (
    ARITHMETIC,
    COMPARISONS,
    UNARY,
    Tape,
    UnreadableError,
    Value,
)

#: The upper half of the bits: a signalling NaN, and a signature.
_SIGNATURE = 0x7FF0_5A5A


class Trace:
    """What a step has been seen to do: lines on the tape, their values in this step, guards."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.values: dict[int, Any] = {}
        #: What was asked, as lines of the tape, with the answers; in the order of asking.
        self.guards: dict[int, bool] = {}

    def number(self, symbol: Value, value: Any) -> Any:
        """A stand-in for the value, which is what the symbol is in this step."""
        self.values[symbol.line] = value
        return Number(self, symbol)

    def answer(self, question: Value, value: bool) -> bool:
        """Note what was asked and answered."""
        self.guards.setdefault(question.line, value)
        return value

    def symbol(self, number: Any) -> Value:
        """The number as a value on the tape, where a plain one is a constant."""
        if (line := line_of(number)) is not None:
            return Value(self.tape, line, "float64")
        if isinstance(number, float) and math.isnan(number):
            raise UnreadableError("a number left Python's arithmetic unrecorded")
        return self.tape.constant(number, "bool" if isinstance(number, bool) else "float64")

    def value(self, number: Any) -> Any:
        """The plain number that this one stands in for."""
        line = line_of(number)
        return number if line is None else self.values[line]

    def call(self, function: Callable[..., Any], form: str, *operands: Any) -> Any:
        """The function of numbers, of which one at least is a stand-in."""
        first, *rest = map(self.symbol, operands)
        value = function(*map(self.value, operands))
        if isinstance(value, bool):
            return self.answer(first.call(form, *rest, dtype="bool"), value)
        return self.number(first.call(form, *rest), value)


def line_of(number: Any) -> int | None:
    """The line that a float's bits carry, if any."""
    if not isinstance(number, float):
        return None
    signature, line = struct.unpack(">II", struct.pack(">d", number))
    return line if signature == _SIGNATURE else None


class Number(float):
    """A float that is a line of the tape."""

    __slots__ = ("symbol", "trace")

    symbol: Value
    trace: Trace

    def __new__(cls, trace: Trace, symbol: Value) -> Number:
        bits = struct.pack(">II", _SIGNATURE, symbol.line)
        number = super().__new__(cls, struct.unpack(">d", bits)[0])
        number.trace, number.symbol = trace, symbol
        return number

    def __bool__(self) -> bool:
        return self != 0

    def __int__(self) -> int:
        return int(self._known())

    __index__ = __trunc__ = __int__

    def __float__(self) -> float:
        # An exact float of the same bits: what is done with it is checked for by `symbol`.
        return struct.unpack(">d", struct.pack(">II", _SIGNATURE, self.symbol.line))[0]

    def __hash__(self) -> int:
        return hash(self._known())

    def __round__(self, digits: Any = None) -> Any:
        if digits is not None:
            raise UnreadableError("it rounds a number to decimal digits")
        return self.trace.call(round, "rint({})", self)

    def __floor__(self) -> Any:
        return self.trace.call(math.floor, "floor({})", self)

    def __ceil__(self) -> Any:
        return self.trace.call(math.ceil, "ceil({})", self)

    def __format__(self, spec: str) -> str:
        return format(self.trace.value(self), spec)

    def __repr__(self) -> str:
        return repr(self.trace.value(self))

    def __copy__(self) -> Number:
        return self

    def __deepcopy__(self, _: Any) -> Number:
        return self

    def _known(self) -> Any:
        """The value itself, by guards: it is none of those before, but this one."""
        value = self.trace.value(self)
        asked = self.trace.tape.asked.setdefault(self.symbol.line, [])
        if value not in asked:
            asked.append(value)
        for each in asked[: asked.index(value) + 1]:
            question = self.symbol.call(COMPARISONS["eq"], float(each), dtype="bool")
            self.trace.answer(question, each == value)
        return value


def _method(function: Callable[..., Any], form: str, swap: bool = False) -> Callable[..., Any]:
    def method(self: Number, *others: Any) -> Any:
        if not all(isinstance(other, (int, float)) for other in others):
            return NotImplemented
        return self.trace.call(function, form, *((*others, self) if swap else (self, *others)))

    return method


for _name, _form in {**ARITHMETIC, **COMPARISONS, **UNARY}.items():
    setattr(Number, f"__{_name}__", _method(getattr(operator, _name), _form))
for _name, _form in ARITHMETIC.items():
    setattr(Number, f"__r{_name}__", _method(getattr(operator, _name), _form, swap=True))

#: The functions of Python's ``math`` that a step may call, and how they are written on the tape.
FUNCTIONS = {
    name: f"{name}({{}})"
    for name in (
        *("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10"),
        *("sin", "cos", "tan", "tanh", "atan", "erf", "fabs", "isnan", "isinf", "isfinite"),
    )
} | {"pow": ARITHMETIC["pow"]}


@contextmanager
def recorded_math(trace: Trace, modules: Iterable[ModuleType] = ()) -> Iterator[None]:
    """Have Python's ``math`` take stand-ins; with plain numbers it does as ever.

    So do the modules, which may have imported from it.
    """

    def recorded(function: Callable[..., Any], form: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            numbers = [each.item() if hasattr(each, "item") else each for each in arguments]
            if all(line_of(number) is None for number in numbers):
                return function(*arguments)
            return trace.call(function, form, *numbers)

        return call

    forms = {getattr(math, name): form for name, form in FUNCTIONS.items()}
    originals = [
        (module, name, value)
        for module in (math, *modules)
        for name, value in list(vars(module).items())
        if isinstance(value, BuiltinFunctionType) and value in forms
    ]
    try:
        for module, name, function in originals:
            setattr(module, name, recorded(function, forms[function]))
        yield
    finally:
        for module, name, function in originals:
            setattr(module, name, function)
