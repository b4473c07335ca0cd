"""Loop, foreach and fused against the scalar rule; and the rule against hand computation."""

from math import sqrt

import pytest
import torch
from lockstep import TOLERANCE, WAYS, lockstep

from breaking_adam.optimizers import Adam, AdamEpsInside, AdamNC, AMSGrad, WeightDecay
from breaking_adam.optimizers.entries import columns
from breaking_adam.optimizers.fused import torch_kernel

SETTINGS = {
    "adam": (Adam, {}),
    "adam, eps corrected": (Adam, {"optimized_update": False}),
    "adam, paper": (Adam, {"bias_correction": False, "maximize": True}),
    "adam, paper, beta1 fading": (Adam, {"bias_correction": False, "beta1_decay": 0.99}),
    "amsgrad, none": (AMSGrad, {"bias_correction": "none", "weight_decay": 0.1}),
    "amsgrad, none, beta1/t": (AMSGrad, {"bias_correction": "none", "beta1_power": 1.0}),
    "amsgrad, after_max": (AMSGrad, {"weight_decay": WeightDecay(0.1)}),
    "amsgrad, after_max, eps corrected": (AMSGrad, {"optimized_update": False}),
    "amsgrad, before_max": (
        AMSGrad,
        {"bias_correction": "before_max", "weight_decay": WeightDecay(0.01, absolute=True)},
    ),
    "amsgrad off": (AMSGrad, {"amsgrad": False, "weight_decay": 1e-4, "maximize": True}),
    "amsgrad, after_max, absolute decay": (
        AMSGrad,
        {"weight_decay": WeightDecay(0.01, absolute=True)},
    ),
    "adamnc": (AdamNC, {}),
    "adamnc, beta1 fading": (AdamNC, {"beta1_decay": 0.9, "weight_decay": 0.1}),
}
COMMON = {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-3}
DTYPES = [
    pytest.param(dtype, marks=[pytest.mark.slow] * (dtype != torch.float64)) for dtype in TOLERANCE
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SETTINGS)
def test_follows_the_scalar_rule(name, way, dtype):
    kind, settings = SETTINGS[name]

    def make(params):
        return kind(params, **COMMON, **settings, **WAYS[way])

    optimizer = make([torch.nn.Parameter(torch.zeros(1))])
    lockstep(make, optimizer.binding(optimizer.param_groups[0]), dtype)


@pytest.mark.parametrize("name", [name for name in SETTINGS if "before" not in name])
def test_torch_kernel_takes_the_same_steps(name):
    """What runs on accelerators, by torch's kernel for the CPU."""
    kind, settings = SETTINGS[name]

    class OnAccelerator(kind):
        def _step_group(self, group, params):
            binding = self.binding(group)
            kept = self._begun(params, binding)
            torch._foreach_add_([state["step"] for state in kept], torch.tensor(1.0))
            for t, xs, gs, states in columns(params, kept, binding.rule.state):
                torch_kernel(t, xs, gs, states, binding, group["lr"])

    optimizer = kind([torch.nn.Parameter(torch.zeros(1))], **COMMON, **settings)
    binding = optimizer.binding(optimizer.param_groups[0])
    lockstep(lambda params: OnAccelerator(params, **COMMON, **settings), binding)


def test_torch_kernel_refuses_another_move():
    optimizer = AMSGrad([torch.nn.Parameter(torch.zeros(1))], bias_correction="before_max")
    binding = optimizer.binding(optimizer.param_groups[0])
    with pytest.raises(RuntimeError, match="use foreach=True"):
        torch_kernel(1, [torch.zeros(1)], [torch.zeros(1)], [], binding, 0.1)


# g_1 = 2 and g_2 = 0 with α = 1, β1 = 1/2, β2 = 3/4, ε = 0: m = 1, 1/2 and v = 1, 3/4;
# 1 − β1ᵗ = 1/2, 3/4 and 1 − β2ᵗ = 1/4, 7/16.
BY_HAND = [
    # 2 / √4, then (2/3) / √(12/7)
    (Adam, {}, [-1, -1 - sqrt(7 / 27)]),
    # 1 / √1, then (1/2) / √(3/4)
    (Adam, {"bias_correction": False}, [-1, -1 - sqrt(1 / 3)]),
    # v̂ = 1, 1
    (AMSGrad, {"bias_correction": "none"}, [-1, -1.5]),
    # v̂ = 1, 1, of which 4 and 16/7 are made
    (AMSGrad, {"bias_correction": "after_max"}, [-1, -1 - sqrt(7) / 6]),
    # v̂ = max(0, 4), max(4, 12/7)
    (AMSGrad, {"bias_correction": "before_max"}, [-1, -4 / 3]),
    # v = 4, 2
    (AdamNC, {}, [-1 / 2, -1 / 2 - sqrt(1 / 8)]),
    # β_{1t} = 1/2, 1/8: m = 1, 1/8
    (AdamNC, {"beta1_decay": 0.25}, [-1 / 2, -1 / 2 - 1 / sqrt(128)]),
    # β_{1t} = 1/2, 1/4: m = 1, 1/4
    (AMSGrad, {"bias_correction": "none", "beta1_power": 1}, [-1, -1.25]),
    # 2 / (√4 + 1) with ε beside the corrected root, 1 / (√1 + 1) beside the other
    (Adam, {"optimized_update": False, "eps": 1}, [-2 / 3]),
    (Adam, {"optimized_update": True, "eps": 1}, [-1 / 2]),
    (AMSGrad, {"optimized_update": False, "eps": 1}, [-2 / 3]),
    (AMSGrad, {"optimized_update": True, "eps": 1}, [-1 / 2]),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "settings", "expected"), BY_HAND)
def test_first_steps_by_hand(kind, settings, expected, way):
    x = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    settings = {"lr": 1.0, "betas": (0.5, 0.75), "eps": 0.0, **settings}
    optimizer = kind([x], **settings, **WAYS[way])
    for g, end in zip([2.0, 0.0], expected, strict=False):
        x.grad = torch.tensor([g], dtype=torch.float64)
        optimizer.step()
        assert x.item() == pytest.approx(end, rel=1e-14, abs=0)


def test_eps_inside_by_hand_and_in_lockstep():
    # m = 1, 1/2 and v = 1, 3/4 as above, with ε = 3: 1 / √4, then (1/2) / √(15/4)
    x = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = AdamEpsInside([x], lr=1.0, beta1=0.5, beta2=0.75, eps=3.0)
    for g, end in [(2.0, -1 / 2), (0.0, -1 / 2 - 1 / sqrt(15))]:
        x.grad = torch.tensor([g], dtype=torch.float64)
        optimizer.step()
        assert x.item() == pytest.approx(end, rel=1e-14, abs=0)
    lockstep(
        lambda params: AdamEpsInside(params, lr=1.0, beta1=0.5, beta2=0.75, eps=3.0),
        optimizer.binding(optimizer.param_groups[0]),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eps": -1e-8}, "eps must be at least 0, got -1e-08"),
        ({"eps": float("inf")}, "eps must be a finite number, got inf"),
        ({"beta1": 1.0}, "beta1 must be below 1, got 1.0"),
        ({"beta2": -0.1}, "beta2 must be at least 0, got -0.1"),
    ],
)
def test_eps_inside_has_ranges_too(options, message):
    with pytest.raises(ValueError, match=message):
        AdamEpsInside([torch.nn.Parameter(torch.zeros(1))], **options)
