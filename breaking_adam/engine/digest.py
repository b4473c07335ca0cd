"""What a function does, as a number: a digest of its code and of all that the code refers to."""

from __future__ import annotations

import builtins
import hashlib
import inspect
import types
from collections.abc import Iterator
from importlib import metadata
from typing import Any

import numba
import numpy as np
from numba.core.dispatcher import Dispatcher
from numba.core.extending import _Intrinsic

#: Packages of which the version says what their functions do.
VERSIONED = {"numpy", "numba", "llvmlite"}


class UnknownContentError(Exception):
    """Something whose content cannot be told."""


def digest(*parts: Any) -> str:
    """A digest of functions, plain values and tuples of them, by content and not by name.

    A function's content is its code, its defaults, and what its closure and its globals hold,
    functions among them followed in the same way. So two closures of one name over other
    constants have other digests, and a rule written twice in the same words has one.

    Raises:
        UnknownContentError: if a part refers to an object whose content cannot be told.

    >>> def times(a):
    ...     return lambda x: a * x
    >>> digest(times(2)) == digest(times(2)), digest(times(2)) == digest(times(3))
    (True, False)
    """
    text = hashlib.sha256()
    for piece in _pieces(parts, {}):
        text.update(f"{len(piece)}:{piece}".encode())
    return text.hexdigest()[:16]


def _pieces(value: Any, seen: dict[int, int]) -> Iterator[str]:
    """The content of a value, piece by piece; of a function met before, which one it was."""
    if value is None or value is Ellipsis or isinstance(value, (bool, int, str, bytes, complex)):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, float):
        yield f"{type(value).__name__} {value.hex()}"  # np.float64 is one
    elif isinstance(value, (np.generic, np.dtype, numba.types.Type)):
        yield f"{type(value).__name__} {value!s}"
    elif isinstance(value, np.ndarray) and value.dtype != object:
        yield f"array {value.dtype!s} {value.shape} {value.tobytes()!r}"
    elif isinstance(value, (tuple, list)):
        yield f"{type(value).__qualname__} {len(value)}"
        for item in value:
            yield from _pieces(item, seen)
    elif isinstance(value, (frozenset, set)):
        yield f"set {sorted(digest(item) for item in value)}"
    elif isinstance(value, Dispatcher):
        yield f"dispatcher {sorted(value.targetoptions.items())!r}"
        yield from _pieces(value.py_func, seen)
    elif isinstance(value, _Intrinsic):
        yield "intrinsic"
        yield from _pieces(inspect.unwrap(value), seen)
    elif isinstance(value, types.FunctionType):
        if id(value) in seen:
            yield f"function {seen[id(value)]}"
        else:
            seen[id(value)] = len(seen)
            yield from _function(value, seen)
    elif isinstance(value, types.CodeType):
        yield from _code(value, seen)
    elif (version := _version(value)) is not None:
        yield version
    else:
        raise UnknownContentError(f"{value!r} of {type(value)}")


def _function(function: types.FunctionType, seen: dict[int, int]) -> Iterator[str]:
    code = function.__code__
    yield from _code(code, seen)
    yield from _pieces(function.__defaults__, seen)
    for cell in function.__closure__ or ():
        yield from _pieces(cell.cell_contents, seen)
    names = sorted(_names(code))
    for name in names:
        if name in function.__globals__:
            yield name
            yield from _global(function.__globals__[name], names, seen)


def _global(value: Any, names: list[str], seen: dict[int, int]) -> Iterator[str]:
    """What a global holds; of a module without a version, what the names may mean in it."""
    if isinstance(value, types.ModuleType) and _version(value) is None:
        for name in names:
            if hasattr(value, name):
                yield name
                yield from _global(getattr(value, name), names, seen)
    else:
        yield from _pieces(value, seen)


def _code(code: types.CodeType, seen: dict[int, int]) -> Iterator[str]:
    """The code without its file and lines: the same words elsewhere are the same."""
    yield f"code {code.co_code!r} {code.co_names} {code.co_varnames} {code.co_freevars}"
    yield f"{code.co_argcount} {code.co_kwonlyargcount} {code.co_flags} {code.co_exceptiontable!r}"
    yield from _pieces(code.co_consts, seen)


def _names(code: types.CodeType) -> set[str]:
    """The globals and attributes that the code names, in nested functions too."""
    inner = (c for c in code.co_consts if isinstance(c, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _version(value: Any) -> str | None:
    """The name and version of what comes with Python or a package of ``VERSIONED``."""
    module = value if isinstance(value, types.ModuleType) else None
    name = module.__name__ if module else getattr(value, "__module__", None)
    if isinstance(value, types.BuiltinFunctionType) and isinstance(
        value.__self__, types.ModuleType
    ):
        name = value.__self__.__name__
    if name is None and isinstance(value, np.ufunc):
        name = "numpy"
    if name is None:
        return None
    package = name.partition(".")[0]
    shown = f"{name}.{getattr(value, '__qualname__', getattr(value, '__name__', ''))}"
    if package in ("math", "cmath", "operator", builtins.__name__):
        return shown
    return f"{shown} {metadata.version(package)}" if package in VERSIONED else None
