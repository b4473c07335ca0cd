"""The tape: what a step computes, a line an operation, each written once.

A line is an expression of the Python that Numba compiles, with a hole for each operand; operands
are the numbers of earlier lines. So the tape is in static single assignment form, and two values
are the same computation if and only if they are the same line.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple


class UnreadableError(Exception):
    """Why an optimizer's step cannot be read as a rule, in one line."""


class Line(NamedTuple):
    """An operation, such as ``{} + {}`` of two earlier lines; an input or a constant has none."""

    form: str
    operands: tuple[int, ...] = ()


BIAS_CORRECTION = "bias_correction({}, {})"

#: Operations on a number that is 1 in the long run, by those on any.
BY_CORRECTION = {"sqrt({})": "root({})", "{} / {}": "over({}, {})"}

#: The forms of lines that are 1 in the long run.
CORRECTIONS = {BIAS_CORRECTION, "root({})"}

#: Dtypes of 16 bits. ATen computes with them in float32, and rounds what an operation gives.
HALVES = ("bfloat16", "float16")


class Tape:
    """Lines in the order in which they were first computed."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.inputs: set[int] = set()
        #: The lines that are a half's numbers, with its dtype.
        self.halves: dict[int, str] = {}
        #: The numbers that a line was asked whether it is.
        self.asked: dict[int, list[float]] = {}
        self._numbers: dict[Line, int] = {}

    def write(self, form: str, *operands: int) -> int:
        """The number of the line, which is new unless it was written before."""
        line = self._simpler(Line(form, operands))
        number = self._numbers.setdefault(line, len(self.lines))
        if number == len(self.lines):
            self.lines.append(line)
        return number

    def find(self, form: str, *operands: int) -> int | None:
        """The number of the line, if it was written."""
        return self._numbers.get(Line(form, operands))

    def _simpler(self, line: Line) -> Line:
        """√x for x^½, and what is spared once a bias correction 1 − βᵗ is 1."""
        form, operands = line
        if form == ARITHMETIC["pow"] and self.known(operands[1]) == 0.5:
            form, operands = "sqrt({})", operands[:1]
        if form == ARITHMETIC["sub"] and self.known(operands[0]) == 1:
            power, factors = self.lines[operands[1]]
            if power == ARITHMETIC["pow"] and 0 < (self.known(factors[0]) or 0) < 1:
                return Line(BIAS_CORRECTION, factors)
        if form in BY_CORRECTION and self.lines[operands[-1]].form in CORRECTIONS:
            return Line(BY_CORRECTION[form], operands)
        return Line(form, operands)

    def known(self, line: int) -> float | None:
        """The number that a line is in every step, if it is one."""
        form, operands = self.lines[line]
        if form == "float32({})":
            form = self.lines[operands[0]].form
        try:
            return float(form)
        except ValueError:
            return None

    def input(self, name: str, dtype: str = "float64") -> Value:
        """A value that the step is given."""
        line = self.write(name)
        self.inputs.add(line)
        if dtype in HALVES:
            self.halves[line] = dtype
        return Value(self, line, dtype)

    def half(self, line: int, dtype: str) -> int:
        """The line of a float32, rounded to a half, which it may be already."""
        if self.halves.get(line) != dtype:
            line = self.write(f"{dtype}({{}})", line)
            self.halves[line] = dtype
        return line

    def constant(self, number: float, dtype: str = "float64") -> Value:
        """A value that is the same in every step."""
        if dtype == "bool":
            return Value(self, self.write(repr(bool(number))), dtype)
        line = self.write(repr(float(number)))
        return Value(self, self.write("float32({})", line) if dtype == "float32" else line, dtype)

    def needed(self, lines: Iterable[int], known: Container[int] = ()) -> list[int]:
        """The lines and all that they are computed from but for what is known, operands first."""
        found: set[int] = set()
        waiting = list(lines)
        while waiting:
            if (line := waiting.pop()) not in found and line not in known:
                found.add(line)
                waiting.extend(self.lines[line].operands)
        return sorted(found)

    def dependent(self, inputs: Iterable[int]) -> set[int]:
        """The lines that are computed from any of the inputs."""
        found = set(inputs)
        for number, line in enumerate(self.lines):
            if not found.isdisjoint(line.operands):
                found.add(number)
        return found

    def constants(self) -> set[int]:
        """The lines that are computed from no input."""
        return set(range(len(self.lines))) - self.dependent(self.inputs)


#: From a dtype to another: the form that converts. Whole numbers are doubles already.
CONVERSIONS = {
    ("bool", "int64"): "float64({})",
    ("bool", "float64"): "float64({})",
    ("bool", "float32"): "float32({})",
    ("int64", "bool"): "{} != 0",
    ("int64", "float64"): "{}",
    ("int64", "float32"): "float32({})",
    ("float32", "bool"): "{} != 0",
    ("float32", "int64"): "trunc({})",
    ("float32", "float64"): "float64({})",
    ("float64", "bool"): "{} != 0",
    ("float64", "int64"): "trunc({})",
    ("float64", "float32"): "float32({})",
}


if TYPE_CHECKING:

    def _operator(self: Value, other: Any, /) -> Value: ...
    def _unary(self: Value) -> Value: ...


class Value:
    """A value on the tape, of a dtype by torch's name: float64, float32, a half, int64 or bool.

    Integers are doubles that happen to be whole: no step counts beyond 2⁵³. Halves are floats that
    happen to be such. Arithmetic is between values of one dtype, and every operation is rounded to
    it; halves are converted to float32 before it, and back.
    """

    __slots__ = ("dtype", "line", "tape")

    def __init__(self, tape: Tape, line: int, dtype: str) -> None:
        self.tape, self.line, self.dtype = tape, line, dtype

    if TYPE_CHECKING:  # they are set below, from tables
        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _operator
        __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __pow__ = __rpow__ = _operator
        __lt__ = __le__ = __gt__ = __ge__ = _operator
        __neg__ = __abs__ = _unary

    def call(self, form: str, *others: Any, dtype: str | None = None) -> Value:
        """The form with this value and the others in its holes; of this dtype, or the one given."""
        dtype = dtype or self.dtype
        operands = (self.line, *(self.like(other).line for other in others))
        line = self.tape.write(form, *operands)
        if dtype == "float32":
            line = self.tape.write("float32({})", line)
        return Value(self.tape, line, dtype)

    def like(self, other: Any) -> Value:
        """The other as a value on the same tape: a plain number is a constant of this dtype."""
        return other if isinstance(other, Value) else self.tape.constant(other, self.dtype)

    def to(self, dtype: str) -> Value:
        """The value converted to a dtype."""
        if dtype == self.dtype:
            return self
        if self.dtype in HALVES:
            return Value(self.tape, self.line, "float32").to(dtype)
        if dtype in HALVES:
            return Value(self.tape, self.tape.half(self.to("float32").line, dtype), dtype)
        form = CONVERSIONS.get((self.dtype, dtype))
        if form is None:
            raise UnreadableError(f"it computes in {dtype}")
        line = self.line if form == "{}" else self.tape.write(form, self.line)
        return Value(self.tape, line, dtype)


#: Python's operators by the names of their methods.
ARITHMETIC = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "truediv": "{} / {}",
    "floordiv": "{} // {}",
    "mod": "{} % {}",
    "pow": "power({}, {})",
}
COMPARISONS = {
    "lt": "{} < {}",
    "le": "{} <= {}",
    "gt": "{} > {}",
    "ge": "{} >= {}",
    "eq": "{} == {}",
    "ne": "{} != {}",
}
UNARY = {"neg": "-{}", "abs": "abs({})"}


def _method(form: str, dtype: str | None = None, swap: bool = False) -> Callable[..., Value]:
    def method(self: Value, *others: Any) -> Value:
        if swap:
            return self.like(others[0]).call(form, self, dtype=dtype)
        return self.call(form, *others, dtype=dtype)

    return method


for _name, _form in {**ARITHMETIC, **UNARY}.items():
    setattr(Value, f"__{_name}__", _method(_form))
    setattr(Value, f"__r{_name}__", _method(_form, swap=True))
for _name, _form in COMPARISONS.items():
    setattr(Value, f"__{_name}__", _method(_form, "bool"))
