"""Commands as processes of their own, without the seconds that each would take to import torch.

A server that has the imports done forks one for each command: a real process, which signals, a full
disk and a kill treat as any other.
"""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
from multiprocessing import connection
from pathlib import Path
from unittest.mock import patch

from breaking_adam.support import workers

# The server of the package's own workers: it has the imports of both done.
workers.IMPORTS += ["breaking_adam.runs.play", "warm"]
CONTEXT = workers.NEW

PATHS = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

#: What a test has started, to be ended with it.
STARTED = []

#: The longest in seconds that anything is waited for: much longer than on a busy machine.
LONGEST = 600


def end_all():
    """End what is left of what was started: a test that fails leaves nothing running."""
    while STARTED:
        process = STARTED.pop()
        if isinstance(process, subprocess.Popen):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        else:
            process.kill()
            process.join()


def start(words, cwd, **options):
    """A process of a session of its own, with this package and what its tests bring along."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS), **options.pop("env", {})}
    process = subprocess.Popen(words, cwd=cwd, env=environment, start_new_session=True, **options)
    STARTED.append(process)
    return process


def done(words, cwd, **options):
    """The same run to its end, and what it has written."""
    process = start(words, cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    out, err = process.communicate(timeout=LONGEST)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def typed(*words, cwd, **streams):
    """``python <words>`` as it is typed; its streams as text."""
    return start([sys.executable, *map(str, words)], cwd, text=True, **streams)


def _become(command, arguments, directory, prepare):
    os.chdir(directory)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    if prepare:
        prepare()
    status = importlib.import_module(f"breaking_adam.{command}").main(arguments)
    sys.exit(status)


def _hearing(target, *arguments):
    """Do it with an ear for Ctrl-C, to which the server's forks are deaf."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    target(*arguments)


def forked(target, *arguments):
    """A fork of the server that does this, and is ended with the test."""
    process = CONTEXT.Process(target=_hearing, args=(target, *arguments))
    STARTED.append(process)
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(PATHS)):  # where the server looks
        workers.serve()
        process.start()
    return process


def ends(process):
    """Whether it ends; ``is_alive`` says that it lives where another thread has waited for it."""
    return bool(connection.wait([process.sentinel], LONGEST))


class Command:
    """``python -m breaking_adam.<command> <arguments>``, running in the directory."""

    def __init__(self, directory, command, *arguments, prepare=None):
        self.directory = Path(directory)
        words = [str(argument) for argument in arguments]
        self.process = forked(_become, command, words, directory, prepare)

    def send(self, number):
        if self.process.is_alive():  # a child of the server: only that may say so
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def wait(self):
        """The exit status; minus the signal that ended it."""
        self.process.join(LONGEST)
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
    process = forked(function)
    process.join(LONGEST)
    assert process.exitcode is not None, "it hangs"
    assert process.exitcode == 0, "its traceback is on standard error"


def wait_for(condition):
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
