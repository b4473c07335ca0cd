"""Optimizers of pytorch_optimizer, each with a habit of its own."""

import pytest
import torch

from breaking_adam.tracing import Course, Reader

zoo = pytest.importorskip("pytorch_optimizer")

#: Whether coordinates can be stepped one by one.
ZOO = {
    "ADOPT": True,  # its first step is another
    "AdEMAMix": True,  # schedules of its own
    "AdaBelief": True,
    "Adan": True,  # keeps the last gradient
    "LaProp": True,
    "Lion": True,  # signs
    "MADGRAD": True,  # keeps where it began
    "Prodigy": False,  # a step size for all, from norms
    "RAdam": True,  # a warm-up
    "ScheduleFreeAdamW": True,
    "StableAdamW": False,  # clips by a norm
    "Yogi": True,
}

KEPT = []


def slope(t, x):
    return (1010.0 if t % 101 == 1 else -10.0) + x


@pytest.mark.slow
@pytest.mark.parametrize("name", ZOO)
def test_it_is_read_and_walks_in_lockstep(name):
    x = torch.nn.Parameter(torch.full((1,), 0.3, dtype=torch.float64))
    KEPT[:] = [getattr(zoo, name)([x])]  # a reader does not keep its optimizer alive
    read = Reader(KEPT[0], Course(slope, (-1.0, 1.0))).trusted()
    assert (not read.alone) == ZOO[name]
