"""From any rule to a torch optimizer and to the compiled engine."""

import pickle

import pytest
import torch
import torchbearer
from lockstep import lockstep

from breaking_adam import Online, compiled, greedy_update, loss
from breaking_adam.optimizers import Adam, AdamNC, AMSGrad, RuleOptimizer, WeightDecay
from breaking_adam.rules import Rule, compilable, plain_at


@compilable
def lion_move(state, g, c):
    alpha, beta1, beta2 = c
    (m,) = state
    # The sign of β1 m_{t−1} + (1−β1) g_t (Chen et al. 2023)
    direction = beta1 * m + (1 - beta1) * g
    return (beta2 * m + (1 - beta2) * g,), -alpha * ((direction > 0) - (direction < 0))


class Lion(RuleOptimizer):
    """A rule of a user's own, fused without further ado."""

    rule = Rule(plain_at, lion_move, ("exp_avg",))
    hyper = {"beta1": 0.9, "beta2": 0.99}  # noqa: RUF012


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_follows_the_rule(dtype):
    settings = {"lr": 2.0**-6, "beta1": 0.8, "weight_decay": WeightDecay(0.1)}
    optimizer = Lion([torch.nn.Parameter(torch.zeros(1))], **settings)
    binding = optimizer.binding(optimizer.param_groups[0])
    assert binding.hyper == (0.8, 0.99)
    lockstep(lambda params: Lion(params, **settings), binding, dtype, steps=100)


@pytest.mark.slow
def test_trains_a_network():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
    optimizer = Lion(net.parameters(), lr=0.01)
    x = torch.randn(64, 2)
    y = x[:, :1] * x[:, 1:]
    for _ in range(300):
        optimizer.zero_grad()
        error = ((net(x) - y) ** 2).mean()
        error.backward()
        optimizer.step()
    assert error.item() < 0.1 * (y**2).mean().item()


def test_is_an_ordinary_optimizer():
    x = torch.nn.Parameter(torch.ones(2))
    optimizer = pickle.loads(pickle.dumps(Lion([x], beta2=0.5)))
    assert optimizer.param_groups[0]["beta2"] == 0.5
    with pytest.raises(TypeError, match="Lion has no hyperparameter 'beta3'"):
        Lion([x], beta3=0.5)
    with pytest.raises(ValueError, match="beta1 must be a finite number, got nan"):
        Lion([x], beta1=float("nan"))
    for way in {"foreach": True}, {"fused": False}:
        with pytest.raises(TypeError, match="Lion has no update but its fused one"):
            Lion([x], **way)


ENGINES = [
    (Lion, {"lr": 0.001, "weight_decay": WeightDecay(0.1)}),
    (Adam, {"bias_correction": False, "beta1_decay": 0.999}),
    (Adam, {"weight_decay": 0.1, "maximize": True}),
    (AMSGrad, {"bias_correction": "none", "beta1_power": 0.5}),
    (AMSGrad, {"weight_decay": WeightDecay(0.001, absolute=True)}),
    (AMSGrad, {"bias_correction": "before_max", "eps": 1e-3}),
    (AMSGrad, {"amsgrad": False, "optimized_update": False}),
    (AdamNC, {"beta1_decay": 0.99}),
]


@pytest.mark.slow
@pytest.mark.parametrize("way", [None, {"fused": True}])
@pytest.mark.parametrize(("kind", "settings"), ENGINES)
def test_runs_in_the_compiled_engine(kind, settings, way):
    """Blocks of compiled steps between eager ones, against eager steps alone."""

    def run(*blocks):
        model = Online(dtype=torch.float64)
        optimizer = kind(model.parameters(), **settings, **(way or {}))
        for block in blocks:
            if block is None:
                for _ in range(100):
                    optimizer.zero_grad()
                    model().backward()
                    optimizer.step()
                    with torch.no_grad():
                        model.x.clamp_(*model.domain)
            else:
                trial = torchbearer.Trial(
                    model, optimizer, loss, callbacks=[greedy_update], verbose=0
                )
                trial.with_closure(compiled(block)).for_train_steps(100 // block).run()
        return model.x, optimizer.state[model.x]

    x, state = run(100, None, 20)
    expected_x, expected = run(None, None, None)
    torch.testing.assert_close(x, expected_x, rtol=1e-12, atol=1e-15)
    assert state.keys() == expected.keys()
    for name in state:
        torch.testing.assert_close(state[name], expected[name], rtol=1e-12, atol=1e-15)


class OwnStep(RuleOptimizer):
    """A rule, and a step by tensor operations that is none of it."""

    rule = Lion.rule
    hyper = Lion.hyper
    follows_rule = False

    def step_param(self, ops, x, g, states, c, binding, alpha):
        ops.add_(x, 1.0)


def test_a_step_of_ones_own_is_taken():
    for foreach in False, True:
        x = torch.nn.Parameter(torch.zeros(2))
        optimizer = OwnStep([x], foreach=foreach)
        x.grad = torch.ones(2)
        optimizer.step()
        assert x.tolist() == [1.0, 1.0]
