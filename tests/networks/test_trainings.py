"""The paired design, stopping and carrying on to the bit, and what a Trial shows."""

import math
import os
import signal
import threading

import numpy as np
import pytest
import torch
import torchbearer
from sets import sets
from torch import nn
from torchbearer import Callback

from breaking_adam.networks import jobs, metrics
from breaking_adam.networks import lanes as shared_lanes
from breaking_adam.networks.experiments import EXPERIMENTS
from breaking_adam.networks.jobs import Job, StoppedError, train
from breaking_adam.networks.lanes import can_share, train_lanes
from breaking_adam.networks.metrics import evaluate
from breaking_adam.networks.training import Run, Training
from breaking_adam.runs.checkpoints import decode, encode

COLOURED = (3, 32, 32)


class Seen(Callback):
    """What a Trial begins with, and what it is shown."""

    def __init__(self):
        self.weights, self.batches, self.alphas = None, [], []

    def on_start(self, state):
        self.weights = [p.detach().clone() for p in state[torchbearer.MODEL].parameters()]

    def on_backward(self, state):
        self.batches.append((state[torchbearer.X], state[torchbearer.Y_TRUE]))
        self.alphas.append(state[torchbearer.OPTIMIZER].param_groups[0]["lr"])


def seen(experiment, algorithm, data, seed=3):
    callback = Seen()
    training = Training(experiment, algorithm, 0.99, 0.01, seed, 6, points=2, batch=4)
    Run(training, data, callbacks=[callback]).trial.run(1)
    return callback


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ["logistic", "network", "cifarnet"])
def test_every_algorithm_has_the_same_weights_and_batches(experiment):
    shape = COLOURED if experiment == "cifarnet" else (1, 28, 28)
    data = sets(10, 2, shape)
    one, *others = (seen(experiment, name, data) for name in EXPERIMENTS[experiment].algorithms)
    for other in others:
        for mine, theirs in zip(one.weights, other.weights, strict=True):
            assert torch.equal(mine, theirs)
        for mine, theirs in zip(one.batches, other.batches, strict=True):
            assert torch.equal(mine[0], theirs[0])
            assert torch.equal(mine[1], theirs[1])
    another = seen(experiment, "adam", data, seed=4)
    assert not torch.equal(another.batches[0][0], one.batches[0][0])
    if experiment != "logistic":
        assert not torch.equal(another.weights[0], one.weights[0])


@pytest.mark.parametrize(
    ("experiment", "algorithm", "shrinks"),
    [
        ("logistic", "adam", True),
        ("network", "adam", False),
        ("network", "amsgrad-none", False),
        ("network", "adam-inverse-sqrt", True),
    ],
)
def test_step_sizes(experiment, algorithm, shrinks):
    expected = [0.01 / math.sqrt(t) if shrinks else 0.01 for t in range(1, 7)]
    assert seen(experiment, algorithm, sets(40, 10)).alphas == pytest.approx(expected, rel=1e-15)


class Stop(Callback):
    def __init__(self, after):
        self.after = after

    def on_step_training(self, state):
        if state[torchbearer.BATCH] + 1 == self.after:
            state[torchbearer.STOP_TRAINING] = True


@pytest.mark.parametrize("after", [4, 5])  # within a stretch, and at its end
@pytest.mark.parametrize(
    ("experiment", "algorithm"),
    [
        ("logistic", "amsgrad-before-max"),
        ("network", "amsgrad-none"),
        ("network", "adam-inverse-sqrt"),
        ("cifarnet", "amsgrad-after-max"),
    ],
)
@pytest.mark.slow
def test_carried_on_to_the_bit(experiment, algorithm, after):
    data = sets(10, 2, COLOURED if experiment == "cifarnet" else (1, 28, 28))
    training = Training(experiment, algorithm, 0.99, 0.003, 3, 10, points=2, batch=4)
    whole = Run(training, data)
    whole.trial.run(1)
    part = Run(training, data, callbacks=[Stop(after)])
    part.trial.run(1)
    assert not part.complete
    state = decode(encode(part.state_dict()))
    torch.rand(100)  # what else draws in between is of no account
    rest = Run(training, data)
    rest.load_state_dict(state)
    rest.trial.run(1)
    assert rest.complete
    assert np.array_equal(rest.curve.curves, whole.curve.curves)
    for mine, theirs in zip(rest.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_a_state_of_another_training_is_refused():
    runs = [
        Run(Training("logistic", "adam", 0.99, 0.1, seed, 4, points=2, batch=16), sets(40, 10))
        for seed in (0, 1)
    ]
    with pytest.raises(ValueError, match="of another training"):
        runs[0].load_state_dict(runs[1].state_dict())


def test_points_divide_iterations():
    with pytest.raises(ValueError, match="3 points do not divide 10 iterations"):
        Training("logistic", "adam", 0.99, 0.1, 0, 10, points=3)


def test_curves_are_means_over_stretches_and_the_whole_test_set():
    data = sets(40, 30)
    training = Training("network", "adam", 0.99, 0.01, 0, 6, points=2, batch=16)
    losses, right = [], []

    class Each(Callback):
        def on_criterion(self, state):
            losses.append(state[torchbearer.LOSS].item())
            logits, y = state[torchbearer.Y_PRED], state[torchbearer.Y_TRUE]
            right.append((logits.argmax(1) == y).double().mean().item())

    run = Run(training, data, callbacks=[Each()])
    run.trial.run(1)
    train_loss, train_accuracy, test_loss, test_accuracy = run.curve.curves
    assert train_loss == pytest.approx([np.mean(losses[:3]), np.mean(losses[3:])], rel=1e-12)
    assert train_accuracy == pytest.approx([np.mean(right[:3]), np.mean(right[3:])], rel=1e-12)
    with torch.no_grad():
        logits = run.model(data.test.x)
    assert test_loss[-1] == pytest.approx(
        nn.functional.cross_entropy(logits, data.test.y).item(), rel=1e-6
    )
    assert test_accuracy[-1] == (logits.argmax(1) == data.test.y).double().mean().item()


@pytest.mark.parametrize("training", [False, True])
def test_a_score_is_that_of_evaluation_and_leaves_the_mode_as_it_was(training, monkeypatch):
    """Dropout would make it another one each time. The images come by sevens, and one is left."""
    monkeypatch.setattr(metrics, "CHUNK", 7)
    test = sets(10, 29).test
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(784, 10)).train(training)
    score = evaluate(model, test)
    logits = model[2](test.x.flatten(1)).detach()
    assert score.loss == pytest.approx(nn.functional.cross_entropy(logits, test.y).item(), rel=1e-6)
    assert score.accuracy == (logits.argmax(1) == test.y).double().mean().item()
    assert model.training is training


LONG = Training("logistic", "amsgrad-none", 0.99, 0.1, 0, 1000, points=10, batch=16)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_it_carries_on(tmp_path, number):
    data = sets(40, 10)
    (tmp_path / "a").mkdir()
    whole = train(LONG, data, tmp_path / "a")
    timer = threading.Timer(0.1, os.kill, (os.getpid(), number))
    timer.start()
    with pytest.raises(StoppedError):
        train(LONG, data, tmp_path, tmp_path / "logs")
    assert [path.suffix for path in tmp_path.glob("*.pt")] == [".pt"]
    assert np.array_equal(train(LONG, data, tmp_path, tmp_path / "logs"), whole)
    assert not list(tmp_path.glob("*.pt"))
    assert len(list((tmp_path / "logs").iterdir())) == 1


def test_a_checkpoint_is_saved_every_so_many_seconds(tmp_path, monkeypatch):
    saved, save = [], jobs.checkpoints.save

    def seen(path, state):
        saved.append(state["curve"]["steps"])
        save(path, state)

    monkeypatch.setattr(jobs.checkpoints, "save", seen)
    training = Training("logistic", "adam", 0.99, 0.1, 0, 4, points=2, batch=16)
    train(training, sets(40, 10), tmp_path, every=0.0)
    assert saved == [1, 2, 3, 4]


def test_a_damaged_checkpoint_is_as_good_as_none(tmp_path):
    data = sets(40, 10)
    training = Training("logistic", "adam", 0.99, 0.1, 0, 20, points=2, batch=16)
    whole = train(training, data, tmp_path)
    (tmp_path / f"logistic_{training.name}.pt").write_bytes(b"damaged")
    assert np.array_equal(train(training, data, tmp_path), whole)


def lanes(algorithms):
    return [
        Training("logistic", name, beta2, alpha, 0, 50, points=5, batch=32)
        for name in algorithms
        for beta2 in (0.99, 0.999)
        for alpha in (0.001, 0.003, 0.01)
    ]


@pytest.mark.slow
def test_lanes_agree_with_single_trials():
    data = sets(200, 50)
    trainings = lanes(EXPERIMENTS["logistic"].algorithms)[::-1]
    together = train_lanes(trainings, data)
    for training, curves in zip(trainings, together, strict=True):
        run = Run(training, data)
        run.trial.run(1)
        np.testing.assert_allclose(curves, run.curve.curves, rtol=1e-6)


@pytest.mark.slow
def test_lanes_agree_in_float64_to_rounding(monkeypatch):
    monkeypatch.setattr(shared_lanes, "CHUNK", 16)  # of 50 images
    data = sets(200, 50)
    trainings = lanes(["amsgrad-none", "adam"])
    together = train_lanes(trainings, data, torch.float64)
    data.train.x, data.test.x = data.train.x.double(), data.test.x.double()
    for training, curves in zip(trainings, together, strict=True):
        run = Run(training, data)
        run.trial.to("cpu", torch.float64)
        run.trial.run(1)
        np.testing.assert_allclose(curves, run.curve.curves, rtol=1e-12)


def test_what_cannot_share_lanes():
    trainings = lanes(["adam"])
    other_seed = Training("logistic", "adam", 0.99, 0.1, 1, 50, points=5, batch=32)
    network = Training("network", "adam", 0.99, 0.1, 0, 50, points=5, batch=32)
    assert can_share(trainings)
    assert not can_share([*trainings, other_seed])
    assert not can_share([network])
    with pytest.raises(ValueError, match="lanes are logistic regressions"):
        train_lanes([*trainings, other_seed], sets(200, 50))


def test_a_job_of_one_is_a_trial_and_of_many_is_lanes(tmp_path, monkeypatch):
    data = sets(200, 50)
    monkeypatch.setattr(jobs, "load", lambda source: data)
    trainings = tuple(lanes(["adam"]))
    together = jobs.work(Job(trainings, None, tmp_path))
    assert np.array_equal(together, train_lanes(trainings, data))
    run = Run(trainings[0], data)
    run.trial.run(1)
    alone = jobs.work(Job(trainings[:1], None, tmp_path))
    assert np.array_equal(alone, run.curve.curves[None])
