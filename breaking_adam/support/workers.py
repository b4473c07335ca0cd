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
from multiprocessing import forkserver, resource_tracker

import torch
from tqdm import tqdm

from breaking_adam.support.ctrl_c import uninterrupted

#: What all that works imports, and takes seconds.
IMPORTS = ["torch", "numba"]

#: New processes, which have nothing of this one's threads: forks of a server that has the imports
#: done, where the system has forks.
NEW = multiprocessing.get_context(
    "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
)


def serve() -> None:
    """Have the server run, where there is to be one: deaf to Ctrl-C, as its forks are from birth.

    A terminal tells it to all there are; it is for this process to end the others.
    """
    if NEW.get_start_method() == "forkserver":
        NEW.set_forkserver_preload(IMPORTS)  # heeded if the server does not run yet
        resource_tracker.ensure_running()  # which unblocks Ctrl-C, blocked or not
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # which it inherits
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def workers(
    count: int, prepare: Callable[..., object] | None = None, *given: object
) -> Iterator[ProcessPoolExecutor]:
    """So many processes, each of which calls ``prepare(*given)`` as it begins.

    Torch's default dtype is there what it is here.
    If an exception leaves the ``with``, Ctrl-C included, they are ended at once, by a SIGTERM.
    """
    begin = partial(_begin, torch.get_default_dtype(), prepare, given)
    with ProcessPoolExecutor(count, NEW, begin) as pool:
        try:
            with uninterrupted():  # or one that begins would be left behind, and complain
                serve()
                for _ in range(count):
                    pool.submit(int)
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
