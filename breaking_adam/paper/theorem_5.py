"""Theorem 5: AdamNC's regret is bounded."""

from __future__ import annotations

import numpy as np

from breaking_adam.optimizers import AdamNC
from breaking_adam.paper import regret
from breaking_adam.paper.construction import Construction
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.regret import ALPHA, D
from breaking_adam.paper.section import Section
from breaking_adam.paper.sums import Sums
from breaking_adam.problems import Problem


def construction(problem: Problem, momentum: Momentum, alpha: float = 1.0) -> Construction:
    """AdamNC with β_{2t} = 1 − 1/t and β_{1t}, on any problem."""
    optimizer = AdamNC(
        [problem.x],
        lr=alpha,
        betas=(momentum.beta1, 0.0),
        eps=0.0,
        beta1_decay=momentum.decay,
        beta1_power=momentum.power,
    )
    return Construction(problem, optimizer, {"β1": momentum.beta1, "α": alpha})


def bound(known: Sums, alpha: float, momentum: Momentum, D: float) -> np.ndarray:  # noqa: N803
    """AdamNC's bound for α_t = α/√t, β_{2t} = 1 − 1/t and β_{1t} ≤ β1 (Theorem 5 with ζ = α).

    There v_t is the mean of the squared gradients, so that √v_t/α_t = ‖g_{1:t}‖/α. The second
    term has Theorem 4's K.

    Args:
        known: the sums over the gradients.
        alpha: α, above 0.
        momentum: β_{1t}.
        D: the diameter of the domain.
    """
    second = D**2 / (1 - momentum.beta1) ** 2 * known.weighted_norm / alpha
    return outer_terms(known, alpha, momentum.beta1, D) + second


def outer_terms(known: Sums, alpha: float, beta1: float, D: float) -> np.ndarray:  # noqa: N803
    """The first and the third term, which Corollary 2 has too."""
    # D² ‖g_{1:T}‖ / (2α(1−β1)) + 2α ‖g_{1:T}‖ / (1−β1)³
    return (D**2 / (2 * alpha * (1 - beta1)) + 2 * alpha / (1 - beta1) ** 3) * known.norm


def section(steps: int = 1_000_000) -> Section:
    """The theorem on every problem, with every β_{1t}."""
    checks, panels = regret.checks_and_panels(
        "Theorem 5",
        lambda problem, momentum: construction(problem, momentum, ALPHA),
        lambda game, momentum: bound(game.known, ALPHA, momentum, D),
        steps,
    )
    return Section(
        "Theorem 5",
        f"AdamNC, β_2t = 1 − 1/t, {regret.SETTING}: R_T ≤ the bound, O(√T) if β_1t fades",
        "R_T",
        "with Theorem 4's K = D²/(1−β1)² and ζ = α, at every logged t",
        checks,
        panels,
    )
