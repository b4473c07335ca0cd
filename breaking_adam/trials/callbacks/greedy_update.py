"""The projection onto the problem's domain."""

from __future__ import annotations

from typing import Any

import torchbearer
from torchbearer.callbacks import on_step_training


@on_step_training
def greedy_update(state: Any) -> None:
    """Clamp x to the model's domain, [−1, 1] where it has none, after every step.

    This is the projection Π_F of the paper's algorithms, which on a box acts on each coordinate
    alone.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a model with a parameter ``x``
    """
    model = state[torchbearer.MODEL]
    x, (low, high) = model.x, box(model)
    if x.numel() > 1 or not low <= x.item() <= high:  # one number is looked at sooner than clamped
        x.data.clamp_(low, high)


def box(model: Any) -> tuple[float, float]:
    """Where the model's x is kept: its domain, [−1, 1] where it has none."""
    return getattr(model, "domain", (-1.0, 1.0))
