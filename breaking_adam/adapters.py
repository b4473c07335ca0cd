"""Which rule a torch optimizer follows, and where it keeps that rule's numbers.

An optimizer with an entry in ``ADAPTERS`` (looked up by its exact class: a subclass may step
differently) or with a ``compiled_rule`` method of its own can run compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from breaking_adam import kernels, rules
from breaking_adam.rules import Rule

Group = dict[str, Any]


class Binding(NamedTuple):
    """A rule tied to one param group of an optimizer.

    Args:
        rule: the update rule.
        hyper: its hyperparameters but for the step size, as floats.
        state: where the optimizer keeps each of the rule's states; None for one that it does
            not keep, which is zero.
        initial: what a state starts from.
        l2: weight decay added to the gradient, ``g + l2 x``.
        decay: weight decay of the parameter itself, ``x (1 − alpha·decay)``.
        decay_absolute: whether the latter is ``x (1 − decay)`` instead.
        maximize: whether the gradient is followed uphill.
        counts: whether the optimizer's state holds its number of steps, ``step``.
    """

    rule: Rule
    hyper: tuple[float, ...]
    state: tuple[str | None, ...]
    initial: float = 0.0
    l2: float = 0.0
    decay: float = 0.0
    decay_absolute: bool = False
    maximize: bool = False
    counts: bool = True

    def step(self, dtype: np.dtype[Any]) -> kernels.Step:
        """All of it that decides the machine code, with arithmetic in the dtype."""
        return kernels.Step(
            self.rule,
            l2=self.l2 != 0,
            decay=self.decay != 0,
            decay_absolute=self.decay_absolute,
            maximize=self.maximize,
            dtype=dtype,
            coefficients=len(self.rule.at(1, 1.0, self.hyper)),
        )


def _sgd(group: Group) -> Binding:
    momentum = float(group["momentum"])
    return Binding(
        rules.SGD,
        # Without momentum torch does not dampen either.
        (momentum, float(group["dampening"]) if momentum else 0.0, float(group["nesterov"])),
        ("momentum_buffer",) if momentum != 0 else (None,),
        l2=group["weight_decay"],
        maximize=group["maximize"],
        counts=False,
    )


def _adam(group: Group) -> Binding:
    beta1, beta2 = group["betas"]
    rule = rules.AMSGRAD_CORRECT_LAST if group["amsgrad"] else rules.ADAM
    decoupled = group.get("decoupled_weight_decay", False)
    return Binding(
        rule,
        (float(beta1), float(beta2), float(group["eps"])),
        rule.state,
        l2=0.0 if decoupled else group["weight_decay"],
        decay=group["weight_decay"] if decoupled else 0.0,
        maximize=group["maximize"],
    )


def _adamw(group: Group) -> Binding:
    return _adam({**group, "decoupled_weight_decay": True})


def _rmsprop(group: Group) -> Binding:
    centered, momentum = bool(group["centered"]), float(group["momentum"])
    return Binding(
        rules.RMSPROP,
        (float(group["alpha"]), float(group["eps"]), momentum, float(centered)),
        (
            "square_avg",
            "grad_avg" if centered else None,
            "momentum_buffer" if momentum > 0 else None,
        ),
        l2=group["weight_decay"],
        maximize=group["maximize"],
    )


def _adagrad(group: Group) -> Binding:
    return Binding(
        rules.ADAGRAD,
        (float(group["lr_decay"]), float(group["eps"])),
        rules.ADAGRAD.state,
        initial=group["initial_accumulator_value"],
        l2=group["weight_decay"],
        maximize=group["maximize"],
    )


ADAPTERS: dict[type[torch.optim.Optimizer], Callable[[Group], Binding]] = {
    torch.optim.SGD: _sgd,
    torch.optim.Adam: _adam,
    torch.optim.AdamW: _adamw,
    torch.optim.RMSprop: _rmsprop,
    torch.optim.Adagrad: _adagrad,
}


def bind(optimizer: torch.optim.Optimizer, group: Group) -> Binding | None:
    """The rule by which the optimizer moves the group's parameters, or None if it has none."""
    adapter = ADAPTERS.get(type(optimizer)) or getattr(optimizer, "compiled_rule", None)
    return adapter(group) if adapter else None
