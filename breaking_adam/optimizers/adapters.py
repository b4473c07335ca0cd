"""Which rule a torch optimizer follows, and where it keeps that rule's numbers.

An optimizer with an entry in ``ADAPTERS`` (looked up by its exact class: a subclass may step
differently) or with a ``compiled_rule`` method of its own can run compiled.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from breaking_adam import rules
from breaking_adam.optimizers.binding import Binding, Group


def _sgd(group: Group) -> Binding:
    momentum = float(group["momentum"])
    return Binding(
        rules.NESTEROV if group["nesterov"] else rules.SGD,
        # Without momentum torch does not dampen either.
        (momentum, float(group["dampening"]) if momentum else 0.0),
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
