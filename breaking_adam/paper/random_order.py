"""Where Adam drifts if every step draws its gradient anew: momentum and the root share a draw.

Let g_t be independent draws with mean μ = E g and V = E g². Around V the root's v is, to first
order in 1−β2, V + δv with δv = (1−β2) Σ_{j≥0} β2^j (g²_{t−j} − V), and 1/√v is (1 − δv/(2V))/√V.
Draw j steps ago is in m with the weight (1−β1)β1^j, so that

    E[m/√v] √V = μ − E[m δv]/(2V) = μ − (1−β2)κ Cov(g, g²)/(2V),

    κ = (1−β1) Σ_j (β1β2)^j = (1−β1)/(1−β1β2).

Two things follow.

**An edge.** Adam goes against μ where (1−β2)κ > 2μV/Cov(g, g²). For a slope C with probability
(1+δ)/(C+1), else −1, V is near C and Cov near C², and that is 2δ/C
(:func:`breaking_adam.paper.theory.critical_beta2_at_random`).

**A bias.** On E½(x−X)², g = x − X is d − (X − E X) at a distance of d from E X, and close to it
Cov(g, g²) = −μ3 and V = σ², X's third central moment and variance. E[m/√v] is 0 not at d = 0 but at

    d = −(1−β2)κ μ3/(2σ²)

(Dereich and Jentzen 2024, arXiv 2407.21078, show that Adam goes to such a zero, and that its
distance is O(1−β2); for which X it is 0, Dereich et al. 2025, arXiv 2511.06675).

It holds where v sees many of the rare draws in its memory, (1−β2) ≪ their probability; near an edge
the drift is weak, and a run of any length may not tell its sign.
"""

from __future__ import annotations

import numpy as np

from breaking_adam.paper.theory import Number


def kappa(beta1: Number, beta2: Number) -> Number:
    """κ, by which momentum changes what m and v have in common: near 1 for usual decays.

    >>> kappa(0.0, 0.99), round(kappa(0.9, 0.99), 3)
    (1.0, 0.917)
    """
    return (1 - beta1) / (1 - beta1 * beta2)


def edge(rare: float, common: float, probability: float) -> float:
    """(1−β2)κ above which Adam goes against the mean slope: 2μV/Cov(g, g²).

    Args:
        rare: the slope drawn with the probability.
        common: the slope drawn otherwise.
        probability: in (0, 1).

    >>> round(edge(1010.0, -10.0, 0.01) / (2 * 0.02 / 101), 2)  # against 2δ/C
    1.01
    """
    g, p = np.array([rare, common]), np.array([probability, 1 - probability])
    mean, square, cube = (p @ g**n for n in (1, 2, 3))
    return float(2 * mean * square / (cube - mean * square))


def bias(variance: float, mu3: float, beta1: Number, beta2: Number) -> Number:
    """The distance d of the limit from E X, on E½(x−X)².

    Args:
        variance: σ² of X.
        mu3: its third central moment.
        beta1: β1 in [0, 1), 0 for RMSprop.
        beta2: β2 in [0, 1).

    >>> round(bias(9.0, 72.0, 0.0, 0.99), 12)
    -0.04
    """
    return -(1 - beta2) * kappa(beta1, beta2) * mu3 / (2 * variance)
