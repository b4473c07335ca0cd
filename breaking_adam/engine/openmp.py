"""The team of threads that torch's own operations run on, called from outside of torch.

After an operation these threads go on spinning for a while, waiting for the next one, and any
others then have to wait for a core. ``GOMP_parallel`` is what gcc makes of a parallel region;
the runtimes of LLVM and Intel have it as well.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any

import numba
import numpy as np
import torch
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from breaking_adam.engine.compilation import c_function
from breaking_adam.engine.memory import pointer_to
from breaking_adam.support.compilable import compilable

#: The C type of work to be shared, (first, last, data): do the part first to last of it.
TASK = types.void(types.intp, types.intp, types.intp)

_integers = pointer_to(types.intp)


@compilable
def bounds(i, threads, total, grain):
    """The part of range(total) that the i-th of the threads takes: whole multiples of grain.

    >>> [bounds(i, 3, 100, 16) for i in range(3)]
    [(0, 48), (48, 96), (96, 100)]
    """
    size = max(1, -(-total // (grain * threads))) * grain
    return min(i * size, total), min((i + 1) * size, total)


def _call_task(_context: Any, address: Any, first: Any, last: Any, data: Any) -> Any:
    """Call the TASK at the address."""

    def code(_: Any, builder: Any, __: Any, arguments: Any) -> None:
        word = arguments[0].type
        function = ir.FunctionType(ir.VoidType(), [word] * 3).as_pointer()
        builder.call(builder.inttoptr(arguments[0], function), arguments[1:])

    return types.void(address, first, last, data), code


def _call_question(_context: Any, address: Any) -> Any:
    """What the C function ``int f(void)`` at the address says."""

    def code(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        function = ir.FunctionType(ir.IntType(32), []).as_pointer()
        answer = builder.call(builder.inttoptr(arguments[0], function), [])
        return builder.sext(answer, arguments[0].type)

    return types.intp(address), code


_perform: Any = intrinsic(_call_task)
_ask: Any = intrinsic(_call_question)


def address_of(function: Any) -> int:
    """Where the code of a ctypes function begins."""
    return ctypes.cast(function, ctypes.c_void_p).value or 0


class Team:
    """Torch's threads, by the runtime that torch is linked to.

    Raises:
        OSError, AttributeError: if that runtime has no such entry point.
    """

    def __init__(self) -> None:
        # A library's symbols are looked for in those that it is linked to as well.
        runtime = ctypes.CDLL(torch._C.__file__)
        self._parallel = runtime.GOMP_parallel
        self._parallel.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint
        self._parallel.restype = None
        self._who = [
            address_of(function)
            for function in (runtime.omp_get_thread_num, runtime.omp_get_num_threads)
        ]

        @c_function(types.void(types.intp))
        def member(work: int) -> None:
            task, data, total, grain, number, count = numba.carray(_integers(work), 6)
            # As many as there are, which may be fewer than were asked for.
            first, last = bounds(_ask(number), _ask(count), total, grain)
            if first < last:
                _perform(task, first, last, data)

        self._member = member

    def share(self, task: int, data: int, total: int, grain: int, threads: int) -> None:
        """Have range(total) done by the threads, a part each, by the TASK at an address."""
        work = np.array([task, data, total, grain, *self._who])
        self._parallel(self._member.address, work.ctypes.data, threads, 0)


@cache
def team() -> Team | None:
    """Torch's team; None where its runtime has no such entry point."""
    try:
        return Team()
    except (OSError, AttributeError):
        return None


def leave() -> None:
    """Do without, in a forked process: it has none of its parent's threads."""
    global team
    team = cache(lambda: None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=leave)
