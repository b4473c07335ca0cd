"""A bowl of bounded slope: with a giant first gradient, and at three scales."""

from __future__ import annotations

from functools import partial
from math import sqrt

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.paper.minima import forgotten, way
from breaking_adam.problems.pseudo_huber import PseudoHuber
from breaking_adam.rules.schedules import inverse_sqrt

#: Both start at 2, where the slope is 2/√5 of the scale.
X_1, ALPHA = 2.0, 0.1
FIRST, GIANT_STEPS, SCALE_STEPS = 1e4, 1_000_000, 20_000


def predicted_giant(beta1: float, beta2: float, eps: float) -> Prediction:
    """By the way that is left once v has forgotten the first gradient, and steps are whole."""
    t = min(forgotten(FIRST, beta2), GIANT_STEPS)
    verdict = "solves" if way(ALPHA, t, GIANT_STEPS) > X_1 else "undecided"
    return Prediction(verdict, t, "step at which v has forgotten the first gradient")


def predicted_scale(scale: float, beta1: float, beta2: float, eps: float) -> Prediction:
    """By the way of the run, which takes α_t s/(s+ε) a step: an ε that is not small slows it."""
    slope = scale * X_1 / sqrt(1 + X_1**2)
    covered = way(ALPHA, 0, SCALE_STEPS) * slope / (slope + eps)
    verdict = "solves" if covered > X_1 else "undecided"
    return Prediction(verdict, covered, f"way α Σ s/((s+ε)√t), of {X_1:g}")


COUNTEREXAMPLES = (
    Counterexample(
        name="giant_first",
        paper="after Huang, Wang and Dong 2019, Nostalgic Adam (arXiv 1805.07557)",
        mechanism="an early large gradient: who never forgets it crawls",
        problem=partial(PseudoHuber, first=FIRST, x0=X_1),
        alpha=ALPHA,
        schedule=inverse_sqrt,
        steps=GIANT_STEPS,
        near=0.1,
        ours="all but the argument, that an early large gradient ruins a maximum",
        predicted=predicted_giant,
    ),
    *(
        Counterexample(
            name=name,
            paper="none: a control",
            mechanism=mechanism,
            problem=partial(PseudoHuber, scale, x0=X_1),
            alpha=ALPHA,
            schedule=inverse_sqrt,
            steps=SCALE_STEPS,
            near=0.1,
            ours="all",
            predicted=partial(predicted_scale, scale),
        )
        for name, mechanism, scale in (
            ("scale_tiny", "gradients far below ε", 1e-10),
            ("scale_one", "gradients of about 1", 1.0),
            ("scale_large", "gradients of about 1000", 1e3),
        )
    ),
)
