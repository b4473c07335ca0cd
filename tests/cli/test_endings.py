"""Ctrl-C on a command that cannot be carried on: one line, and no empty directory."""

import signal
from pathlib import Path

import pytest
from processes import Command, wait_for

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
