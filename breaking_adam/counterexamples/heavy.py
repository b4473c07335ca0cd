"""Noise without a variance."""

from __future__ import annotations

from functools import partial

from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.problems.heavy_tails import HeavyTails
from breaking_adam.rules.schedules import inverse_sqrt


def predicted(beta1: float, beta2: float, eps: float) -> Prediction:
    """By symmetry: E[m/√v] has the sign of x, and is 0 at 0."""
    return Prediction("solves", 0.0, "E[m/√v] at x*, by symmetry")


COUNTEREXAMPLES = (
    Counterexample(
        name="heavy",
        paper="Chezhegov et al. 2025 (arXiv 2406.04443), Jin, Liang and Zou 2026 (2603.03099)",
        mechanism="heavy-tailed noise",
        problem=partial(HeavyTails, 1.2),
        alpha=0.5,
        schedule=inverse_sqrt,
        steps=1_000_000,
        seeds=20,
        near=1.0,
        ours="all but the tail's being heavy",
        predicted=predicted,
    ),
)
