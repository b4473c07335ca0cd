"""AMSGrad (Reddi, Kale and Kumar, 2018, Algorithm 2), in each of the orders that go by the name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from breaking_adam import rules
from breaking_adam.adapters import Binding, Group
from breaking_adam.optimizers.adam import Adam
from breaking_adam.optimizers.tensors import Operations
from breaking_adam.optimizers.weight_decay import WeightDecay
from breaking_adam.rules import Numbers

#: The orders of the maximum and the bias correction.
ORDERS = ("none", "after_max", "before_max")


class AMSGrad(Adam):
    """AMSGrad: Adam that divides by the root of the largest v so far, which it never forgets.

    Three algorithms go by the name. On the paper's online problem they differ by far more
    than rounding: early in training a corrected v is large, and stays in the maximum.

    Args:
        params: parameters, named parameters or param groups.
        lr: the step size α, at least 0.
        betas: the decay rates (β1, β2) of the two averages, in [0, 1).
        eps: ε, at least 0, in the unit of the gradient.
        weight_decay: a :class:`WeightDecay`, or a number for an L2 penalty.
        optimized_update: with ``"after_max"``, add ε to the uncorrected √v̂; False adds it to
            the corrected one, as ``torch.optim.Adam(amsgrad=True)``. Of no effect otherwise.
        amsgrad: False is Adam; a param group may have its own.
        defaults: further options of the param groups, with their defaults.
        bias_correction: ``"none"``, which is the paper's Algorithm 2; ``"after_max"``, which
            divides the maximum of the raw v by 1 − β2ᵗ, as torch does; or ``"before_max"``,
            which takes the maximum of v already divided by it, as optax does.
        beta1_decay: λ in (0, 1] of β_{1t} = β1 λᵗ⁻¹ (Corollary 1); below 1 only with
            ``bias_correction="none"``.
        beta1_power: p at least 0 of β_{1t} = β1 / tᵖ, likewise.
        maximize: follow the gradient uphill.
        foreach: step lists of parameters at once; None for torch's default.
        fused: step in one pass over memory.

    Raises:
        ValueError, TypeError: for a hyperparameter out of its range, with its name and value.
        RuntimeError: for sparse gradients, or both ``foreach`` and ``fused``.

    >>> import torch
    >>> x = torch.nn.Parameter(torch.tensor([0.0]))
    >>> optimizer = AMSGrad([x], lr=0.5, bias_correction="none", fused=True)
    >>> x.sum().backward()
    >>> optimizer.step()  # m_1 = 0.1 and v_1 = 0.001: by 0.5 · 0.1 / √0.001
    >>> round(x.item(), 4)
    -1.5811
    """

    elsewhere: ClassVar[Mapping[str, Any]] = {
        **Adam.elsewhere,
        "amsgrad": False,
        "bias_correction": "after_max",
    }

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-16,
        weight_decay: WeightDecay | float = WeightDecay(),  # noqa: B008 - it is frozen
        optimized_update: bool = True,
        amsgrad: bool = True,
        defaults: Mapping[str, Any] | None = None,
        *,
        bias_correction: str = "after_max",
        beta1_decay: float = 1.0,
        beta1_power: float = 0.0,
        maximize: bool = False,
        foreach: bool | None = None,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            optimized_update,
            {**(defaults or {}), "amsgrad": amsgrad},
            bias_correction=bias_correction,
            beta1_decay=beta1_decay,
            beta1_power=beta1_power,
            maximize=maximize,
            foreach=foreach,
            fused=fused,
        )

    def check(self, group: Group) -> None:
        if group["bias_correction"] not in ORDERS:
            raise ValueError(
                f"bias_correction must be one of {', '.join(map(repr, ORDERS))}, "
                f"got {group['bias_correction']!r}"
            )
        super().check({**_as_adam(group), "amsgrad": False})

    def binding(self, group: Group) -> Binding:
        adam = super().binding(_as_adam(group))
        if not group["amsgrad"]:
            return adam
        rule = rules.AMSGRAD_PAPER._replace(at=adam.rule.at)
        if group["bias_correction"] == "before_max":
            rule = rules.AMSGRAD_CORRECT_FIRST
        return adam._replace(rule=rule, state=rule.state)

    def get_mv(self, ops: Operations, g: Any, states: Any, c: Numbers) -> tuple[Any, Any]:
        m, v = super().get_mv(ops, g, states, c)
        if len(states) == 2:  # a group with amsgrad=False
            return m, v
        v_hat = states[2]
        # v̂_t = max(v̂_{t−1}, v_t), or max(v̂_{t−1}, v_t / (1−β2ᵗ)) where c ends with that
        ops.maximum_(v_hat, ops.div(v, c[6]) if len(c) == 7 else v)
        return m, v_hat


def _as_adam(group: Group) -> Group:
    return {**group, "bias_correction": group["bias_correction"] != "none"}
