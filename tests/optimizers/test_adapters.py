"""Every option of every torch optimizer with an adapter: heeded by the rule that it is bound to."""

import inspect

import pytest
import torch
from lockstep import scalar_step

from breaking_adam.optimizers.adapters import ADAPTERS, bind

SGD, Adam, AdamW = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
RMSprop, Adagrad = torch.optim.RMSprop, torch.optim.Adagrad

#: How a step is taken, and what that leaves for others to do; nothing of what it is.
WAY = {"params", "foreach", "fused", "capturable", "differentiable"}

#: A value of each option, last, after what else must be set for it to have an effect.
EVERYWHERE = {
    "lr": {"lr": 0.03},
    "weight_decay": {"weight_decay": 0.3},
    "maximize": {"maximize": True},
}
MOMENTS = {**EVERYWHERE, "betas": {"betas": (0.7, 0.8)}, "eps": {"eps": 0.1}}
OPTIONS = {
    SGD: {
        **EVERYWHERE,
        "momentum": {"momentum": 0.9},
        "dampening": {"momentum": 0.9, "dampening": 0.3},
        "nesterov": {"momentum": 0.9, "nesterov": True},
    },
    Adam: {
        **MOMENTS,
        "amsgrad": {"betas": (0.7, 0.8), "amsgrad": True},
        "decoupled_weight_decay": {"weight_decay": 0.3, "decoupled_weight_decay": True},
    },
    AdamW: {**MOMENTS, "amsgrad": {"betas": (0.7, 0.8), "amsgrad": True}},
    RMSprop: {
        **EVERYWHERE,
        "alpha": {"alpha": 0.8},
        "eps": {"eps": 0.1},
        "momentum": {"momentum": 0.9},
        "centered": {"centered": True},
    },
    Adagrad: {
        **EVERYWHERE,
        "lr_decay": {"lr_decay": 0.1},
        "initial_accumulator_value": {"initial_accumulator_value": 2.0},
        "eps": {"eps": 0.1},
    },
}
#: Maximizing turns only the slope round: weight decay pulls towards 0 all the same.
TOGETHER = {"weight_decay": 0.3, "maximize": True}


def gradients(steps=30):
    draws = torch.Generator().manual_seed(0)
    return (3 * torch.randn(steps, generator=draws, dtype=torch.float64)).tolist()


def torchs(kind, options):
    """x after every step, and the binding of the group."""
    x = torch.nn.Parameter(torch.tensor(0.5, dtype=torch.float64))
    optimizer, path = kind([x], **options), []
    for g in gradients():
        x.grad = torch.tensor(g, dtype=torch.float64)
        optimizer.step()
        path.append(x.item())
    return path, bind(optimizer, optimizer.param_groups[0]), optimizer.param_groups[0]["lr"]


def the_rules(binding, alpha):
    x, state, path = 0.5, (binding.initial,) * len(binding.rule.state), []
    for t, g in enumerate(gradients(), 1):
        x, state = scalar_step(binding, alpha, t, x, state, g)
        path.append(x)
    return path


CASES = [
    pytest.param(kind, options, id=f"{kind.__name__}-{name}")
    for kind, table in OPTIONS.items()
    for name, options in {"defaults": {}, **table, "decay and maximize": TOGETHER}.items()
]


@pytest.mark.parametrize(("kind", "options"), CASES)
def test_an_option_is_heeded(kind, options):
    path, binding, alpha = torchs(kind, options)
    assert the_rules(binding, alpha) == pytest.approx(path, rel=1e-12, abs=1e-14)
    if options:  # which would prove nothing if it did nothing
        *others, _ = options.items()
        plain, _, _ = torchs(kind, dict(others))
        assert max(abs(a - b) for a, b in zip(path, plain, strict=True)) > 1e-6


def test_the_table_has_every_adapter_and_every_option():
    assert OPTIONS.keys() == ADAPTERS.keys()
    for kind, table in OPTIONS.items():
        assert table.keys() == inspect.signature(kind).parameters.keys() - WAY
