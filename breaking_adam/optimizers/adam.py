"""Adam (Kingma and Ba, 2015), with and without its bias correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from breaking_adam.optimizers.binding import Group
from breaking_adam.optimizers.family import AdamFamily, Member
from breaking_adam.optimizers.weight_decay import WeightDecay


class Adam(AdamFamily):
    """Adam: the gradient's running mean over the root of its running square.

    Args:
        params: parameters, named parameters or param groups.
        lr: the step size α, at least 0.
        betas: the decay rates (β1, β2) of the two averages, in [0, 1).
        eps: ε, at least 0, in the unit of the gradient.
        weight_decay: a :class:`WeightDecay`, or a number for an L2 penalty.
        optimized_update: add ε to the uncorrected √v, which is ε̂ in Kingma and Ba's Section 2.
            False adds it to the corrected one, as ``torch.optim.Adam``. Without bias correction
            there is no difference.
        defaults: further options of the param groups, with their defaults.
        bias_correction: divide the moments by 1 − βᵗ. False is Adam as Reddi et al. analyse it.
        beta1_decay: λ in (0, 1] of β_{1t} = β1 λᵗ⁻¹ (Corollary 1); below 1 only without bias
            correction.
        beta1_power: p at least 0 of β_{1t} = β1 / tᵖ, likewise.
        maximize: follow the gradient uphill.
        foreach: step lists of parameters at once; None for torch's default.
        fused: step in one pass over memory.

    Raises:
        ValueError, TypeError: for a hyperparameter out of its range, with its name and value.
        RuntimeError: for sparse gradients, or both ``foreach`` and ``fused``.

    >>> import torch
    >>> x = torch.nn.Parameter(torch.tensor([3.0]))
    >>> optimizer = Adam([x], lr=0.5)
    >>> (x**2).sum().backward()
    >>> optimizer.step()
    >>> x.item()
    2.5
    """

    absent_options: ClassVar[Mapping[str, Any]] = {
        **AdamFamily.absent_options,
        "bias_correction": True,
    }

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-16,
        weight_decay: WeightDecay | float = WeightDecay(),  # noqa: B008 - it is frozen
        optimized_update: bool = True,
        defaults: Mapping[str, Any] | None = None,
        *,
        bias_correction: bool = True,
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
            params, lr, weight_decay, maximize, foreach, fused, {**(defaults or {}), **options}
        )

    def member(self, group: Group) -> Member:
        correction = "after_max" if group["bias_correction"] else "none"
        return Member(correction, maximum=False, eps_hat=bool(group["optimized_update"]))

    def check(self, group: Group) -> None:
        if group["bias_correction"] not in (True, False):
            raise ValueError(
                f"bias_correction must be True or False, got {group['bias_correction']!r}"
            )
        if group.get("amsgrad"):
            raise ValueError(f"{type(self).__name__} has no amsgrad=True: use AMSGrad")
        super().check(group)
