"""Real training steps of each model, against NumPy; their sizes; the choices that are arguments."""

import by_hand
import numpy as np
import pytest
import torch
from sets import sets
from torch import nn

from breaking_adam.networks.experiments import EXPERIMENTS
from breaking_adam.networks.models import CifarNet, LogisticRegression, OneHiddenLayer
from breaking_adam.networks.response_norm import ResponseNorm
from breaking_adam.networks.training import Run, Training

CASES = [(name, each) for name in ("logistic", "network") for each in EXPERIMENTS[name].algorithms]


def steps_agree(experiment, algorithm, data, steps, batch, alpha=0.01, beta2=0.99):
    """Train by the Trial and by hand, in float64, and compare the weights and the losses."""
    training = Training(experiment, algorithm, beta2, alpha, 3, steps, points=steps, batch=batch)
    run = Run(training, data)
    run.trial.to("cpu", torch.float64)
    if experiment == "cifarnet":
        run.model.classifier[2].p = 0.0
    if experiment == "logistic":  # from 0, half of the gradients would be alike
        with torch.no_grad():
            run.model.linear.weight.normal_(0, 0.1)
    data.train.x, data.test.x = data.train.x.double(), data.test.x.double()
    ours = [p.detach().numpy().copy() for p in run.model.parameters()]
    before = [each.copy() for each in ours]
    optimizers = [by_hand.Optimizer(algorithm, alpha, beta2) for _ in ours]
    shrinks = EXPERIMENTS[experiment].schedule_of(algorithm) == "inverse-sqrt"
    losses = []
    for t, (x, y) in enumerate(run.batches, 1):
        loss, grads = getattr(by_hand, experiment)(ours, x.numpy(), y.numpy())
        alpha_t = alpha / np.sqrt(t) if shrinks else alpha
        ours = [
            optimizer.step(t, p, g, alpha_t)
            for optimizer, p, g in zip(optimizers, ours, grads, strict=True)
        ]
        losses.append(loss)
    run.trial.run(1)
    np.testing.assert_allclose(run.curve.curves[0], losses, rtol=1e-10)
    for p, by, start in zip(run.model.parameters(), ours, before, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), by, rtol=0, atol=1e-9 * alpha)
        assert np.abs(by - start).max() > 0.5 * alpha  # it has moved


@pytest.mark.parametrize(("experiment", "algorithm"), CASES)
def test_steps_of_mnists_models(experiment, algorithm):
    steps_agree(experiment, algorithm, sets(), steps=4, batch=32)


@pytest.mark.slow
def test_a_step_of_cifarnet():
    steps_agree("cifarnet", "amsgrad-none", sets(8, 4, (3, 32, 32), True), steps=1, batch=4)


def test_sizes():
    count = {
        model: sum(p.numel() for p in model().parameters())
        for model in (LogisticRegression, OneHiddenLayer, CifarNet)
    }
    assert count[LogisticRegression] == 784 * 10 + 10
    assert count[OneHiddenLayer] == 785 * 100 + 101 * 10
    assert count[CifarNet] == (
        (3 * 36 + 1) * 64 + (64 * 36 + 1) * 64 + (64 * 8 * 8 + 1) * 384 + 385 * 192 + 193 * 10
    )
    assert CifarNet(padding=(0, 0, 0, 0)).classifier[0].in_features == 64 * 4 * 4


def test_dropout_is_between_384_and_192_and_off_in_evaluation():
    torch.manual_seed(0)
    model = CifarNet()
    x = torch.rand(4, 3, 32, 32)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))
    seen = []
    model.train()
    model.classifier[3].register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    model.classifier[1].register_forward_hook(lambda _, __, out: seen.append(out))
    model(x)
    before, after = seen
    kept = after != 0
    assert torch.equal(after[kept], 2 * before[kept])
    assert 0.4 < kept[before > 0].float().mean() < 0.6


def test_initialisation_is_an_argument():
    def ones(module):
        for parameter in module.parameters(recurse=False):
            nn.init.ones_(parameter)

    for model in LogisticRegression, OneHiddenLayer, CifarNet:
        assert all((p == 1).all() for p in model(init=ones).parameters())
    assert all((p == 0).all() for p in LogisticRegression().parameters())
    torch.manual_seed(0)
    ours = OneHiddenLayer().hidden.weight
    torch.manual_seed(0)
    assert torch.equal(ours, nn.Linear(784, 100).weight)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_response_norm_is_torchs(layout):
    torch.manual_seed(0)
    theirs = nn.LocalResponseNorm(9, alpha=0.001, beta=0.75, k=1.0)
    x = 30 * torch.randn(3, 64, 5, 4, dtype=torch.float64)
    results = []
    for norm in (theirs, ResponseNorm(64).double()):
        one = x.clone(memory_format=layout).requires_grad_()
        out = norm(one)
        (out * out.detach().cos()).sum().backward()
        results.append((out.detach(), one.grad))
    for mine, other in zip(*results, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-12, atol=1e-12)
    assert (results[0][0] / x).min() < 0.7  # it has something to do
