"""The memory of tensors, as compiled code sees it: columns of words that begin at an address.

Halves are widened to float32 as they are read, and rounded as they are written. A word holds a
number, or two: of two bfloat16 each is the upper half of a float32 where it lies or 16 bits
further up, and vector units need not move it anywhere else.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from numba import types
from numba.extending import intrinsic

from breaking_adam.rules.halves import HALVES, PAIR
from breaking_adam.support.compilable import compilable


class Storage(NamedTuple):
    """How a floating-point type lies in memory."""

    type: Any  # Numba's type of a word
    bytes: int  # of a number, and of what its address is a multiple of
    widen: Any  # from the word to the number, or to both
    shrink: Any  # and back


class Columns(NamedTuple):
    """Compiled helpers for n tensors at once; Numba has no comprehension over tuples."""

    at: Any  # (addresses, begin) -> a tuple of pointers, so many bytes from there
    load: Any  # (pointers, j) -> a tuple of numbers, or of pairs of them
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


_identity = compilable(lambda x: x)

STORAGE = {
    "float64": Storage(types.float64, 8, _identity, _identity),
    "float32": Storage(types.float32, 4, _identity, _identity),
    **{name: Storage(types.uint16, 2, half.widen, half.shrink) for name, half in HALVES.items()},
}

#: Those of which a word may hold two.
PAIRS = {"bfloat16": Storage(types.uint32, 2, PAIR.widen, PAIR.shrink)}


def _widen_vectors(_context: Any) -> Any:
    """Have loops of this function use vectors as wide as there are.

    On some processors LLVM prefers half that width, for the sake of the clock. A pass waits for
    memory, and asks for more of it at once the fewer instructions it takes.
    """

    def code(context: Any, builder: Any, __: Any, ___: Any) -> Any:
        # llvmlite's own list has the attributes without a value alone.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), code


widest_vectors: Any = intrinsic(_widen_vectors)


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


def _column(i: int, n: int, storage: Storage) -> tuple[Any, Any]:
    """(pointer, j) -> pointer[j], and (pointer, j, value): pointer[j] = value, in column i of n."""
    element, align = storage.type, storage.bytes

    @intrinsic
    def read(_context: Any, pointer: Any, j: Any) -> Any:
        def code(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
            place, k = arguments
            number = builder.load(builder.gep(place, [k]), align=align)
            _apart(number, builder.module, i, n)
            return number

        return element(pointer, j), code

    @intrinsic
    def write(_context: Any, pointer: Any, j: Any, value: Any) -> Any:
        def code(_: Any, builder: Any, __: Any, arguments: Any) -> None:
            place, k, number = arguments
            stored = builder.store(number, builder.gep(place, [k]), align=align)
            _apart(stored, builder.module, i, n)

        return types.void(pointer, j, element), code

    return read, write


@cache
def columns(n: int, storage: Storage, among: int | None = None) -> Columns:
    """The helpers for the first n of the tensors that a pass touches, of one storage.

    The caller sees to it that they do not overlap. ``among`` is how many they are; n if None.
    """
    among = n if among is None else among
    if n == 0:
        empty = compilable(lambda *_: ())
        return Columns(empty, empty, empty)
    at_rest, load_rest, store_rest = columns(n - 1, storage, among)
    widen, shrink = storage.widen, storage.shrink
    pointer, i = pointer_to(storage.type), n - 1
    read, write = _column(i, among, storage)

    @compilable
    def at(addresses: Any, begin: Any) -> Any:
        return at_rest(addresses, begin) + (pointer(addresses[i] + begin),)  # noqa: RUF005

    @compilable
    def load(pointers: Any, j: Any) -> Any:
        return load_rest(pointers, j) + (widen(read(pointers[i], j)),)  # noqa: RUF005 - Numba's subset

    @compilable
    def store(pointers: Any, j: Any, numbers: Any) -> None:
        store_rest(pointers, j, numbers)
        write(pointers[i], j, shrink(numbers[i]))

    return Columns(at, load, store)
