"""The threads that compiled code runs on: Numba's ``nogil`` leaves Python's lock to others."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import torch


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
    size = max(1, -(-total // (grain * torch.get_num_threads()))) * grain
    rest = [
        _pool().submit(run, first, min(first + size, total)) for first in range(size, total, size)
    ]
    run(0, min(size, total))
    for future in rest:
        future.result()
