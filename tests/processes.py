"""Commands as processes of their own, without the seconds that each would take to import torch.

A server that has the imports done forks one for each command: a real process, which signals, a full
disk and a kill treat as any other.
"""

import contextlib
import importlib
import multiprocessing
import os
import sys
import time
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["breaking_adam.runs.play"])


def _become(command, arguments, directory, prepare):
    os.chdir(directory)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    if prepare:
        prepare()
    status = importlib.import_module(f"breaking_adam.{command}").main(arguments)
    sys.exit(status)


class Command:
    """``python -m breaking_adam.<command> <arguments>``, running in the directory."""

    def __init__(self, directory, command, *arguments, prepare=None):
        self.directory = Path(directory)
        words = [str(argument) for argument in arguments]
        self.process = CONTEXT.Process(target=_become, args=(command, words, directory, prepare))
        self.process.start()

    def send(self, number):
        if self.process.is_alive():  # a child of the server: only that may say so
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def wait(self):
        """The exit status; minus the signal that ended it."""
        self.process.join(120)
        assert self.process.exitcode is not None, "it hangs"
        return self.process.exitcode

    @property
    def out(self):
        return (self.directory / "out").read_text()

    @property
    def err(self):
        return (self.directory / "err").read_text()


def apart(function):
    """The function in a process of its own, whose threads and packages are no other test's."""
    process = CONTEXT.Process(target=function)
    process.start()
    process.join(120)
    alive = process.is_alive()
    process.kill()
    assert not alive, "it hangs"
    assert process.exitcode == 0, "its traceback is on standard error"


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
