"""Compilation by Numba, with machine code kept on disk where it is sure to be the right one."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.bytecode import FunctionIdentity
from numba.core.ccallback import CFunc

from breaking_adam.engine.digest import UnknownContentError, digest

PACKAGE = Path(__file__).resolve().parents[1]

#: The wings that machine code is made of: the engine's own, and those that it may import.
WINGS = "engine", "problems", "rules", "support", "tracing"


def sources(package: Path) -> str:
    """What the files of these wings look like now: code that was made of others must not be used.

    An edit of any other wing changes nothing that is compiled.
    """
    return str(
        sorted(
            (str(path.relative_to(package)), path.stat().st_size, path.stat().st_mtime_ns)
            for wing in WINGS
            for path in (package / wing).rglob("*.py")
        )
    )


SOURCES = sources(PACKAGE)


def _count_apart() -> None:
    """Have Numba number this process's functions as no other process does.

    Machine code holds the functions that it calls under their names and numbers, and Numba counts
    from 1. Code that two processes have kept would share names, and where both is loaded, one
    would call functions of the other.
    """
    FunctionIdentity._unique_ids = itertools.count(int.from_bytes(os.urandom(6), "big") << 12)


_count_apart()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_count_apart)

#: For how many seconds machine code is kept that nothing uses: two weeks.
KEPT = 14 * 24 * 3600


def jit(*parts: Any, **options: Any) -> Callable[[Any], Any]:
    """``numba.njit`` that keeps the machine code on disk, where its content can be told.

    Numba's cache looks at the file of the function it compiles and not at what that calls, and
    names the cache's files after the function alone. Here they are named after all that the
    code depends on: the sources of ``WINGS``, the function's own code and the content of the
    parts, which are functions, plain values and tuples of them. So neither an edit nor two
    processes that compile different rules at once can leave code under a name that is not its
    own; so the parts have to tell all that the function closes over. Where a part's content cannot
    be told, the code is not kept.
    """
    compile_ = numba.njit(error_model="numpy", **options)

    def jitted(function: Any) -> Any:
        kept = _name(function, parts)
        dispatcher = compile_(function)
        if kept:
            _keep(dispatcher)
        return dispatcher

    return jitted


def c_function(signature: Any, *parts: Any) -> Callable[[Any], CFunc]:
    """The same for a function that C can call, at its ``address``; ``ctypes`` lets Python."""

    def compiled(function: Any) -> CFunc:
        kept = _name(function, parts)
        types, options = (signature.args, signature.return_type), {"error_model": "numpy"}
        callback = CFunc(function, types, {}, options)
        if kept:
            _keep(callback)
        callback.compile()
        return callback

    return compiled


def _name(function: Any, parts: tuple[Any, ...]) -> bool:
    """Name the function after all that its code depends on; False where that cannot be told."""
    try:
        function.__qualname__ += f"_{digest(SOURCES, function.__code__, parts)}"
    except UnknownContentError:
        return False
    return True


def _keep(dispatcher: Any) -> None:
    """Keep the dispatcher's machine code on disk if that can be done, and do without if not.

    Numba itself lets a full or read-only disk, or a damaged file of the cache, end the program.
    """
    try:
        dispatcher.enable_caching()
    except RuntimeError:  # nowhere to write
        return
    cache = dispatcher._cache
    folder, name = Path(cache.cache_path), cache._impl.filename_base
    load, save = cache.load_overload, cache.save_overload

    def load_overload(*args: Any) -> Any:
        try:
            loaded = load(*args)
        except Exception:  # whatever reading a damaged pickle raises
            return None
        if loaded is not None:
            _touch(folder, name)
        return loaded

    def save_overload(*args: Any) -> None:
        with contextlib.suppress(Exception):
            save(*args)
            _prune_once(folder)

    cache.load_overload, cache.save_overload = load_overload, save_overload
    cache._index_key = _index_key


def _index_key(signature: Any, codegen: Any) -> tuple[Any, ...]:
    """What tells a function's machine codes apart: its name has told all of the function already.

    Numba adds a digest of the closure's pickle. That is another in a process that was started in
    another way, so that code is not found again; and pickling looks through every module there is,
    which wakes those that are to be imported when they are needed.
    """
    return signature, codegen.magic_tuple()


def _touch(folder: Path, name: str) -> None:
    """Mark a function's files as used now."""
    for path in folder.glob(f"{name}.*"):
        with contextlib.suppress(OSError):
            os.utime(path)


def prune(folder: Path, now: float) -> None:
    """Remove the machine code in the folder that no process has used for ``KEPT`` seconds.

    Another process may do so at the same time; one that misses a file that it was about to read
    compiles again.
    """
    for path in (*folder.glob("*.nbi"), *folder.glob("*.nbc"), *folder.glob("*.nb[ic].tmp.*")):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < now - KEPT:
                path.unlink()


@cache
def _prune_once(folder: Path) -> None:
    """Prune a folder when this process first adds to it."""
    prune(folder, time.time())
