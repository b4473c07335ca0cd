"""Processes that work: they end with what they work for, and nothing else does."""

import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import pytest
import torch
from processes import done, ends

from breaking_adam.support import workers as workers_module
from breaking_adam.support.workers import workers

pytestmark = pytest.mark.slow


def test_an_exception_ends_the_workers_and_no_other_process():
    other = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    other.start()
    try:
        with pytest.raises(KeyboardInterrupt), workers(2) as pool:  # noqa: PT012
            pids = set(pool.map(pid_after, [0.3] * 2))
            sleeping = pool.submit(time.sleep, 60)  # were it not ended
            raise KeyboardInterrupt
        assert not sleeping.done() or sleeping.exception()
        assert other.is_alive()
        for child in multiprocessing.active_children():
            if child.pid in pids:
                assert ends(child)
    finally:
        other.terminate()
        other.join()


def pid_after(seconds):
    time.sleep(seconds)
    return os.getpid()


#: Of a process whose first it is: here, another test may have started the server.
BLOCKED = """
import signal
from breaking_adam.support import workers

workers.IMPORTS.clear()
workers.serve()
with workers.NEW.Pool(1) as pool:
    print(pool.apply(signal.pthread_sigmask, (signal.SIG_BLOCK, ())))
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""


def test_they_are_deaf_to_ctrl_c_and_their_parent_is_not(tmp_path):
    """A terminal tells it to all of them, and one that is being born would complain of it."""
    ended = done([sys.executable, "-c", BLOCKED], tmp_path, text=True)
    assert ended.stdout.splitlines() == ["{<Signals.SIGINT: 2>}", "set()"], ended.stderr


def test_ctrl_c_waits_until_they_are_there_to_be_ended(monkeypatch):
    begun, submit, serve = [], ProcessPoolExecutor.submit, workers_module.serve
    monkeypatch.setattr(
        ProcessPoolExecutor, "submit", lambda *job: begun.append(job) or submit(*job)
    )
    monkeypatch.setattr(
        workers_module, "serve", lambda: signal.raise_signal(signal.SIGINT) or serve()
    )
    with pytest.raises(KeyboardInterrupt), workers(2):
        pytest.fail("nothing is to be done any more")
    assert len(begun) == 2


def test_they_make_numbers_in_the_precision_that_is_set_here():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with workers(1) as pool:
            assert pool.submit(torch.get_default_dtype).result() == torch.float64
    finally:
        torch.set_default_dtype(before)
