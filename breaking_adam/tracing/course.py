"""The course of an optimizer: the slopes, the box and the learning rates that it meets."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.tracing.places import first, number, twin
from breaking_adam.tracing.tape import UnreadableError

#: Where x is kept after every step.
Box = tuple[float, float]
EVERYWHERE: Box = (-np.inf, np.inf)


class Course(NamedTuple):
    """What an optimizer meets on its way, where t = 0 is its next step.

    Args:
        slope: (t, x) -> g: the slope at x.
        box: where x is kept after every step.
        factor: t -> α_t/α, by which the learning rate is set before a step, from the one that
            the optimizer was made with; None where nobody sets it.
    """

    slope: Callable[[int, float], float]
    box: Box = EVERYWHERE
    factor: Callable[[int], float] | None = None

    def prepare(self, optimizer: Optimizer, x: Tensor, t: int) -> Tensor:
        """Set the learning rate for step t; the gradient in it, the same for all coordinates."""
        if self.factor is not None:
            group = optimizer.param_groups[0]
            group.setdefault("initial_lr", group["lr"])
            group["lr"] = group["initial_lr"] * self.factor(t)
        slope = self.slope(t, number(x))
        if abs(slope) > torch.finfo(x.dtype).max:  # which torch would not take
            slope = copysign(inf, slope)
        return torch.full_like(x, slope)

    def clamp(self, x: Tensor) -> None:
        """Keep x within the box."""
        with torch.no_grad():
            x.clamp_(*self.box)


def take_step(optimizer: Optimizer, x: Tensor, g: Tensor) -> None:
    """Have the optimizer take a step with the gradient."""
    x.grad = g
    try:
        optimizer.step()
    except Exception as error:
        raise UnreadableError(raised(error)) from error
    x.grad = None


def without_gradient(optimizer: Optimizer) -> str:
    """What there is to say of a step that fails where there is no gradient; empty if none does.

    It is the optimizer's own step that ends a block of compiled ones.
    """
    other, x = twin(optimizer, first)
    x.grad = None
    try:
        other.step()
    except Exception as error:
        return f"{raised(error)}, where a parameter has no gradient"
    return ""


def raised(error: Exception) -> str:
    """What there is to say of a step that raises."""
    text = " ".join(str(error).split())
    return f"its step raises {type(error).__name__}" + (f": {text}" if text else "")
