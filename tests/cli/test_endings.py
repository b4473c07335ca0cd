"""Ctrl-C on a command that cannot be carried on: one line, and no empty directory."""

import signal
import time
from pathlib import Path

import pytest
from processes import Command, wait_for

COMMANDS = {
    "theorems": ("--only", "theorem-5", "corollary-1"),
    "figure1": ("--steps", "1e11"),
    "conformance": ("--steps", "1e6"),
}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_says_what_it_stopped_and_leaves_no_empty_directory(command, tmp_path):
    process = Command(tmp_path, command, *COMMANDS[command], prepare=begin)
    wait_for((tmp_path / "begun").exists)
    if command == "conformance":  # which writes nothing to wait for, and takes minutes
        time.sleep(4)
    else:
        wait_for((tmp_path / "logs" / command).exists)
    process.send(signal.SIGINT)
    assert process.wait() == 130
    assert process.err.count("\n") == 1, process.err
    # The others may be stopped before their first part has begun.
    where = "stopped in " if command == "conformance" else "stopped"
    assert process.err.startswith(f"python -m breaking_adam.{command}: {where}")
    assert process.err.endswith("nothing is kept\n")
    assert process.out == ""
    assert not (tmp_path / "logs").exists()


def begin():
    Path("begun").touch()
