"""A fleet: optimizers that take the steps of lanes, and what they hold of each."""

import numpy as np
import pytest
import torch

from breaking_adam.grids.fleet import Fleet
from breaking_adam.rules.schedules import constant


class Rounds(torch.optim.SGD):
    """Descent that keeps the last slope, in another precision than x."""

    kept = torch.float64

    def step(self, closure=None):
        for group in self.param_groups:
            for x in group["params"]:
                self.state[x]["last"] = x.grad.to(self.kept)
                x.data.sub_(group["lr"] * x.grad)


@pytest.mark.parametrize("kept", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("alone", [False, True])
def test_each_lane_holds_its_own_in_whatever_precision(kept, alone, monkeypatch):
    monkeypatch.setattr(Rounds, "kept", kept)
    optimizers = [
        Rounds([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr) for lr in (1.0, 0.5)
    ]
    fleet = Fleet(optimizers, np.array([0, 1, 0, 1]), alone, constant)
    slopes = np.array([1.0, 2.5, -3.0, 0.25])  # which any precision has
    after = fleet.step(np.zeros(4), slopes, 1)
    assert [list(ship.lanes) for ship in fleet.ships] == (
        [[0], [2], [1], [3]] if alone else [[0, 2], [1, 3]]
    )
    np.testing.assert_array_equal(after, -slopes * [1.0, 0.5, 1.0, 0.5])
    np.testing.assert_array_equal(fleet.alphas(), [1.0, 0.5, 1.0, 0.5])
    held = fleet.held([("state", "x", "last"), ("param_groups", 0, "lr")])
    np.testing.assert_array_equal(held, [slopes, [1.0, 0.5, 1.0, 0.5]])


def test_a_schedule_scales_the_steps_and_not_what_it_scales():
    optimizers = [Rounds([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], 1.0)]
    fleet = Fleet(optimizers, np.array([0, 0]), False, lambda t: 1 / t)
    slopes = np.array([1.0, -2.0])
    for s in (2, 4):
        np.testing.assert_array_equal(fleet.step(np.zeros(2), slopes, s), -slopes / s)
    np.testing.assert_array_equal(fleet.alphas(), [1.0, 1.0])
