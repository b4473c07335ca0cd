"""Processes that work for this one, of one thread each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial

import torch
from tqdm import tqdm

#: What all that works imports, and takes seconds.
IMPORTS = ["torch", "numba"]

#: New processes, which have nothing of this one's threads: forks of a server that has the imports
#: done, where the system has forks.
NEW = multiprocessing.get_context(
    "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
)


@contextmanager
def workers(
    count: int, prepare: Callable[..., object] | None = None, *given: object
) -> Iterator[ProcessPoolExecutor]:
    """So many processes with torch's default dtype as it is here; each begins with a call.

    That is ``prepare(*given)``.

    If an exception leaves the ``with``, Ctrl-C included, they are ended at once, by a SIGTERM.
    """
    if NEW.get_start_method() == "forkserver":
        NEW.set_forkserver_preload(IMPORTS)  # heeded if the server does not run yet
    begin = partial(_begin, torch.get_default_dtype(), prepare, given)
    with ProcessPoolExecutor(count, NEW, begin) as pool:
        try:
            yield pool
        except BaseException:
            for child in list((pool._processes or {}).values()):
                child.terminate()
            raise


def _begin(
    dtype: torch.dtype, prepare: Callable[..., object] | None, given: tuple[object, ...]
) -> None:
    """Begin a process that works: one thread, and deaf to the terminal, for its parent tells it.

    Torch's default dtype is its parent's: it would make other numbers in another.
    """
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    torch.set_num_threads(1)
    torch.set_default_dtype(dtype)
    tqdm.set_lock(
        threading.RLock()
    )  # tqdm's own is a semaphore, which a SIGTERM would leave behind
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare:
        prepare(*given)


def _end_with_parent() -> None:
    """A parent that was killed tells nobody; work without it would be for nothing."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
