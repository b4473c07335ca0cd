"""Halves, float16 and bfloat16, which Numba does not know: to float32 and back, compiled.

They are widened to float32 without loss, and rounded to nearest, ties to even, on their way back.
A half lies in memory as an unsigned integer of 16 bits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from breaking_adam.support.compilable import compilable

I16, I32, F16, F32 = ir.IntType(16), ir.IntType(32), ir.HalfType(), ir.FloatType()


class Half(NamedTuple):
    """Compiled functions of a half."""

    widen: Any  # its bits -> the number, a float32
    shrink: Any  # a float32 -> the bits of the half that is nearest
    rounded: Any  # a float32 -> the nearest half, as a float32


def _conversion(result: Any, build: Any) -> Any:
    """An intrinsic of one argument from the instructions that make its result."""

    @intrinsic
    def convert(_context: Any, argument: Any) -> Any:
        return result(argument), lambda _, builder, __, arguments: build(builder, *arguments)

    return convert


def _half(widen: Any, shrink: Any) -> Half:
    """The functions, from the instructions for either way."""
    wide, narrow = _conversion(types.float32, widen), _conversion(types.uint16, shrink)

    @compilable
    def rounded(x):
        return wide(narrow(types.float32(x)))

    return Half(wide, narrow, rounded)


def _rounded(builder: Any, x: Any) -> Any:
    """A float32's bits, of which the upper half is rounded and the lower one means nothing."""
    bits = builder.bitcast(x, I32)
    last_kept = builder.and_(builder.lshr(bits, I32(16)), I32(1))
    rounded = builder.add(bits, builder.add(last_kept, I32(0x7FFF)))
    return builder.select(builder.fcmp_unordered("uno", x, x), I32(0x7FC0_0000), rounded)


#: By torch's name.
HALVES = {
    "float16": _half(
        lambda b, bits: b.fpext(b.bitcast(bits, F16), F32),
        lambda b, x: b.bitcast(b.fptrunc(x, F16), I16),
    ),
    "bfloat16": _half(
        lambda b, bits: b.bitcast(b.shl(b.zext(bits, I32), I32(16)), F32),
        lambda b, x: b.trunc(b.lshr(_rounded(b, x), I32(16)), I16),
    ),
}


class Pair(NamedTuple):
    """Compiled functions of two halves in a word of 32 bits."""

    widen: Any  # the word -> both numbers, which are float32
    shrink: Any  # and back


def _pair() -> Pair:
    """Of two bfloat16."""
    upper = I32(0xFFFF_0000)
    low = _conversion(types.float32, lambda b, word: b.bitcast(b.shl(word, I32(16)), F32))
    high = _conversion(types.float32, lambda b, word: b.bitcast(b.and_(word, upper), F32))
    rounded = _conversion(types.uint32, _rounded)

    @compilable
    def widen(word):
        return low(word), high(word)

    @compilable
    def shrink(numbers):
        below, above = rounded(numbers[0]), rounded(numbers[1])
        return types.uint32((below >> 16) | (above & 0xFFFF_0000))

    return Pair(widen, shrink)


PAIR = _pair()
