"""The check that the suite rests on: an optimizer against its scalar rule in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from breaking_adam.optimizers.binding import Binding

WAYS: dict[str, dict[str, bool]] = {
    "loop": {"foreach": False},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
}

#: What a step may differ by, in units of the largest value so far. Halves are compared over a
#: step from the same state, since torch's tensor operations round to a half after each of them.
TOLERANCE = {
    torch.float64: 1e-13,
    torch.float32: 1e-5,
    torch.bfloat16: 6 * 2.0**-8,
    torch.float16: 6 * 2.0**-11,
}

SHAPES = [(3,), (), (2, 2), (0,)]


def scalar_step(
    binding: Binding, alpha: float, t: int, x: float, state: tuple[float, ...], g: float
) -> tuple[float, tuple[float, ...]]:
    """Step t of one coordinate, as the definition has it."""
    if binding.maximize:
        g = -g
    g = g + binding.l2 * x
    x = x * (1 - (binding.decay if binding.decay_absolute else alpha * binding.decay))
    rule = binding.rule
    state, move = rule.move(state, g, rule.at(t, alpha, binding.hyper))
    return x + move, state


def lockstep(
    make: Callable[[Any], torch.optim.Optimizer],
    binding: Binding,
    dtype: torch.dtype = torch.float64,
    steps: int = 200,
) -> None:
    """Assert that x and every state follow the binding's scalar rule, step by step."""
    rng = np.random.default_rng(0)
    params = [
        torch.nn.Parameter(torch.tensor(rng.normal(size=shape)).to(dtype)) for shape in SHAPES
    ]
    optimizer = make(params)
    alpha = optimizer.param_groups[0]["lr"]
    names = binding.rule.state

    def rounded(values: np.ndarray) -> np.ndarray:
        return torch.from_numpy(values).to(dtype).double().numpy()

    def flat(tensors: list[torch.Tensor]) -> np.ndarray:
        return torch.cat([tensor.detach().flatten() for tensor in tensors]).double().numpy()

    expected = np.stack([flat(params), *(np.zeros(8) for _ in names)])
    largest = np.zeros(len(expected))
    for t in range(1, steps + 1):
        for p in params:
            # Between 1/2 and 8 in size, so that no square leaves the normal float16s.
            sizes = 2 ** rng.uniform(-1, 3, size=p.shape)
            p.grad = torch.tensor(sizes * rng.choice([-1.0, 1.0], size=p.shape)).to(dtype)
        g = flat([p.grad for p in params])
        for k, (x, *state) in enumerate(expected.T.tolist()):
            x, state = scalar_step(binding, alpha, t, x, tuple(state), float(g[k]))
            expected[:, k] = x, *state
        expected = rounded(expected)
        optimizer.step()
        got = [params, *([optimizer.state[p][name] for p in params] for name in names)]
        largest = np.maximum(largest, np.abs(expected).max(axis=1))
        for name, mine, theirs, size in zip(("x", *names), got, expected, largest, strict=True):
            error = np.abs(flat(mine) - theirs).max() / size
            assert error <= TOLERANCE[dtype], f"{name} is off by {error:.1e} at step {t}"
        if dtype.itemsize == 2:
            for tensors, values in zip(got, expected, strict=True):
                _write(tensors, values)
        assert all(optimizer.state[p]["step"] == t for p in params)


@torch.no_grad()
def _write(tensors: list[torch.Tensor], values: np.ndarray) -> None:
    rest = torch.tensor(values)
    for tensor in tensors:
        tensor.copy_(rest[: tensor.numel()].reshape(tensor.shape))
        rest = rest[tensor.numel() :]
