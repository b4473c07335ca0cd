"""AdamNC (Reddi, Kale and Kumar, 2018, Algorithm 3), with the β_{2t} of Corollary 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from breaking_adam import rules
from breaking_adam.optimizers.adam import Adam
from breaking_adam.optimizers.binding import Binding, Group
from breaking_adam.optimizers.family import momentum_schedule
from breaking_adam.optimizers.weight_decay import WeightDecay


class AdamNC(Adam):
    """AdamNC: Adam with β_{2t} = 1 − 1/t, so that v_t is the mean of all squared gradients.

    Args:
        params: parameters, named parameters or param groups.
        lr: the step size α, at least 0.
        betas: (β1, β2), in [0, 1). β2 is there so that AdamNC takes the place of its siblings;
            the algorithm's own β_{2t} does not depend on it.
        eps: ε, at least 0, in the unit of the gradient.
        weight_decay: a :class:`WeightDecay`, or a number for an L2 penalty.
        defaults: further options of the param groups, with their defaults.
        beta1_decay: λ in (0, 1] of β_{1t} = β1 λᵗ⁻¹, which is Corollary 2's when below 1.
        beta1_power: p at least 0 of β_{1t} = β1 / tᵖ.
        maximize: follow the gradient uphill.
        foreach: step lists of parameters at once; None for torch's default.
        fused: step in one pass over memory.

    Raises:
        ValueError, TypeError: for a hyperparameter out of its range, with its name and value.
        RuntimeError: for sparse gradients, or both ``foreach`` and ``fused``.

    >>> import torch
    >>> x = torch.nn.Parameter(torch.tensor([0.0]))
    >>> optimizer = AdamNC([x], lr=0.5, betas=(0.0, 0.999))
    >>> for slope in 3.0, 4.0:
    ...     x.grad = torch.tensor([slope])
    ...     optimizer.step()
    >>> optimizer.state[x]["exp_avg_sq"].item()
    12.5
    """

    absent_options: ClassVar[Mapping[str, Any]] = {
        **Adam.absent_options,
        "bias_correction": False,
    }

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-16,
        weight_decay: WeightDecay | float = WeightDecay(),  # noqa: B008 - it is frozen
        defaults: Mapping[str, Any] | None = None,
        *,
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
            defaults=defaults,
            bias_correction=False,
            beta1_decay=beta1_decay,
            beta1_power=beta1_power,
            maximize=maximize,
            foreach=foreach,
            fused=fused,
        )

    def binding(self, group: Group) -> Binding:
        beta1, _ = group["betas"]
        hyper = (float(beta1), float(group["eps"]), *momentum_schedule(group))
        return self.bind(group, rules.ADAMNC, hyper)
