"""What the theory says where each step draws one of two slopes."""

from __future__ import annotations

from breaking_adam.counterexamples.counterexample import Prediction
from breaking_adam.paper.random_order import edge, kappa


def predicted(
    rare: float,
    common: float,
    probability: float,
    wrong: str,
    beta1: float,
    beta2: float,
    eps: float,
) -> Prediction:
    """By the edge for independent draws, which ε does not move while it is far below the slopes.

    Args:
        rare: the slope drawn with the probability.
        common: the slope drawn otherwise.
        probability: in (0, 1).
        wrong: the verdict where Adam goes against the mean slope.
        beta1: β1.
        beta2: β2.
        eps: ε.
    """
    correlated, level = (1 - beta2) * kappa(beta1, beta2), edge(rare, common, probability)
    formula = f"(1−β2)κ, against 2μV/Cov(g, g²) = {level:.3g}"
    return Prediction("solves" if correlated < level else wrong, correlated, formula)
