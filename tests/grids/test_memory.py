# ruff: noqa: N803 - C is the paper's letter
"""The memory of a grid: by its cells alone, however many steps they take."""

import tracemalloc

import numpy as np
import pytest
import torch

from breaking_adam import Online, Stochastic, grid


class Draws(torch.optim.SGD):
    """Which no machine code can follow: its cells are played eagerly."""

    def step(self, closure=None):
        super().step(closure)
        self.param_groups[0]["params"][0].data.add_(1e-3 * torch.rand(1).item())


def online(C):
    return Online(C, -1, period=C)


def at_random(seed):
    return Stochastic(101, -1, probability=0.02, seed=seed)


def of(kind):
    return lambda params, lr: kind(params, lr=lr)


ADAM, NADAM, DRAWS = map(of, (torch.optim.Adam, torch.optim.NAdam, Draws))


def peak(problem, optimizer, axes, steps, points=0):
    """Bytes that Python and NumPy hold at the most while a grid is played."""
    tracemalloc.start()
    try:
        grid(problem, optimizer, axes, steps=steps, points=points)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("problem", "optimizer", "axes", "points", "times"),
    [
        (online, ADAM, {"C": range(2, 34), "lr": [0.1, 0.2]}, 0, 100),
        (online, ADAM, {"C": range(2, 34), "lr": [0.1, 0.2]}, 100, 100),
        (at_random, ADAM, {"seed": range(256), "lr": [0.1]}, 0, 100),
        (online, NADAM, {"C": range(2, 34), "lr": [0.1, 0.2]}, 0, 100),
        (online, DRAWS, {"C": [3], "lr": [0.1]}, 0, 20),
    ],
    ids=["written", "curves", "drawn", "read", "eager"],
)
def test_memory_is_constant_in_the_steps(problem, optimizer, axes, points, times):
    def play(steps):
        return peak(problem, optimizer, axes, steps, points)

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # several may be done together, or one after another
    try:
        grid(problem, optimizer, axes, steps=200, points=points)  # compiles
        few, many = play(200), play(200 * times)
    finally:
        torch.set_num_threads(threads)
    assert many < 1.25 * few + 2**16


@pytest.mark.slow
def test_a_cell_takes_at_most_400_bytes():
    axes = {"C": range(2, 258), "lr": np.geomspace(1e-4, 1.0, 256)}
    grid(online, ADAM, {"C": [2, 3], "lr": [0.1]}, steps=10)
    assert peak(online, ADAM, axes, steps=20) <= 400 * 256**2
