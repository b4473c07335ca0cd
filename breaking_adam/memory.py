"""The memory of tensors, as compiled code sees it: rows of numbers that begin at an address.

Halves (float16 and bfloat16), which Numba does not know, are widened to float32 as they are read
and rounded to nearest, ties to even, as they are written.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numba
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


class Rows(NamedTuple):
    """Compiled helpers for n tensors at once; Numba has no comprehension over tuples."""

    at: Any  # (addresses, k, width) -> a tuple of arrays, coordinates k to k + width of each
    load: Any  # (arrays, j) -> a tuple of numbers
    write: Any  # (arrays, work, width): array[j] = work[i, j] for each array and j < width


def _pointer(_: Any, address: Any, element: Any) -> Any:
    target = types.CPointer(element.dtype)

    def code(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(target))

    return target(address, element), code


pointer: Any = intrinsic(_pointer)


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


@cache
def rows(n: int, storage: str) -> Rows:
    """The helpers for n tensors of one storage type."""
    if n == 0:
        empty = compilable(lambda *_: ())
        return Rows(empty, empty, empty)
    at_rest, load_rest, write_rest = rows(n - 1, storage)
    element, size, widen, shrink = STORAGE[storage]
    i = n - 1

    @compilable
    def at(addresses: Any, k: Any, width: Any) -> Any:
        array = numba.carray(pointer(addresses[i] + size * k, element), width)
        return at_rest(addresses, k, width) + (array,)  # noqa: RUF005 - Numba's subset

    @compilable
    def load(arrays: Any, j: Any) -> Any:
        return load_rest(arrays, j) + (widen(arrays[i][j]),)  # noqa: RUF005

    @compilable
    def write(arrays: Any, work: Any, width: Any) -> Any:
        write_rest(arrays, work, width)
        for j in range(width):
            arrays[i][j] = shrink(work[i, j])

    return Rows(at, load, write)
