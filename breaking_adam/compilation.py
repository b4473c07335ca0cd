"""Compilation by Numba, with machine code kept on disk where it is sure to be the right one."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba


def jit(*parts: Any, **options: Any) -> Callable[[Any], Any]:
    """``numba.njit`` that keeps the machine code on disk, for functions of this package alone.

    Numba's cache looks at the file of the function it compiles and not at what that calls, and
    names the cache's files after the function alone. Here they are named after all that the
    code depends on: the package's sources and the parts, which are functions, plain values and
    tuples of them. So neither an edit nor two processes that compile different rules at once
    can leave code under a name that is not its own. Code from elsewhere is not kept.
    """
    leaves = list(_leaves(parts))
    kept = all(_ours(leaf) for leaf in leaves if callable(leaf))
    compile_ = numba.njit(error_model="numpy", **options)
    names = [getattr(leaf, "__qualname__", repr(leaf)) for leaf in leaves]
    digest = hashlib.sha256(repr((SOURCES, names)).encode()).hexdigest()[:16]

    def jitted(function: Any) -> Any:
        function.__qualname__ += f"_{digest}"
        dispatcher = compile_(function)
        if kept:
            _keep(dispatcher)
        return dispatcher

    return jitted


def _leaves(parts: Any) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, tuple):
            yield from _leaves(part)
        else:
            yield part


def _ours(function: Any) -> bool:
    """Whether a function is of this package, whose sources are known."""
    try:
        file = Path(inspect.getfile(function)).resolve()
    except TypeError:  # nothing that Python's own source code defines
        return False
    return Path(__file__).resolve().parent in file.parents


def _keep(dispatcher: Any) -> None:
    """Keep the dispatcher's machine code on disk if that can be done, and do without if not.

    Numba itself lets a full or read-only disk, or a damaged file of the cache, end the program.
    """
    try:
        dispatcher.enable_caching()
    except RuntimeError:  # nowhere to write
        return
    cache = dispatcher._cache
    load, save = cache.load_overload, cache.save_overload

    def load_overload(*args: Any) -> Any:
        try:
            return load(*args)
        except Exception:  # whatever reading a damaged pickle raises
            return None

    def save_overload(*args: Any) -> None:
        with contextlib.suppress(Exception):
            save(*args)

    cache.load_overload, cache.save_overload = load_overload, save_overload


#: What the package's files look like now: compiled code of other sources must not be used.
SOURCES = str(
    sorted(
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in Path(__file__).parent.rglob("*.py")
    )
)
