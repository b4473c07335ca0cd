"""The recording: a step runs for real, and each operation of ATen is written on the tape.

Values are known by their storage, so that views and what works in place need no care. A step
that cannot be recorded has happened to a twin, and the optimizer itself is as it was.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from breaking_adam.tracing.aten import POINTWISE, REDUCING, WIDE
from breaking_adam.tracing.numbers import Number, Trace, line_of, recorded_math
from breaking_adam.tracing.places import name_of
from breaking_adam.tracing.tape import HALVES, Tape, UnreadableError, Value

#: `math` is patched for the time of a recording, so there is one at a time.
_ONE_AT_A_TIME = threading.RLock()


def _limit(join: Any, clamp: Any) -> Callable[..., Any]:
    return lambda a, b: (join if isinstance(b, Tensor) else clamp)(a, b)


#: What a foreach does to one tensor, where the operation has another name or signature.
_SINGLES: dict[str, Callable[..., Any]] = {
    "addcmul": lambda a, b, c, value=1: torch.addcmul(a, b, c, value=value),
    "addcdiv": lambda a, b, c, value=1: torch.addcdiv(a, b, c, value=value),
    "maximum": _limit(torch.maximum, torch.clamp_min),
    "minimum": _limit(torch.minimum, torch.clamp_max),
    "norm": torch.linalg.vector_norm,
    "copy": lambda a, b, non_blocking=False: b.to(a.dtype),
    "zero": torch.zeros_like,
}


class Recording(Trace):
    """A step's lines, by the storages that hold their values."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape)
        #: The storages themselves are kept, so that no other takes the place of one.
        self._known: dict[int, tuple[Any, Value]] = {}
        #: The operations seen that join coordinates.
        self.joins: set[str] = set()

    def know(self, tensor: Tensor, value: Value) -> None:
        """From here on the tensor's memory holds the value."""
        storage = tensor.untyped_storage()
        self._known[storage._cdata] = storage, value.to(name_of(tensor.dtype))

    def of(self, tensor: Tensor) -> Value:
        """What the tensor's memory holds; a constant where nobody has seen it change."""
        if tensor.numel() != 1:
            raise UnreadableError(
                f"it makes a tensor of {tensor.numel()} numbers for one coordinate"
            )
        if found := self._known.get(tensor.untyped_storage()._cdata):
            return found[1]
        with torch._C.DisableTorchFunction():
            number = tensor.detach().item()
        return self.symbol(number).to(name_of(tensor.dtype))

    def held(self, leaf: Any) -> Value:
        """What a leaf of the optimizer holds, be it a number or a tensor."""
        return self.of(leaf) if isinstance(leaf, Tensor) else self.symbol(leaf)

    def knows(self, operand: Any) -> bool:
        """Whether the operand, or one within it, is known to the tape."""
        if isinstance(operand, (list, tuple)):
            return any(map(self.knows, operand))
        if isinstance(operand, Tensor):
            return operand.untyped_storage()._cdata in self._known
        return line_of(operand) is not None

    def run(self, optimizer: Optimizer) -> None:
        """Have the optimizer take a step, and write down what it does."""
        names = {kind.__module__ for kind in type(optimizer).__mro__[:-1]}
        modules = [sys.modules[name] for name in names if name in sys.modules]
        with _ONE_AT_A_TIME, recorded_math(self, modules), _Reads(self), _Operations(self):
            optimizer.step()

    def operation(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Let torch do the operation, and write what it did on the tape."""
        schema = func._schema
        name = schema.name.removeprefix("aten::")
        given = dict(zip((argument.name for argument in schema.arguments), args, strict=False))
        given |= kwargs
        if torch.Tag.nondeterministic_seeded in func.tags:
            raise UnreadableError(f"it draws random numbers ({name})")
        if not any(map(self.knows, given.values())):
            return func(*args, **kwargs)
        returned = [each.alias_info for each in schema.returns]
        if returned and all(alias and not alias.is_write for alias in returned):  # a view
            return func(*args, **kwargs)
        name = name.removesuffix("_") if not name.startswith("_local") else name
        template = POINTWISE.get(name) or REDUCING.get(name)
        if template is None:
            raise UnreadableError(f"there is no template for {name} of ATen")
        if name in REDUCING:
            self.joins.add(name)
        for argument in schema.arguments:
            if argument.name not in given and argument.has_default_value():
                given[argument.name] = argument.default_value
        arguments = {key: given[key] for key in _parameters(template) if key in given}
        # The operands as they are before an operation in place.
        operands = {key: self._operand(argument) for key, argument in arguments.items()}
        plain = [self.plain(argument) for argument in args]
        result = func(*plain, **{key: self.plain(value) for key, value in kwargs.items()})
        computed = _computed_in(result, plain)
        value = template(
            **{key: _cast(key, each, computed, name) for key, each in operands.items()}
        )
        return self._keep(result, value)

    def _operand(self, argument: Any) -> Any:
        """Tensors and scalars as values; everything else as it is."""
        if isinstance(argument, (list, tuple)):
            return [self._operand(each) for each in argument]
        if isinstance(argument, Tensor):
            return self.of(argument)
        return self.symbol(argument) if isinstance(argument, (int, float)) else argument

    def plain(self, argument: Any) -> Any:
        if isinstance(argument, (list, tuple)):
            return type(argument)([self.plain(each) for each in argument])
        return self.value(argument)

    def _keep(self, result: Any, value: Any) -> Any:
        """Know the result by its value; a number becomes a stand-in, an answer a guard."""
        if isinstance(result, Tensor):
            self.know(result, value)
            return result
        if isinstance(result, bool):
            return self.answer(value, result)
        if isinstance(result, (int, float)):
            return self.number(value.to("float64"), result)
        # Of max and its like the second result, an index, stays unknown.
        for each, its_value in zip(
            result, value if isinstance(value, tuple) else [value], strict=False
        ):
            self.know(each, its_value)
        return result


@cache
def _parameters(template: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(template).parameters)


def _computed_in(result: Any, arguments: Iterable[Any]) -> str:
    """The dtype of an operation's arithmetic: of its result, or of what a question compares."""
    first = result[0] if isinstance(result, (list, tuple)) else result
    if isinstance(first, Tensor) and first.dtype != torch.bool:
        return name_of(first.dtype)
    tensors: list[Any] = [each for each in arguments if isinstance(each, (Tensor, int, float))][:2]
    if len(tensors) == 2:
        return name_of(torch.result_type(*tensors))
    return name_of(tensors[0].dtype) if tensors and isinstance(tensors[0], Tensor) else "float64"


def _cast(name: str, operand: Any, dtype: str, operation: str) -> Any:
    """An operand as the operation takes it; halves as the floats that ATen computes with."""
    if isinstance(operand, list):
        return [_cast(name, each, dtype, operation) for each in operand]
    if not isinstance(operand, Value) or name in ("condition", "mask", "indices"):
        return operand
    if dtype not in HALVES:
        return operand.to(dtype)
    return (operand if operation in WIDE else operand.to(dtype)).to("float32")


class _Operations(TorchDispatchMode):
    """Hands every operation of ATen to the recording."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = func._schema.name.removeprefix("aten::")
        if not name.startswith("_foreach_"):
            return self.recording.operation(func, args, kwargs)
        with self:
            return _unrolled(name.removeprefix("_foreach_"), args, kwargs)


def _unrolled(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Tensor] | None:
    """A foreach, tensor by tensor."""
    base = name.removesuffix("_")
    single = _SINGLES.get(base) or getattr(torch.ops.aten, base)
    rows = [
        [each[k] if isinstance(each, list) else each for each in args] for k in range(len(args[0]))
    ]
    results = [single(*row, **kwargs) for row in rows]
    if name == base:
        return results
    for row, result in zip(rows, results, strict=True):
        row[0].copy_(result)
    return None


class _Reads(TorchFunctionMode):
    """Has numbers that leave a tensor be stand-ins, and takes stand-ins into new ones."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        recording = self.recording
        if func in (Tensor.__bool__, Tensor.is_nonzero, torch.is_nonzero):
            return bool(self._number(args[0]))
        if func in (Tensor.__int__, Tensor.__index__):
            return int(self._number(args[0]))
        if func is Tensor.item:
            return self._number(args[0])
        if func is Tensor.__float__:
            return float(self._number(args[0]))
        if func in (torch.tensor, torch.as_tensor) and recording.knows(args[0]):
            return self._tensor(func, *args, **kwargs)
        return func(*args, **kwargs)

    def _tensor(self, func: Any, data: Any, *args: Any, **kwargs: Any) -> Tensor:
        """A new tensor of a stand-in."""
        number = data[0] if isinstance(data, (list, tuple)) and len(data) == 1 else data
        if line_of(number) is None:
            return func(data, *args, **kwargs)
        tensor = func(self.recording.plain(data), *args, **kwargs)
        self.recording.know(tensor, self.recording.symbol(number))
        return tensor

    def _number(self, tensor: Tensor) -> Any:
        """The tensor's one number; a stand-in where the tape knows it."""
        number = torch.ops.aten._local_scalar_dense(tensor)
        line = line_of(number)
        if line is None:
            return number
        return Number(self.recording, Value(self.recording.tape, line, "float64"))
