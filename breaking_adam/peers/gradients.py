"""What every optimizer is shown: the same start and the same gradients, in float64."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import torch

#: A power of two, so that no library rounds it, and an ε that shows where it is added.
LR, BETAS, EPS = 2.0**-10, (0.9, 0.999), 1e-3

#: Coordinates with normal draws; as many follow whose draws are spiky.
RANDOM = 16


@cache
def gradients(steps: int, seed: int) -> np.ndarray:
    """Shape (steps, 32): 16 coordinates of normal draws, 16 that are 100 times larger now and then.

    A spike comes once in 50 steps on average.
    """
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(steps, 2 * RANDOM))
    g[:, RANDOM:] *= np.where(rng.random((steps, RANDOM)) < 0.02, 100.0, 1.0)
    return g


@cache
def start(seed: int) -> np.ndarray:
    """The x before the first step, shape (32,)."""
    return np.random.default_rng(seed + 1).normal(size=2 * RANDOM)


def torch_path(
    make: Callable[[list[torch.nn.Parameter]], torch.optim.Optimizer], steps: int, seed: int
) -> np.ndarray:
    """The x after every step of a torch optimizer, shape (steps, 32)."""
    x = torch.nn.Parameter(torch.tensor(start(seed)))
    optimizer, path = make([x]), []
    for g in torch.tensor(gradients(steps, seed)):
        x.grad = g
        optimizer.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)
