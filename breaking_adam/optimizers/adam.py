"""Adam (Kingma and Ba, 2015), with and without its bias correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from breaking_adam import checks, rules
from breaking_adam.adapters import Binding, Group
from breaking_adam.optimizers.base import RuleOptimizer
from breaking_adam.optimizers.tensors import Operations
from breaking_adam.optimizers.weight_decay import WeightDecay
from breaking_adam.rules import Numbers


class Adam(RuleOptimizer):
    """Adam: the gradient's running mean over the root of its running square.

    Overridable beside the steps of :class:`RuleOptimizer`: ``get_mv`` (the moments) and
    ``adam_update`` (the step from them).

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

    tensor_steps = (*RuleOptimizer.tensor_steps, "get_mv", "adam_update")

    elsewhere: ClassVar[Mapping[str, Any]] = {
        **RuleOptimizer.elsewhere,
        "optimized_update": False,
        "bias_correction": True,
        "beta1_decay": 1.0,
        "beta1_power": 0.0,
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
        bias_correction: bool | str = True,
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

    def check(self, group: Group) -> None:
        super().check(group)
        check_moments(group)
        if group.get("amsgrad"):
            raise ValueError(f"{type(self).__name__} has no amsgrad=True: use AMSGrad")
        if group["bias_correction"] not in (True, False):
            raise ValueError(
                f"bias_correction must be True or False, got {group['bias_correction']!r}"
            )
        if group["bias_correction"] and not is_constant(group):
            raise ValueError(
                f"bias_correction supposes a constant β1, got beta1_decay={group['beta1_decay']} "
                f"and beta1_power={group['beta1_power']}"
            )

    def binding(self, group: Group) -> Binding:
        hyper = (*map(float, group["betas"]), float(group["eps"]))
        if group["bias_correction"]:
            at = rules.eps_hat_at if group["optimized_update"] else rules.adam_at
        elif is_constant(group):
            at = rules.paper_at
        else:
            at = rules.paper_varying_at
            hyper = (*hyper, *momentum_schedule(group))
        return self.bind(group, rules.ADAM._replace(at=at), hyper)

    def update(self, ops: Operations, x: Any, g: Any, states: Any, c: Numbers) -> None:
        self.adam_update(ops, x, *self.get_mv(ops, g, states, c), c)

    def get_mv(self, ops: Operations, g: Any, states: Any, c: Numbers) -> tuple[Any, Any]:
        """The moments that the step divides, brought up to date with g."""
        _, w1, beta2, w2, *_ = c
        m, v, *_ = states
        # m_t = β1 m_{t−1} + (1−β1) g_t
        ops.lerp_(m, g, w1)
        # v_t = β2 v_{t−1} + (1−β2) g_t²
        ops.mul_(v, beta2)
        ops.addcmul_(v, g, g, value=w2)
        return m, v

    def adam_update(self, ops: Operations, x: Any, m: Any, v: Any, c: Numbers) -> None:
        """The step itself."""
        _, _, _, _, alpha, eps, *_ = c
        denominator = ops.sqrt(v)
        ops.add_(denominator, eps)
        # x_{t+1} = x_t − α_t m_t / (√v_t + ε)
        ops.addcdiv_(x, m, denominator, value=-alpha)


def check_moments(group: Group) -> None:
    """Raise unless β1, β2, ε and the schedule of β1 are within their ranges."""
    if not isinstance(group["betas"], (tuple, list)) or len(group["betas"]) != 2:
        raise TypeError(f"betas must be two numbers, got {group['betas']!r}")
    for i, beta in enumerate(group["betas"], 1):
        checks.real(f"beta{i}", beta, at_least=0, below=1)
    checks.real("eps", group["eps"], at_least=0)
    checks.real("beta1_decay", group["beta1_decay"], at_least=0, at_most=1)
    checks.real("beta1_power", group["beta1_power"], at_least=0)


def momentum_schedule(group: Group) -> tuple[float, float]:
    """(λ, p) of β_{1t} = β1 λᵗ⁻¹ / tᵖ."""
    return float(group["beta1_decay"]), float(group["beta1_power"])


def is_constant(group: Group) -> bool:
    return momentum_schedule(group) == (1.0, 0.0)
