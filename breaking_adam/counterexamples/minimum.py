"""Minima at a constant step size: a parabola, steep or not, and a degenerate one."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.minima import descent, fall, regime, two_cycle, two_cycle_holds
from breaking_adam.problems.power import Power
from breaking_adam.rules.schedules import constant

BOWL_ALPHA, BOWL_NEAR = 1e-2, 1e-3
QUARTIC_ALPHA, QUARTIC_NEAR, QUARTIC_STEPS = 1e-3, 1e-4, 100_000

#: The largest fall of ln|x| from 1 that double precision has room for.
LOWEST = 745.0


def predicted_bowl(beta1: float, beta2: float, eps: float) -> Prediction | None:
    """By the 2-cycle, if x does not fall to 0 before that; None where the cycle does not hold."""
    if beta1 == 0 and fall(beta2) > LOWEST:
        return Prediction("solves", 0.0, "x falls by e^(π²/(2 ln β2)), to 0 itself")
    if not two_cycle_holds(beta1, beta2):
        return None
    a = two_cycle(BOWL_ALPHA, beta1)
    verdict = "solves" if a <= BOWL_NEAR else "stuck"
    return Prediction(verdict, a, "2-cycle ±α(1−β1)/(2(1+β1))")


def predicted_quartic(beta1: float, beta2: float, eps: float) -> Prediction | None:
    """By where ε takes over, at √v = |x|³ = ε, or without one by the regime."""
    half_step = QUARTIC_ALPHA / 2
    if eps > half_step**3:
        x = descent(4, QUARTIC_ALPHA, eps, QUARTIC_STEPS)
        return Prediction(
            "solves" if x <= QUARTIC_NEAR else "undecided", x, "x_T of descent at α/ε, √(ε/(2αT))"
        )
    match regime(beta1, beta2, 4):
        case "stable":
            return Prediction("solves", beta2**0.25, "x_(t+1)/x_t = β2^(1/4), as β1 < β2")
        case "signs":
            return Prediction("stuck", half_step, "signs alone: ±α/2, as β1 > β2^(3/4)")
    return None


COUNTEREXAMPLES = (
    *(
        Counterexample(
            name=name,
            paper="Bock and Weiß 2022 (arXiv 2210.02070)",
            mechanism="a limit cycle, or spikes, at a constant step",
            problem=partial(Power, 2, curvature),
            alpha=BOWL_ALPHA,
            schedule=constant,
            steps=400_000,
            near=BOWL_NEAR,
            ours="curvature, x_1, α, steps",
            predicted=predicted_bowl,
        )
        for name, curvature in (("bowl", 1.0), ("bowl_steep", 100.0))
    ),
    Counterexample(
        name="quartic",
        paper="Bai, Zhao, Zhou, Xu and Zhang 2026 (arXiv 2603.09581)",
        mechanism="a degenerate minimum: linear, signs alone, or as slow as descent",
        problem=partial(Power, 4),
        alpha=QUARTIC_ALPHA,
        schedule=constant,
        steps=QUARTIC_STEPS,
        near=QUARTIC_NEAR,
        ours="initial moments of 0",
        predicted=predicted_quartic,
    ),
)
