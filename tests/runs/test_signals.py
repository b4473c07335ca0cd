"""Ctrl-C and SIGTERM: a run ends within a second, and can be carried on."""

import json
import re
import shlex
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
from odd_optimizers import LATE
from processes import LONGEST, Command, typed, wait_for

ENDLESS = ("--steps", "1e12")
RUNS = {
    "one long block": (*ENDLESS, "--log-every", "1e12"),
    "points all the time": (*ENDLESS, "--log-every", "500"),
    "many replicas": (*ENDLESS, "--log-every", "1e9", "--replicas", "100000"),
    "eager": (*ENDLESS, "--engine", "eager"),
}


def played(directory):
    """Whether a first checkpoint is there."""
    return list(directory.glob("logs/*/*/checkpoint.pt"))


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", RUNS)
def test_a_signal_ends_a_run_within_a_second(name, number, tmp_path):
    words = (*RUNS[name], "--checkpoint-every", "0.1", "--optimizer", "adam", "amsgrad")
    process = Command(tmp_path, "stochastic", *words)
    wait_for(lambda: played(tmp_path))
    before = time.monotonic()
    process.send(number)
    status = process.wait()
    seconds = time.monotonic() - before
    assert status == 128 + number, process.err
    assert seconds < 1
    assert process.err.count("\n") <= 1  # what a large log says beforehand
    assert "Traceback" not in process.err
    assert process.out.splitlines()[2].startswith("adam")
    assert re.search(r"stopped: +adam at step [\d,]+ of [\d,]+", process.out)
    assert "to carry on: python -m breaking_adam.stochastic --resume logs/stochastic" in process.out
    assert not (tmp_path / "logs/stochastic/summary.json").exists()


@pytest.mark.slow
def test_the_json_of_a_stopped_run_is_whole_and_the_command_in_it_resumes(tmp_path):
    """Through the true command line, twice."""
    piped = partial(typed, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = piped(
        *("-m", "breaking_adam.online", "--json", *ENDLESS, "--checkpoint-every", "0.2"),
        *("--logdir", "a place"),
    )
    wait_for(lambda: list(tmp_path.glob("a place/online/*/checkpoint.pt")))
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=LONGEST)
    assert first.returncode == 130, err
    stopped = json.loads(out)
    assert stopped["complete"] is False
    reached = stopped["runs"][0]["steps"]
    assert reached > 0

    python, *words = shlex.split(stopped["resume"])
    assert python == "python"
    second = piped(*words, "--json")
    log = next(tmp_path.glob("a place/online/*/events*"))
    wait_for(lambda: len(list(log.parent.glob("events*"))) == 2 or second.poll() is not None)
    time.sleep(0.3)
    second.send_signal(signal.SIGTERM)
    out, err = second.communicate(timeout=LONGEST)
    assert second.returncode == 143, err
    assert json.loads(out)["runs"][0]["steps"] > reached


@pytest.mark.alone
def test_a_second_signal_ends_a_run_at_once(tmp_path):
    """Even one whose optimizer is in the middle of a long step."""
    words = ("--optimizer", "odd_optimizers.Slow", "--steps", 10_000, "--log-every", LATE)
    process = Command(tmp_path, "online", *words, "--engine", "eager")
    wait_for((tmp_path / "asleep").exists)
    process.send(signal.SIGINT)
    time.sleep(0.2)
    assert process.process.is_alive()
    before = time.monotonic()
    while process.process.is_alive():  # one that comes before the first was noted is lost in it
        process.send(signal.SIGINT)
        time.sleep(0.02)
    assert process.wait() == -signal.SIGINT
    assert time.monotonic() - before < 1


def test_before_there_is_anything_to_lose_ctrl_c_just_ends(tmp_path):
    process = typed("-m", "breaking_adam.online", cwd=tmp_path, stderr=subprocess.PIPE)
    memory = Path(f"/proc/{process.pid}/maps")
    wait_for(lambda: "libtorch" in memory.read_text())  # in the midst of importing torch
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LONGEST)
    assert process.returncode == -signal.SIGINT
    assert err == ""
    assert list(tmp_path.iterdir()) == []
