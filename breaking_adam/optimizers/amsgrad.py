"""AMSGrad (Reddi, Kale and Kumar, 2018, Algorithm 2), in each of the orders that go by the name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from breaking_adam.optimizers.binding import Group
from breaking_adam.optimizers.family import ORDERS, AdamFamily, Member
from breaking_adam.optimizers.weight_decay import WeightDecay


class AMSGrad(AdamFamily):
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

    absent_options: ClassVar[Mapping[str, Any]] = {
        **AdamFamily.absent_options,
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
        options = {
            "betas": betas,
            "eps": eps,
            "optimized_update": optimized_update,
            "bias_correction": bias_correction,
            "beta1_decay": beta1_decay,
            "beta1_power": beta1_power,
        }
        super().__init__(
            params,
            lr,
            weight_decay,
            maximize,
            foreach,
            fused,
            {**(defaults or {}), "amsgrad": amsgrad, **options},
        )

    def member(self, group: Group) -> Member:
        return Member(
            group["bias_correction"],
            maximum=bool(group["amsgrad"]),
            eps_hat=bool(group["optimized_update"]),
        )

    def check(self, group: Group) -> None:
        if group["bias_correction"] not in ORDERS:
            raise ValueError(
                f"bias_correction must be one of {', '.join(map(repr, ORDERS))}, "
                f"got {group['bias_correction']!r}"
            )
        super().check(group)
