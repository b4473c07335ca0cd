"""Weight decay: how much, and whether of the loss or of the parameter itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from breaking_adam.support import checks


@dataclass(frozen=True)
class WeightDecay:
    """Weight decay of strength λ, for an optimizer's ``weight_decay=``.

    Args:
        weight_decay: λ, at least 0.
        weight_decouple: decay the parameter itself before the step, x ← x (1 − α_t λ), as AdamW
            does (Loshchilov and Hutter, 2019). Otherwise λ x is added to the gradient, which is
            that of an L2 penalty λ‖x‖²/2, and goes through the moments.
        absolute: x ← x (1 − λ) instead, whatever the step size; for decoupled decay only.

    Raises:
        ValueError: if λ is negative, or ``absolute`` is asked of an L2 penalty.

    >>> WeightDecay(0.01).options()["decoupled_weight_decay"]
    True
    """

    weight_decay: float = 0.0
    weight_decouple: bool = True
    absolute: bool = False

    def __post_init__(self) -> None:
        checks.real("weight_decay", self.weight_decay, at_least=0)
        if self.absolute and not self.weight_decouple:
            raise ValueError(f"absolute must be False for an L2 penalty, got {self.absolute!r}")

    def options(self) -> dict[str, Any]:
        """The decay as options of a param group: plain values, under torch's names for them."""
        return {
            "weight_decay": float(self.weight_decay),
            "decoupled_weight_decay": self.weight_decouple,
            "absolute_weight_decay": self.absolute,
        }


def decay_options(weight_decay: WeightDecay | float) -> dict[str, Any]:
    """The same for a plain number too, which is an L2 penalty as in ``torch.optim.Adam``."""
    if not isinstance(weight_decay, WeightDecay):
        weight_decay = WeightDecay(weight_decay, weight_decouple=False)
    return weight_decay.options()
