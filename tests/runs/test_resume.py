"""Stopped at any moment and carried on, a run is the one that was never stopped."""

import itertools
import json
import random
import signal
import time

import pytest
import torch
import torchbearer as tb
from processes import Command, wait_for
from server import runs, scalars, serving
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torchbearer.callbacks import on_step_training

from breaking_adam import Online, OnlineSettings, Settings, Stochastic
from breaking_adam.rules.schedules import inverse_sqrt
from breaking_adam.runs import checkpoints
from breaking_adam.runs.attempt import Attempt
from breaking_adam.trials import build as trials
from breaking_adam.trials.callbacks.curves import Curves

COMPILED = ("--steps", 50_050, "--log-every", 100, "--optimizer", "adam", "amsgrad")
EAGER = ("--steps", 305, "--log-every", 5, "--engine", "eager", "--optimizer", "amsgrad", "NAdam")
RUNS = {
    "online, compiled": ("online", *COMPILED, "--schedule", "inverse-sqrt"),
    "online, eager": ("online", *EAGER, "--first-step", 0),
    "stochastic, compiled": ("stochastic", *COMPILED, "--replicas", 3, "--dtype", "float32"),
    "watch, compiled": ("watch", "eleven_random", *COMPILED, "--replicas", 3, "--name", "watch"),
    "stochastic, eager": ("stochastic", *EAGER, "--replicas", 2, "--schedule", "inverse-sqrt"),
}
#: How often each is killed, and how many kills have to come before it has ended.
MOMENTS, HITS = 3, 3


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


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_killed_at_any_moment_and_resumed_it_ends_the_same_to_the_bit(name, tmp_path):
    command, *words = arguments(RUNS[name])

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
    for moment in itertools.count():
        if moment >= MOMENTS and killed >= HITS:
            break
        assert moment < 10 * MOMENTS, "hardly a kill comes in time"
        place = tmp_path / str(moment)
        process = start(place, *words)
        wait_for(lambda place=place: begun(place))
        killed += kill(process, random.uniform(0, seconds)) == -signal.SIGKILL
        resume = ("--resume", f"logs/{command}")
        if moment == 0:
            killed += kill(start(place, *resume), random.uniform(0, seconds)) == -signal.SIGKILL
        resumed = start(place, *resume)
        assert resumed.wait() == 0, resumed.err
        assert ends(place / "logs" / command) == expected
        assert logged(place / "logs" / command) == curves
        assert list((place / "logs" / command).rglob("*.part")) == []


def test_the_random_numbers_of_an_optimizer_that_draws_go_on_where_they_were(tmp_path):
    """And so does the time that it has taken."""
    settings = Settings(steps=60, engine="eager")

    def attempt(directory):
        torch.manual_seed(0)
        problem = Online(dtype=torch.float64)
        return Attempt("draws", problem, Draws(problem.parameters()), settings, directory)

    whole = attempt(tmp_path / "whole")
    whole.run()
    first = attempt(tmp_path / "parts")
    first.run([stop_at(23)])
    saved = checkpoints.encode(first.state_dict())
    torch.manual_seed(1)
    second = attempt(tmp_path / "parts")
    second.load_state_dict(checkpoints.decode(saved))
    assert second.seconds == first.seconds > 0
    second.run()
    assert second.problem.x.item() == whole.problem.x.item()
    assert second.seconds > first.seconds


class Draws(torch.optim.SGD):
    """Gradient descent with noise."""

    def step(self, closure=None):
        loss = super().step(closure)
        for p in self.param_groups[0]["params"]:
            p.data.add_(1e-3 * torch.randn_like(p))
        return loss


def test_a_checkpoint_is_saved_when_its_time_has_come_and_not_before(monkeypatch):
    now, saved = [100.0], []
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: now[0])
    callback = checkpoints.Checkpoint(lambda: saved.append(now[0]), seconds=30.0)
    now[0] = 200.0
    callback.on_start({})
    for now[0] in (210.0, 229.0, 231.0, 240.0, 260.0, 262.0, 263.0):
        callback.on_step_training({})
    assert saved == [231.0, 262.0]


@pytest.mark.parametrize("first_step", [0, 1, 10**9])
def test_a_verdict_is_on_the_steps_played_whatever_their_t(first_step, tmp_path):
    settings = Settings(
        problem=OnlineSettings(first_step=first_step), steps=2000, log_every=100, optimizer="adam"
    )
    problem = Online(first_step=first_step, dtype=torch.float64)
    adam = torch.optim.Adam(problem.parameters())
    attempt = Attempt("adam", problem, adam, settings, tmp_path)
    attempt.run()
    assert attempt.result().reason.startswith("2,000 steps are too few")  # for 101 a period


#: Without those that move matrices alone, or by sparse gradients alone.
OPTIMIZERS = [
    name
    for name in dir(torch.optim)
    if isinstance(kind := getattr(torch.optim, name), type)
    and issubclass(kind, torch.optim.Optimizer)
    and name not in ("Optimizer", "Muon", "SparseAdam")
]


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.slow
def test_every_optimizer_of_torch_carries_on_to_the_bit(name, tmp_path):
    settings = Settings(steps=60, engine="eager", schedule="inverse-sqrt", log_every=7)

    def attempt(directory):
        problem = Online(dtype=torch.float64)
        optimizer = getattr(torch.optim, name)(problem.parameters(), lr=0.01)
        return Attempt(name, problem, optimizer, settings, directory)

    whole, first, second = (attempt(tmp_path / each) for each in ("whole", "parts", "parts"))
    whole.run()
    first.run([stop_at(23)])
    assert first.problem.steps == 23
    second.load_state_dict(checkpoints.decode(checkpoints.encode(first.state_dict())))
    second.run()
    for key in ("problem", "optimizer", "curves"):
        assert exactly(second.state_dict()[key]) == exactly(whole.state_dict()[key])


def stop_at(steps):
    @on_step_training
    def stop(state):
        state[tb.STOP_TRAINING] = state[tb.MODEL].steps == steps

    return stop


def test_a_long_block_in_pieces_is_the_block_to_the_bit(monkeypatch):
    """Only so can a run stop within it: the pieces are batches, the points are where they were."""

    def play(longest, until=None):
        monkeypatch.setattr(trials, "LONGEST", (longest, longest))
        problem = Stochastic(dtype=torch.float64)
        optimizer = torch.optim.Adam(problem.parameters(), amsgrad=True)
        pieces = trials.pace(problem, optimizer, "compiled", 10_000).batches_per_point
        curves = Curves(pieces)
        for steps in (until or 25_000, 25_000):
            kept = [curves] if steps == 25_000 else []
            trial, _ = trials.build(
                problem,
                optimizer,
                steps=steps,
                every=10_000,
                schedule=inverse_sqrt,
                callbacks=kept,
            )
            trial.run()
        state = exactly([problem.state_dict(), optimizer.state_dict()])
        return state, pieces, dict(zip(curves.t.tolist(), curves["est"].tolist(), strict=True))

    whole, one, points = play(10_000)
    for longest in (3_000, 777):
        state, pieces, found = play(longest)
        assert state == whole
        assert found == points
        assert pieces == -(-10_000 // longest)
    for until in 13_000, 12_345:  # at the end of a piece, and within one
        state, _, found = play(3_000, until=until)
        assert state == whole
        assert found == {t: x for t, x in points.items() if t > until}
    assert one == 1
    assert list(points) == [10_000, 20_000, 25_000]


@pytest.mark.slow
def test_the_real_server_shows_a_killed_and_resumed_run_whole(tmp_path):
    words = ("--steps", 1500, "--log-every", 1, "--engine", "eager", "--optimizer", "adam")
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for place in (whole, parts):
        place.mkdir()
    assert Command(whole, "online", *words).wait() == 0
    killed = Command(parts, "online", *words, "--checkpoint-every", 0.05)
    logs = parts / "logs/online/Online_adam"
    wait_for(lambda: (logs / "checkpoint.pt").exists())
    time.sleep(0.2)
    killed.send(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    log = next(logs.glob("events*"))
    half = log.read_bytes()[:20]
    with log.open("ab") as stream:
        stream.write(half)  # what a record may look like that was not written to its end
    assert Command(parts, "online", "--resume", "logs/online").wait() == 0
    with serving(tmp_path) as url:
        runs(url, 2)
        curves = [
            [(step, value) for _, step, value in scalars(url, f"{place}/logs/online/Online_adam")]
            for place in ("whole", "parts")
        ]
    assert [step for step, _ in curves[0]] == list(range(1, 1501))
    assert curves[1] == curves[0]
