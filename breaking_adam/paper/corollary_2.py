"""Corollary 2: AdamNC's bound in closed form, where momentum fades.

Both prints miss the factor d/α in its second term.
"""

from __future__ import annotations

import numpy as np

from breaking_adam.paper import regret, theorem_5
from breaking_adam.paper.corollary_1 import second_term
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.regret import ALPHA, D
from breaking_adam.paper.section import Section
from breaking_adam.paper.sums import Sums


def bound(
    known: Sums,
    alpha: float,
    momentum: Momentum,
    D: float,  # noqa: N803
    G: float,  # noqa: N803
) -> np.ndarray:
    """AdamNC's bound for β_{1t} = β1 λ^{t−1} (Corollary 2, with d/α restored).

    Args:
        known: the sums over the gradients.
        alpha: α, above 0.
        momentum: β_{1t}.
        D: the diameter of the domain.
        G: the bound of the gradients.
    """
    outer = theorem_5.outer_terms(known, alpha, momentum.beta1, D)
    return outer + second_term(alpha, momentum, D, G)


def section(steps: int = 1_000_000) -> Section:
    """The corollary on every problem."""
    checks, panels = regret.checks_and_panels(
        "Corollary 2",
        lambda problem, momentum: theorem_5.construction(problem, momentum, ALPHA),
        lambda game, momentum: bound(game.known, ALPHA, momentum, D, regret.slope(game.problem)),
        steps,
        [regret.FADING],
    )
    return Section(
        "Corollary 2",
        f"AdamNC, β_2t = 1 − 1/t, {regret.SETTING}: R_T ≤ the closed bound, O(√T)",
        "R_T",
        "with the factor d/α that both prints miss in the second term",
        checks,
        panels,
    )
