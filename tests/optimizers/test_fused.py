"""The pass over memory: coordinate by coordinate the rule's own numbers, to the last bit."""

import platform
import re

import numba
import numpy as np
import pytest
import torch
from llvmlite.binding import get_host_cpu_features

from breaking_adam import rules
from breaking_adam.engine import compilation, memory
from breaking_adam.engine.memory_pass import over_memory
from breaking_adam.engine.step import stepper, tuples
from breaking_adam.optimizers import AdamNC, AMSGrad, RuleOptimizer, WeightDecay


class Momentum(RuleOptimizer):
    rule = rules.SGD
    hyper = {"momentum": 0.9, "dampening": 0.0}  # noqa: RUF012


DTYPES = [torch.float64, torch.float32, torch.bfloat16, torch.float16]
RULES = {
    "amsgrad": lambda params: AMSGrad(params, weight_decay=WeightDecay(0.1), fused=True),
    "adamnc": lambda params: AdamNC(params, weight_decay=0.1, fused=True),
    "momentum": lambda params: Momentum(params, lr=0.01),
}


def one_by_one(step, storage):
    """The reference: a coordinate at a time, from arrays to arrays, in no particular hurry."""
    one, at, n = stepper(step), step.rule.at, len(step.rule.state)
    narrow = tuples(step.coefficients, step.dtype).narrow
    load, store, _ = tuples(n + 1, step.dtype)
    _, _, widen, shrink = memory.STORAGE[storage]
    dtype = step.dtype

    @numba.njit(error_model="numpy")
    def run(tensors, gs, t, alpha, hyper, decays):
        numbers = np.empty(n + 1, dtype)
        for k in range(len(gs)):
            c = narrow(at(t, alpha, hyper))
            for i in range(n + 1):
                numbers[i] = widen(tensors[i, k])
            values = load(numbers.reshape(n + 1, 1), 0)
            x, state = one(values[-1], values[:-1], widen(gs[k]), c, alpha, decays)
            store(numbers.reshape(n + 1, 1), 0, state + (x,))  # noqa: RUF005 - Numba's subset
            for i in range(n + 1):
                tensors[i, k] = shrink(numbers[i])

    return run


def bits(tensor):
    if tensor.dtype in (torch.float16, torch.bfloat16):
        tensor = tensor.view(torch.int16)
        return tensor.numpy().view(np.uint16).copy()
    return tensor.detach().numpy().copy()


@pytest.mark.slow
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", RULES)
def test_every_bit_is_that_of_the_rule_one_coordinate_at_a_time(name, dtype):
    draws = torch.Generator().manual_seed(1)
    sizes = (1, 7, 64, 33, 40_001)  # so that the last one is shared at an odd coordinate
    params = [torch.nn.Parameter(torch.randn(n, generator=draws).to(dtype)) for n in sizes]
    optimizer = RULES[name](params)
    group = optimizer.param_groups[0]
    storage = str(dtype).removeprefix("torch.")
    binding = optimizer.binding(group)
    step = binding.step(np.dtype("float64" if dtype == torch.float64 else "float32"))
    run, names = one_by_one(step, storage), binding.rule.state
    for t in (1, 2, 3):
        for p in params:
            p.grad = torch.randn(p.shape, generator=draws).to(dtype)
            p.grad[0] = (0.0, torch.inf, torch.nan)[t - 1]
        before = [
            [optimizer.state[p].get(name, torch.zeros_like(p)) for name in names] + [p.detach()]
            for p in params
        ]
        want = [np.array([bits(tensor) for tensor in row]) for row in before]
        for p, tensors in zip(params, want, strict=True):
            decays = float(binding.l2), float(binding.decay)
            run(tensors, bits(p.grad), t, float(group["lr"]), binding.hyper, decays)
        optimizer.step()
        for p, tensors in zip(params, want, strict=True):
            got = [*(optimizer.state[p][name] for name in names), p.detach()]
            np.testing.assert_array_equal(np.array([bits(tensor) for tensor in got]), tensors)


# --- Tensors that overlap -----------------------------------------------------------------------


def shared_parameters():
    memory = torch.linspace(-1, 1, 300, dtype=torch.float64)
    xs = [torch.nn.Parameter(memory[:200]), torch.nn.Parameter(memory[100:])]
    for x in xs:
        x.grad = torch.linspace(1, 2, 200, dtype=torch.float64)
    return xs


def gradient_is_its_parameter():
    x = torch.nn.Parameter(torch.linspace(-1, 1, 300, dtype=torch.float64))
    x.grad = x.detach()
    return [x]


def gradient_is_its_parameter_shifted():
    memory = torch.linspace(-1, 1, 300, dtype=torch.float64)
    x = torch.nn.Parameter(memory[1:])
    x.grad = memory[:-1]
    return [x]


def gradient_is_another_parameter():
    x, y = (torch.nn.Parameter(torch.linspace(-1, 1, 300, dtype=torch.float64)) for _ in "xy")
    x.grad, y.grad = y.detach(), x.detach()
    return [x, y]


OVERLAPPING = [
    shared_parameters,
    gradient_is_its_parameter,
    gradient_is_its_parameter_shifted,
    gradient_is_another_parameter,
]


@pytest.mark.parametrize("make", OVERLAPPING)
def test_tensors_that_overlap_are_stepped_as_the_loop_steps_them(make):
    xs, ys = make(), make()
    ours, loop = AMSGrad(xs, lr=0.1, fused=True), AMSGrad(ys, lr=0.1, foreach=False)
    for _ in range(5):
        ours.step()
        loop.step()
        for x, y in zip(xs, ys, strict=True):
            # A few roundings at the scale of a move, 0.1; some coordinates pass zero.
            torch.testing.assert_close(x, y, rtol=1e-12, atol=1e-15)


def test_states_that_share_memory_end_as_the_last_one():
    """Each is worked out from what was there before; the later one is what stays."""
    x = torch.nn.Parameter(torch.ones(40_000, dtype=torch.float64))
    x.grad = torch.full_like(x, 2.0)
    optimizer = AMSGrad([x], betas=(0.5, 0.75), fused=True)
    both = torch.full_like(x, 8.0)
    optimizer.state[x] = {"step": torch.tensor(0.0), "exp_avg": both, "exp_avg_sq": both}
    optimizer.step()
    assert (both == 0.75 * 8 + 0.25 * 2**2).all()


# --- Machine code -------------------------------------------------------------------------------

#: What a square root of several numbers at once is called.
PACKED = {"x86_64": r"sqrtp[sd]", "aarch64": r"fsqrt\s+v\d+\.\d+[sd]", "arm64": r"fsqrt\.\d[sd]"}


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in PACKED, reason="another instruction set")
@pytest.mark.parametrize("storage", ["float32", "float64", "bfloat16"])
def test_the_loop_is_in_the_vector_units(storage, monkeypatch):
    monkeypatch.setattr(compilation, "_keep", lambda _: None)  # of code from disk there is no text
    optimizer = AMSGrad([torch.nn.Parameter(torch.zeros(1))])
    binding = optimizer.binding(optimizer.param_groups[0])
    step = binding.step(np.dtype("float64" if storage == "float64" else "float32"))
    run = over_memory.__wrapped__(step, storage, len(binding.hyper))
    assert re.search(PACKED[platform.machine()], run._library.get_asm_str())
    # Not after a test at run time whether tensors overlap: LLVM has been told.
    assert "memcheck" not in run._library.get_llvm_str()
    if get_host_cpu_features().get("avx512f"):
        assert "%zmm" in run._library.get_asm_str(), "though LLVM might prefer half the width"
