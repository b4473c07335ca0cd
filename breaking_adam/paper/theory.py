"""Where Adam and RMSprop drift on a periodic problem, and where the drift changes its sign.

**The drift.** Let the gradients g_1, …, g_d come over and over, whatever x is, as they do where
costs are linear. The moments are then filters of a periodic input and settle to its period. With
indices modulo d, m_i = β1 m_{i−1} + (1−β1) g_i unrolled over all periods past is

    m_i = (1−β1) Σ_{j≥0} β1^j g_{i−j} = (1−β1)/(1−β1^d) Σ_{j<d} β1^j g_{i−j},

as each full period back has the same gradients and a factor β1^d more; in the same way
v_i = (1−β2)/(1−β2^d) Σ_{j<d} β2^j g²_{i−j}. So in every period x moves by α D, with

    D = −Σ_i m_i / (√v_i + ε).

On a box x goes to the end that D points to: a step size that falls changes how fast, not where. If
D points away from x*, Adam fails. RMSprop is the case β1 = 0.

**A closed form.** One slope C and then C − 1 slopes −1 (Theorem 2; Shi et al. 2021), β1 = 0 and
s = 1−β2. With V the v of the large slope's step, v_j = 1 + (V−1) β2^j after j more steps, near
V(1 − sj) where V is large and sC small. Then 1/√v_j is near (1 + sj/2)/√V, and

    D √V = −C + Σ_{0<j<C} (1 + sj/2) = −1 + sC²/4

in the leading terms. Momentum delays what a slope does by τ = β1/(1−β1) steps on average. To the
slopes −1, which are all around the period, that makes no difference; the large one is divided by
what the root is τ steps later, which adds −C sτ/2. So D changes its sign where

    1 − β2 = 4/(C(C − 2τ)),   or   C = τ + √(τ² + 4/(1−β2)).

For (1−β2)C ≤ 0.3 and τ ≤ 10 that C is within 3% or one unit of the exact edge.

**Random order.** Let each step draw the slope C with probability p = (1+δ)/(C+1), else −1: the mean
slope is δ. A large slope j steps ago has raised v, which is near pC² ≈ C, by sβ2^j C², and so
lowered 1/√v by a part sβ2^j C/2; in m it has the weight (1−β1)β1^j. Summed over j, with pC ≈ 1,

    E[m/√v] √C = δ − (C/2) s κ,   κ = (1−β1)/(1−β1β2),

and Adam goes the wrong way where (1−β2)κ > 2δ/C. κ is near 1 for usual decays: momentum, which
carries a large slope on to where the cyclic order has a smaller root, is no help here.

>>> float(drift([3.0, -1.0, -1.0], beta1=0.0, beta2=0.1)) > 0  # away from x* = −1: Theorem 1
True
>>> float(round(critical_beta2(101), 6))  # from here on RMSprop solves the cycle of Section 5
0.999608
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: A number, or an array of them; arrays are combined as numpy does.
Number = Any


def drift(gradients: Any, beta1: Number, beta2: Number, *, eps: float = 0.0) -> np.ndarray:
    """D, by which x moves in a period for each unit of α once the moments have settled.

    Args:
        gradients: g_1 to g_d, shape (d, …): the trailing axes are combined with the decays.
        beta1: β1 in [0, 1), 0 for RMSprop.
        beta2: β2 in [0, 1).
        eps: ε beside the root, at least 0.

    Returns:
        D, in the shape of β1, β2 and the trailing axes of the gradients.

    Raises:
        ValueError: for a decay outside [0, 1), or no gradients.

    >>> drift([2.0], 0.9, 0.99)  # a single slope: x goes down by α a step
    array(-1.)
    """
    beta1, beta2 = np.asarray(beta1, float), np.asarray(beta2, float)
    for name, beta in ("beta1", beta1), ("beta2", beta2):
        if not ((beta >= 0) & (beta < 1)).all():
            raise ValueError(f"{name} must be in [0, 1), got {beta}")
    slopes = np.asarray(gradients, float)
    if not len(slopes):
        raise ValueError("gradients must be one at least")
    m, v = _settled(slopes, beta1), _settled(slopes * slopes, beta2)
    moved: Any = 0.0
    for g in slopes:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        moved = moved - m / (np.sqrt(v) + eps)
    return np.asarray(moved)


def _settled(values: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The running mean at the end of a period, when it has the values behind it for ever."""
    mean: Any = 0.0
    for value in values:
        mean = beta * mean + (1 - beta) * value
    return mean / (1 - beta ** len(values))


def resting_point(
    gradients: Callable[[float], Any],
    beta1: float,
    beta2: float,
    low: float,
    high: float,
    *,
    eps: float = 0.0,
) -> float:
    """Where the drift is 0: where x comes to rest, on a period of costs that are not linear.

    The gradients of a period then depend on x. For a step size that vanishes, x moves through a
    period by α D(x) with the D of the gradients at x, and so to a zero of D with D > 0 below it and
    D < 0 above: such a one is found by bisection.

    Args:
        gradients: x -> g_1 to g_d there, shape (d,).
        beta1: β1 in [0, 1).
        beta2: β2 in [0, 1).
        low: where to look.
        high: up to where.
        eps: ε beside the root.

    Returns:
        x; NaN if D is not above 0 at the low end and below 0 at the high one.

    >>> round(resting_point(lambda x: [x - 1, x - 2], 0.0, 0.999999, 0.0, 5.0), 3)
    1.5
    """

    def moved(x: float) -> float:
        return float(drift(gradients(x), beta1, beta2, eps=eps))

    if not moved(low) > 0 > moved(high):
        return float("nan")
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if moved(middle) > 0 else (low, middle)
    return low


def critical_C(beta1: Number, beta2: Number) -> Number:  # noqa: N802 - the paper's letter
    """C from which Adam drifts away from x*, on a slope of C once in C steps and −1 else.

    The closed form above, for β1 and β2 in [0, 1).

    >>> float(round(critical_C(0.0, 0.99), 9))
    20.0
    """
    tau = np.asarray(beta1, float) / (1 - np.asarray(beta1, float))
    return tau + np.sqrt(tau**2 + 4 / (1 - np.asarray(beta2, float)))


def critical_beta2(C: Number, beta1: Number = 0.0) -> Number:  # noqa: N803
    """β2 from which Adam drifts to x*, on the same slopes; 0 where it is so for all β2 above 0.

    The closed form above; NaN for C ≤ 2τ, where it has no sense.

    >>> critical_beta2(np.array([2.0, 10.0]))
    array([0.  , 0.96])
    """
    C = np.asarray(C, float)  # noqa: N806
    tau = np.asarray(beta1, float) / (1 - np.asarray(beta1, float))
    with np.errstate(divide="ignore"):
        beta2 = 1 - 4 / (C * (C - 2 * tau))
    return np.where(2 * tau < C, np.maximum(beta2, 0.0), np.nan)[()]


def critical_beta2_at_random(C: Number, delta: Number, beta1: Number = 0.0) -> Number:  # noqa: N803
    """β2 from which Adam drifts to x* in random order: (1−β2)κ = 2δ/C, solved for β2.

    Args:
        C: the rare slope; the common one is −1.
        delta: the mean slope δ, above 0.
        beta1: β1 in [0, 1).

    >>> round(float(critical_beta2_at_random(101, 0.02)), 6)
    0.999604
    """
    beta1 = np.asarray(beta1, float)
    level = 2 * np.asarray(delta, float) / np.asarray(C, float)
    # (1−β2)(1−β1) = level (1 − β1 β2)
    return (1 - beta1 - level) / (1 - beta1 - level * beta1)
