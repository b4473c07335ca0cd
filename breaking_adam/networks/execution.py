"""Jobs over the cores, one thread each, and what stops them; or over a Dask cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures as local
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

from breaking_adam.networks.jobs import Job, StoppedError, work
from breaking_adam.support.workers import workers

if TYPE_CHECKING:
    from distributed import Client

#: Gives the jobs with their curves, as they are done.
Execute = Callable[[Sequence[Job]], Iterator[tuple[Job, np.ndarray]]]


@contextmanager
def processes(count: int) -> Iterator[Execute]:
    """So many processes for jobs.

    Whatever ends the ``with``, Ctrl-C included, ends them too: each saves a checkpoint of the
    training that it is at.

    Raises:
        BrokenProcessPool: if a process dies.
        DataError, OSError: as of :func:`breaking_adam.networks.jobs.work`.
    """
    with workers(count) as pool:

        def execute(jobs: Sequence[Job]) -> Iterator[tuple[Job, np.ndarray]]:
            futures: dict[Future[np.ndarray], Job] = {pool.submit(_work, job): job for job in jobs}
            for future in local.as_completed(futures):
                yield futures[future], future.result()

        yield execute


def connect(address: str, patience: float = 10.0) -> Client:
    """A client of the Dask cluster at the address, such as "tcp://127.0.0.1:8786".

    Raises:
        ClusterError: if none answers in that many seconds.
    """
    from distributed import Client

    try:
        return Client(address, timeout=patience)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address!r}") from error


@contextmanager
def cluster(address: str) -> Iterator[Execute]:
    """The workers of a Dask cluster, which have this package, the data and the run's directory.

    Raises:
        ClusterError: as of :func:`connect`.
    """
    from distributed import as_completed

    with connect(address) as client:

        def execute(jobs: Sequence[Job]) -> Iterator[tuple[Job, np.ndarray]]:
            futures = dict(zip(client.map(_alone, jobs, pure=False), jobs, strict=True))
            for future in as_completed(futures):
                yield futures[future], future.result()

        yield execute


class ClusterError(Exception):
    """A cluster that cannot be used; the message is the line to show."""


#: torch's generator belongs to the process, and so to one training at a time.
_one_at_a_time = threading.Lock()


def _alone(job: Job) -> np.ndarray:
    with _one_at_a_time:
        torch.set_num_threads(1)
        return work(job)


#: In a process that works: whether it has been told to stop. It may have a job waiting even so.
_told = threading.Event()


def _work(job: Job) -> np.ndarray:
    if _told.is_set():
        raise StoppedError
    try:
        return work(job)
    except StoppedError:
        _told.set()
        raise
