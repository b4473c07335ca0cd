"""AdamNC against plain Python in 50 decimal digits, written from the paper alone."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch

from breaking_adam.optimizers import AdamNC
from breaking_adam.problems import Online
from breaking_adam.rules.schedules import inverse_sqrt
from breaking_adam.trials.build import build

STEPS = 300


def slope(t):
    """The cost of Theorem 1 for C = 3."""
    return 3 if t % 3 == 1 else -1


def in_digits(fading):
    """x_2, x_3, … of Algorithm 3 with β_{1t} = 0.9 λᵗ⁻¹ and β_{2t} = 1 − 1/t, from x_1 = 1."""
    with localcontext() as context:
        context.prec = 50
        m = squares = Decimal(0)
        x, beta1, xs = Decimal(1), Decimal("0.9"), []
        for t in range(1, STEPS + 1):
            g = Decimal(slope(t))
            m = beta1 * m + (1 - beta1) * g
            squares += g * g  # V_t = Σ g² / t, as Section 5 has it
            x -= Decimal("0.5") / Decimal(t).sqrt() * m / (squares / t).sqrt()
            x = min(max(x, Decimal(-1)), Decimal(1))
            beta1 *= Decimal(fading)
            xs.append(float(x))
    return xs


CASES = pytest.mark.parametrize("fading", ["1", "0.95"])


@CASES
@pytest.mark.parametrize("way", [{"foreach": False}, {"foreach": True}, {"fused": True}])
def test_steps(way, fading):
    x = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = AdamNC([x], 0.5, (0.9, 0.5), eps=0.0, beta1_decay=float(fading), **way)
    got = []
    for t in range(1, STEPS + 1):
        optimizer.param_groups[0]["lr"] = 0.5 / t**0.5
        x.grad = torch.tensor([float(slope(t))], dtype=torch.float64)
        optimizer.step()
        x.data.clamp_(-1, 1)
        got.append(x.item())
    np.testing.assert_allclose(got, in_digits(fading), rtol=0, atol=1e-13)
    assert min(got) < 0.5  # it has moved


@CASES
def test_the_compiled_trial(fading):
    problem = Online(3.0, -1.0, period=3, x0=1.0, dtype=torch.float64)
    optimizer = AdamNC([problem.x], 0.5, (0.9, 0.5), eps=0.0, beta1_decay=float(fading))
    seen = []
    for t in range(1, STEPS + 1):
        build(problem, optimizer, engine="compiled", steps=t, schedule=inverse_sqrt)[0].run()
        seen.append(problem.x.item())
    np.testing.assert_allclose(seen, in_digits(fading), rtol=0, atol=1e-13)
