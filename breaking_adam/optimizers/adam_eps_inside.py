"""Adam with ε inside the root (Reddi, Kale and Kumar, 2018, Theorem 6)."""

from __future__ import annotations

from breaking_adam import rules
from breaking_adam.optimizers.base import RuleOptimizer
from breaking_adam.optimizers.binding import Group
from breaking_adam.support import checks


class AdamEpsInside(RuleOptimizer):
    """Adam that divides by √(v + ε), without bias correction.

    Args:
        params: parameters, named parameters or param groups.
        lr: the step size α, at least 0.
        **options: ``beta1`` and ``beta2``, in [0, 1); ``eps``, ε, at least 0, in the unit of
            the squared gradient; and the options of :class:`RuleOptimizer`.

    Raises:
        ValueError, TypeError: for a hyperparameter out of its range, with its name and value.

    >>> import torch
    >>> x = torch.nn.Parameter(torch.tensor([0.0]))
    >>> optimizer = AdamEpsInside([x], lr=1.0, beta1=0.0, beta2=0.0, eps=7.0)
    >>> (3 * x).sum().backward()
    >>> optimizer.step()
    >>> x.item()  # 3 / √(9 + 7)
    -0.75
    """

    rule = rules.ADAM_EPS_INSIDE
    hyper = {"beta1": 0.9, "beta2": 0.999, "eps": 1.0}  # noqa: RUF012 - a ClassVar in the base

    def check(self, group: Group) -> None:
        super().check(group)
        for name in ("beta1", "beta2"):
            checks.real(name, group[name], at_least=0, below=1)
        checks.real("eps", group["eps"], at_least=0)
