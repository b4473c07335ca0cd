"""Ctrl-C on a command that cannot be carried on: one line, and no empty directory."""

import signal
import sys
from pathlib import Path

import pytest
from processes import Command, done, wait_for

from breaking_adam.cli import endings

COMMANDS = {
    "theorems": ("--only", "theorem-5", "corollary-1"),
    "figure1": ("--steps", "1e11"),
    "conformance": ("--steps", "1e6"),
}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_says_what_it_stopped_and_leaves_no_empty_directory(command, tmp_path):
    process = Command(tmp_path, command, *COMMANDS[command], prepare=show_parts)
    wait_for((tmp_path / "part").exists)
    assert (tmp_path / "logs" / command).exists() == (command != "conformance")
    process.send(signal.SIGINT)
    assert process.wait() == 130
    assert process.err.count("\n") == 1, process.err
    assert process.err.startswith(f"python -m breaking_adam.{command}: stopped in ")
    assert process.err.endswith("nothing is kept\n")
    assert process.out == ""
    assert not (tmp_path / "logs").exists()


def show_parts():
    """Leave a file where the command stands as soon as it has begun a part of its work."""
    at = endings.at

    def shown(part):
        at(part)
        Path("part").touch()

    endings.at = shown


#: As zarr does where Ctrl-C comes between the two.
MAKES_AND_DOES_NOT_AWAIT = """
from breaking_adam.cli.endings import storage_failures

async def nothing():
    pass

with storage_failures("stand"):
    made = nothing()
    raise KeyboardInterrupt
"""


def test_python_adds_nothing_to_what_ctrl_c_says(tmp_path):
    ended = done([sys.executable, "-c", MAKES_AND_DOES_NOT_AWAIT], tmp_path, text=True)
    assert ended.returncode == 130
    assert ended.stderr == "python -m breaking_adam.stand: stopped: nothing is kept\n"
