"""The memory of tensors, as compiled code sees it: columns of numbers that begin at an address.

Halves (float16 and bfloat16), which Numba does not know, are widened to float32 as they are read
and rounded to nearest, ties to even, as they are written.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.extending import register_jitable as compilable


class Storage(NamedTuple):
    """How a floating-point type lies in memory."""

    type: Any  # Numba's type of what lies there
    bytes: int
    widen: Any  # from it to the number
    shrink: Any  # and back


class Columns(NamedTuple):
    """Compiled helpers for n tensors at once; Numba has no comprehension over tuples."""

    at: Any  # addresses -> a tuple of pointers
    load: Any  # (pointers, j) -> a tuple of numbers
    store: Any  # (pointers, j, numbers): pointer[j] = number for each


@cache
def pointer_to(element: Any) -> Any:
    """Compiled helper: an address -> a pointer to numbers of Numba's type ``element``."""
    target = types.CPointer(element)

    @intrinsic
    def pointer(_context: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(target))

        return target(address), code

    return pointer


def _conversion(result: Any, build: Any) -> Any:
    """An intrinsic of one argument from the instructions that make its result."""

    @intrinsic
    def convert(_context: Any, argument: Any) -> Any:
        return result(argument), lambda _, builder, __, arguments: build(builder, *arguments)

    return convert


def _bfloat16(builder: Any, x: Any) -> Any:
    bits = builder.bitcast(x, I32)
    last_kept = builder.and_(builder.lshr(bits, I32(16)), I32(1))
    rounded = builder.lshr(builder.add(bits, builder.add(last_kept, I32(0x7FFF))), I32(16))
    return builder.trunc(
        builder.select(builder.fcmp_unordered("uno", x, x), I32(0x7FC0), rounded), I16
    )


I16, I32, F16, F32 = ir.IntType(16), ir.IntType(32), ir.HalfType(), ir.FloatType()
_identity = compilable(lambda x: x)

STORAGE = {
    "float64": Storage(types.float64, 8, _identity, _identity),
    "float32": Storage(types.float32, 4, _identity, _identity),
    "float16": Storage(
        types.uint16,
        2,
        _conversion(types.float32, lambda b, bits: b.fpext(b.bitcast(bits, F16), F32)),
        _conversion(types.uint16, lambda b, x: b.bitcast(b.fptrunc(x, F16), I16)),
    ),
    # The upper half of a float32.
    "bfloat16": Storage(
        types.uint16,
        2,
        _conversion(
            types.float32, lambda b, bits: b.bitcast(b.shl(b.zext(bits, I32), I32(16)), F32)
        ),
        _conversion(types.uint16, _bfloat16),
    ),
}


def _apart(instruction: Any, module: Any, i: int, n: int) -> None:
    """Tell LLVM that column i of n overlaps none of the others, which it could not know.

    https://llvm.org/docs/LangRef.html#noalias-and-alias-scope-metadata
    """
    domain = module.add_metadata(["columns"])
    scopes = [module.add_metadata([f"column {k}", domain]) for k in range(n)]
    instruction.set_metadata("alias.scope", module.add_metadata([scopes[i]]))
    others = scopes[:i] + scopes[i + 1 :]
    if others:
        instruction.set_metadata("noalias", module.add_metadata(others))


def _column(i: int, n: int, element: Any) -> tuple[Any, Any]:
    """(pointer, j) -> pointer[j], and (pointer, j, value): pointer[j] = value, in column i of n."""

    @intrinsic
    def read(_context: Any, pointer: Any, j: Any) -> Any:
        def code(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
            place, k = arguments
            number = builder.load(builder.gep(place, [k]))
            _apart(number, builder.module, i, n)
            return number

        return element(pointer, j), code

    @intrinsic
    def write(_context: Any, pointer: Any, j: Any, value: Any) -> Any:
        def code(_: Any, builder: Any, __: Any, arguments: Any) -> None:
            place, k, number = arguments
            _apart(builder.store(number, builder.gep(place, [k])), builder.module, i, n)

        return types.void(pointer, j, element), code

    return read, write


@cache
def columns(n: int, storage: str, among: int | None = None) -> Columns:
    """The helpers for the first n of the tensors that a pass touches, of one storage type.

    The caller sees to it that they do not overlap. ``among`` is how many they are; n if None.
    """
    among = n if among is None else among
    if n == 0:
        empty = compilable(lambda *_: ())
        return Columns(empty, empty, empty)
    at_rest, load_rest, store_rest = columns(n - 1, storage, among)
    element, _, widen, shrink = STORAGE[storage]
    pointer, i = pointer_to(element), n - 1
    read, write = _column(i, among, element)

    @compilable
    def at(addresses: Any) -> Any:
        return at_rest(addresses) + (pointer(addresses[i]),)  # noqa: RUF005 - Numba's subset

    @compilable
    def load(pointers: Any, j: Any) -> Any:
        return load_rest(pointers, j) + (widen(read(pointers[i], j)),)  # noqa: RUF005

    @compilable
    def store(pointers: Any, j: Any, numbers: Any) -> None:
        store_rest(pointers, j, numbers)
        write(pointers[i], j, shrink(numbers[i]))

    return Columns(at, load, store)
