"""The family of Adam: which rule its options ask for, and that rule's step by tensor operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from breaking_adam import rules
from breaking_adam.optimizers.base import RuleOptimizer
from breaking_adam.optimizers.binding import Binding, Group
from breaking_adam.optimizers.tensors import Operations
from breaking_adam.rules import Numbers, Rule
from breaking_adam.rules.adam import adam_move, eps_hat_at, paper_varying_at
from breaking_adam.rules.amsgrad import correct_first_move
from breaking_adam.support import checks

#: The orders of the maximum and the bias correction.
ORDERS = ("none", "after_max", "before_max")


class Member(NamedTuple):
    """What tells the algorithms of the family apart.

    Args:
        correction: one of :data:`ORDERS`; without a maximum the last two are the same.
        maximum: whether the root is that of the largest v so far.
        eps_hat: whether ε stands beside the uncorrected root.
    """

    correction: str
    maximum: bool
    eps_hat: bool


_ADAM_EPS_HAT = rules.ADAM._replace(at=eps_hat_at)
_CORRECT_LAST_EPS_HAT = rules.AMSGRAD_CORRECT_LAST._replace(at=eps_hat_at)

#: The rule of each member. An uncorrected root is the only one that "none" has, and the maximum
#: of "before_max" is one of corrected v, so that ε has a single place beside either.
RULES = {
    Member("none", maximum=False, eps_hat=False): rules.ADAM_PAPER,
    Member("none", maximum=False, eps_hat=True): rules.ADAM_PAPER,
    Member("none", maximum=True, eps_hat=False): rules.AMSGRAD_PAPER,
    Member("none", maximum=True, eps_hat=True): rules.AMSGRAD_PAPER,
    Member("after_max", maximum=False, eps_hat=False): rules.ADAM,
    Member("after_max", maximum=False, eps_hat=True): _ADAM_EPS_HAT,
    Member("after_max", maximum=True, eps_hat=False): rules.AMSGRAD_CORRECT_LAST,
    Member("after_max", maximum=True, eps_hat=True): _CORRECT_LAST_EPS_HAT,
    Member("before_max", maximum=False, eps_hat=False): rules.ADAM,
    Member("before_max", maximum=False, eps_hat=True): _ADAM_EPS_HAT,
    Member("before_max", maximum=True, eps_hat=False): rules.AMSGRAD_CORRECT_FIRST,
    Member("before_max", maximum=True, eps_hat=True): rules.AMSGRAD_CORRECT_FIRST,
}


class AdamFamily(RuleOptimizer):
    """What Adam, AMSGrad and AdamNC share; a subclass says which ``member`` a group asks for.

    Overridable beside the steps of :class:`RuleOptimizer`: ``get_mv`` (the moments) and
    ``adam_update`` (the step from them).
    """

    tensor_steps = (*RuleOptimizer.tensor_steps, "get_mv", "adam_update")
    follows_rule = True

    absent_options: ClassVar[Mapping[str, Any]] = {
        **RuleOptimizer.absent_options,
        "optimized_update": False,
        "beta1_decay": 1.0,
        "beta1_power": 0.0,
    }

    def member(self, group: Group) -> Member:
        """The algorithm that the group's options ask for."""
        raise NotImplementedError

    def check(self, group: Group) -> None:
        super().check(group)
        if not isinstance(group["betas"], (tuple, list)) or len(group["betas"]) != 2:
            raise TypeError(f"betas must be two numbers, got {group['betas']!r}")
        for i, beta in enumerate(group["betas"], 1):
            checks.real(f"beta{i}", beta, at_least=0, below=1)
        checks.real("eps", group["eps"], at_least=0)
        checks.real("beta1_decay", group["beta1_decay"], at_least=0, at_most=1)
        checks.real("beta1_power", group["beta1_power"], at_least=0)
        if self.member(group).correction != "none" and not is_constant(group):
            raise ValueError(
                f"bias_correction supposes a constant β1, got beta1_decay={group['beta1_decay']} "
                f"and beta1_power={group['beta1_power']}"
            )

    def binding(self, group: Group) -> Binding:
        hyper = (*map(float, group["betas"]), float(group["eps"]))
        rule = RULES[self.member(group)]
        if is_constant(group):
            return self.bind(group, rule, hyper)
        varying = rule._replace(at=paper_varying_at)
        return self.bind(group, varying, (*hyper, *momentum_schedule(group)))

    def update(self, ops: Operations, x: Any, g: Any, states: Any, c: Numbers, rule: Rule) -> None:
        self.adam_update(ops, x, *self.get_mv(ops, g, states, c, rule), c)

    def get_mv(
        self, ops: Operations, g: Any, states: Any, c: Numbers, rule: Rule
    ) -> tuple[Any, Any]:
        """The moments, m and the v or v̂ whose root divides it, brought up to date with g."""
        _, w1, beta2, w2, *_ = c
        m, v, *_ = states
        # m_t = β1 m_{t−1} + (1−β1) g_t
        ops.lerp_(m, g, w1)
        # v_t = β2 v_{t−1} + (1−β2) g_t²
        ops.mul_(v, beta2)
        ops.addcmul_(v, g, g, value=w2)
        if rule.move is adam_move:
            return m, v
        _, _, v_hat = states
        if rule.move is correct_first_move:
            *_, b2 = c
            # v_t / (1−β2ᵗ) is what the maximum is taken of
            v = ops.div(v, b2)
        # v̂_t = max(v̂_{t−1}, v_t)
        ops.maximum_(v_hat, v)
        return m, v_hat

    def adam_update(self, ops: Operations, x: Any, m: Any, v: Any, c: Numbers) -> None:
        """The step itself."""
        _, _, _, _, alpha, eps, *_ = c
        denominator = ops.sqrt(v)
        ops.add_(denominator, eps)
        # x_{t+1} = x_t − α_t m_t / (√v_t + ε)
        ops.addcdiv_(x, m, denominator, value=-alpha)


def momentum_schedule(group: Group) -> tuple[float, float]:
    """(λ, p) of β_{1t} = β1 λᵗ⁻¹ / tᵖ."""
    return float(group["beta1_decay"]), float(group["beta1_power"])


def is_constant(group: Group) -> bool:
    return momentum_schedule(group) == (1.0, 0.0)
