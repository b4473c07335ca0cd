"""Corollary 1: AMSGrad's bound in closed form, where momentum fades.

It is that of the arXiv revision; both prints miss the factor d/α in its second term.
"""

from __future__ import annotations

import numpy as np

from breaking_adam.paper import regret, theorem_4
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.regret import ALPHA, BETA2, D
from breaking_adam.paper.section import Section
from breaking_adam.paper.sums import Sums


def bound(
    known: Sums,
    alpha: float,
    momentum: Momentum,
    beta2: float,
    D: float,  # noqa: N803
    G: float,  # noqa: N803
) -> np.ndarray:
    """AMSGrad's bound for α_t = α/√t and β_{1t} = β1 λ^{t−1} (Corollary 1, with d/α restored).

    Args:
        known: the sums over the gradients.
        alpha: α, above 0.
        momentum: β_{1t}.
        beta2: in (β1², 1).
        D: the diameter of the domain.
        G: the bound of the gradients.
    """
    first, third = theorem_4.outer_terms(known, alpha, momentum.beta1, beta2, D)
    return first + second_term(alpha, momentum, D, G) + third


def second_term(alpha: float, momentum: Momentum, D: float, G: float) -> float:  # noqa: N803
    """Where β_{1t} = β1 λ^{t−1}: Σ λ^{t−1} √t ≤ 1/(1−λ)², and √v̂_t ≤ G; Corollary 2 has it too."""
    beta1, decay, _ = momentum
    # β1 D² G / (α (1−β1)² (1−λ)²)
    return beta1 * D**2 * G / (alpha * (1 - beta1) ** 2 * (1 - decay) ** 2)


def section(steps: int = 1_000_000) -> Section:
    """The corollary on every problem."""
    checks, panels = regret.checks_and_panels(
        "Corollary 1",
        lambda problem, momentum: theorem_4.construction(problem, momentum, BETA2, ALPHA),
        lambda game, momentum: bound(
            game.known, ALPHA, momentum, BETA2, D, regret.slope(game.problem)
        ),
        steps,
        [regret.FADING],
    )
    return Section(
        "Corollary 1",
        f"AMSGrad, β2 = 0.99, {regret.SETTING}: R_T ≤ the closed bound, O(√(T log T))",
        "R_T",
        "with the factor d/α that both prints miss in the second term",
        checks,
        panels,
    )
