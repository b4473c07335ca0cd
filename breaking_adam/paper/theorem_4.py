"""Theorem 4: AMSGrad's regret is bounded.

The bound is that of the arXiv revision (1904.09237). The ICLR print has D²/(2(1−β1)) for the
factor K of its second term, from a proof that mishandles a β_{1t} that varies (Tran and Phong,
2019), and is quoted with and without α in the first term; without it the bound is false for a
small α. Here d = 1: a problem's replicas are problems of one coordinate each.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from breaking_adam.optimizers import AMSGrad
from breaking_adam.paper import regret, theorem_1
from breaking_adam.paper.construction import Construction
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.regret import ALPHA, BETA2, D
from breaking_adam.paper.section import Check, Section
from breaking_adam.paper.sums import Sums
from breaking_adam.problems import Problem


def construction(
    problem: Problem, momentum: Momentum, beta2: float = 0.99, alpha: float = 1.0
) -> Construction:
    """AMSGrad as the paper has it, with β_{1t}, on any problem."""
    optimizer = AMSGrad(
        [problem.x],
        lr=alpha,
        betas=(momentum.beta1, beta2),
        eps=0.0,
        bias_correction="none",
        beta1_decay=momentum.decay,
        beta1_power=momentum.power,
    )
    constants = {"β1": momentum.beta1, "β2": beta2, "α": alpha}
    return Construction(problem, optimizer, constants)


def bound(known: Sums, alpha: float, momentum: Momentum, beta2: float, D: float) -> np.ndarray:  # noqa: N803
    """AMSGrad's bound for α_t = α/√t and β_{1t} ≤ β1 (Theorem 4, arXiv revision).

    Args:
        known: the sums over the gradients.
        alpha: α, above 0.
        momentum: β_{1t}.
        beta2: in (β1², 1).
        D: the diameter of the domain.
    """
    first, third = outer_terms(known, alpha, momentum.beta1, beta2, D)
    # K Σ_t β_{1t} √v̂_t / α_t with K = D²/(1−β1)²
    return first + D**2 / (1 - momentum.beta1) ** 2 * known.weighted_v_hat / alpha + third


def bound_without_alpha(
    known: Sums,
    alpha: float,
    momentum: Momentum,
    beta2: float,
    D: float,  # noqa: N803
) -> np.ndarray:
    """Theorem 4 with the ICLR print's K and no α in the first term: false for a small α.

    Args as of :func:`bound`.
    """
    first, third = outer_terms(known, alpha, momentum.beta1, beta2, D)
    second = D**2 / (2 * (1 - momentum.beta1)) * known.weighted_v_hat / alpha
    return alpha * first + second + third


def outer_terms(
    known: Sums,
    alpha: float,
    beta1: float,
    beta2: float,
    D: float,  # noqa: N803
) -> tuple[np.ndarray, np.ndarray]:
    """The first and the third term, which Corollary 1 has too."""
    gamma = beta1 / sqrt(beta2)
    # D² √T √v̂_T / (α(1−β1))
    first = D**2 * np.sqrt(known.t) * known.root_v_hat / (alpha * (1 - beta1))
    # α √(1 + log T) ‖g_{1:T}‖ / ((1−β1)² (1−γ) √(1−β2))
    third = alpha * np.sqrt(1 + np.log(known.t)) * known.norm
    return first, third / ((1 - beta1) ** 2 * (1 - gamma) * sqrt(1 - beta2))


def check_without_alpha(steps: int = 10_000, alpha: float = 0.001) -> Check:
    """The first term without its 1/α, on Theorem 1's problem, with an α that hardly moves x."""
    momentum = Momentum(0.0)
    made = construction(theorem_1.construction(3.0).problem, momentum, alpha=alpha)
    game = regret.run("Theorem 4 without α", made, momentum, steps, 10)
    printed = bound_without_alpha(game.known, alpha, momentum, BETA2, D)
    broken = np.flatnonzero(game.regret > printed)
    return Check(
        f"Theorem 1's, C = 3, β1 = 0, α = {alpha:g}/√t",
        game.regret[-1],
        printed[-1],
        (game.regret / printed).max(),
        not broken.size,
        "misprinted without 1/α in the first term"
        + (f": broken from T = {game.known.t[broken[0]]}" if broken.size else ""),
        misprint=True,
    )


def section(steps: int = 1_000_000) -> Section:
    """The theorem on every problem, with every β_{1t}."""
    checks, panels = regret.checks_and_panels(
        "Theorem 4",
        lambda problem, momentum: construction(problem, momentum, BETA2, ALPHA),
        lambda game, momentum: bound(game.known, ALPHA, momentum, BETA2, D),
        steps,
    )
    return Section(
        "Theorem 4",
        f"AMSGrad, β2 = 0.99, {regret.SETTING}: R_T ≤ the bound, O(√(T log T)) if β_1t fades",
        "R_T",
        "the arXiv revision, K = D²/(1−β1)², at every logged t; R_T against the best point in "
        "hindsight",
        [*checks, check_without_alpha()],
        panels,
    )
