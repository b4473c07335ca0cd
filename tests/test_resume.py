"""Stopped at any moment and carried on, a run is the one that was never stopped."""

import json
import random
import signal
import time

import pytest
import torch
from processes import Command, wait_for
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from breaking_adam import checkpoints

COMPILED = ("--steps", 200_050, "--log-every", 100, "--optimizer", "adam", "amsgrad")
EAGER = ("--steps", 805, "--log-every", 10, "--engine", "eager", "--optimizer", "amsgrad", "NAdam")
RUNS = {
    "online, compiled": ("online", *COMPILED, "--schedule", "inverse-sqrt"),
    "online, eager": ("online", *EAGER, "--first-step", 0),
    "stochastic, compiled": ("stochastic", *COMPILED, "--replicas", 3, "--dtype", "float32"),
    "stochastic, eager": ("stochastic", *EAGER, "--replicas", 2, "--schedule", "inverse-sqrt"),
}
MOMENTS = 5


def arguments(run):
    words = ["torch.optim.NAdam" if word == "NAdam" else word for word in run[1:]]
    return [run[0], *words, "--checkpoint-every", 0.03]


def exactly(state):
    """A checkpoint's content as something to compare to the last bit."""
    if isinstance(state, torch.Tensor):
        return state.dtype, tuple(state.shape), state.numpy().tobytes()
    if isinstance(state, dict):
        return {key: exactly(value) for key, value in state.items()}
    if isinstance(state, (list, tuple)):
        return [exactly(value) for value in state]
    return repr(state)


def ends(run):
    """x, the optimizer's state, the regret and the curves of each attempt, and the summary."""
    states = {}
    for path in sorted(run.glob("*/checkpoint.pt")):
        state = checkpoints.load(path)["attempt"]
        del state["seconds"], state["random"]
        states[path.parent.name] = exactly(state)
    summary = json.loads((run / "summary.json").read_text())
    for result in summary["runs"]:
        del result["seconds"], result["steps_per_second"]
    return states, summary


def logged(run):
    """All points that TensorBoard reads: {(attempt, tag): [(t, value)]}."""
    points = {}
    for directory in sorted(path for path in run.iterdir() if path.is_dir()):
        events = EventAccumulator(str(directory), size_guidance={"scalars": 0})
        events.Reload()
        for tag in events.Tags()["scalars"]:
            points[directory.name, tag] = [(e.step, e.value) for e in events.Scalars(tag)]
        assert "optimizer/text_summary" in events.Tags()["tensors"]
    return points


@pytest.mark.parametrize("name", RUNS)
def test_killed_at_any_moment_and_resumed_it_ends_the_same_to_the_bit(name, tmp_path):
    command, *words = arguments(RUNS[name])
    seed = time.time_ns()
    draw = random.Random(seed).uniform
    print(f"moments of seed {seed}")  # shown where it fails

    def start(place, *words):
        place.mkdir(exist_ok=True)
        return Command(place, command, *words)

    def begun(place):
        return (place / "logs" / command / "settings.json").exists()

    def kill(process, seconds):
        time.sleep(seconds)
        process.send(signal.SIGKILL)
        return process.wait()

    whole = tmp_path / "whole"
    process = start(whole, *words)
    wait_for(lambda: begun(whole))
    since = time.monotonic()
    assert process.wait() == 0
    seconds = time.monotonic() - since
    expected, curves = ends(whole / "logs" / command), logged(whole / "logs" / command)
    t = [step for step, _ in curves[next(iter(curves))]]
    assert t == sorted(set(t))
    assert len(t) > 50

    killed = 0
    for moment in range(MOMENTS):
        place = tmp_path / str(moment)
        process = start(place, *words)
        wait_for(lambda place=place: begun(place))
        killed += kill(process, draw(0, seconds)) == -signal.SIGKILL
        resume = ("--resume", f"logs/{command}")
        if moment == 0:
            killed += kill(start(place, *resume), draw(0, seconds)) == -signal.SIGKILL
        resumed = start(place, *resume)
        assert resumed.wait() == 0, resumed.err
        assert ends(place / "logs" / command) == expected
        assert logged(place / "logs" / command) == curves
        assert list((place / "logs" / command).rglob("*.part")) == []
    assert killed >= MOMENTS // 2
