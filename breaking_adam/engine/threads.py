"""How work is shared among threads: as many as torch uses, and its own where that can be."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import torch

from breaking_adam.engine import openmp
from breaking_adam.engine.openmp import address_of, bounds

Word = ctypes.c_ssize_t
_task = ctypes.CFUNCTYPE(None, Word, Word, Word)  # an openmp.TASK, for Python


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count())


# A forked process has none of its parent's threads.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)


def share(run: Callable[[int, int], object], total: int, grain: int) -> None:
    """Call ``run(first, last)`` on shares of range(total), one to each of torch's threads.

    Shares are whole multiples of ``grain`` but for the last one. The caller takes the first.

    >>> taken = []
    >>> share(lambda first, last: taken.append((first, last)), 10, grain=10)
    >>> taken
    [(0, 10)]
    """
    done, errors = [], []

    def guarded(first: int, last: int, _: int) -> None:
        try:
            run(first, last)
            done.append(last - first)
        except BaseException as error:
            errors.append(error)

    share_task(_task(guarded), 0, total, grain)
    if errors:
        raise errors[0]
    if sum(done) < total:  # a signal's handler raised before the share had begun
        raise KeyboardInterrupt


def share_task(task: Any, data: int, total: int, grain: int) -> None:
    """The same for ``task(first, last, data)``, an ``openmp.TASK``, which Python calls by ctypes.

    ``data`` is an address.
    """
    threads = min(torch.get_num_threads(), -(-total // grain))
    if threads <= 1:
        task(0, total, data)
    elif team := openmp.team():
        team.share(address_of(task), data, total, grain, threads)
    else:
        mine, *others = [bounds(i, threads, total, grain) for i in range(threads)]
        rest = [_pool().submit(task, first, last, data) for first, last in others if first < last]
        task(*mine, data)
        for future in rest:
            future.result()
