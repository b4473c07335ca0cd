"""A rule tied to one param group of an optimizer."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from breaking_adam.rules import Rule

if TYPE_CHECKING:
    from breaking_adam.engine.step import Specialisation

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

    def step(self, dtype: np.dtype[Any]) -> Specialisation:
        """All of it that decides the machine code, with arithmetic in the dtype."""
        return _step(self, dtype)


@lru_cache(maxsize=256)
def _step(binding: Binding, dtype: np.dtype[Any]) -> Specialisation:
    from breaking_adam.engine.step import Specialisation  # and with it Numba

    return Specialisation(
        binding.rule,
        l2=binding.l2 != 0,
        decay=binding.decay != 0,
        decay_absolute=binding.decay_absolute,
        maximize=binding.maximize,
        dtype=dtype,
        coefficients=len(binding.rule.at(1, 1.0, binding.hyper)),
    )
