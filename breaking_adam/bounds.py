"""The paper's conditions and regret bounds, as formulas.

The bounds for AMSGrad (Theorem 4, Corollary 1) are those of the arXiv revision (1904.09237). The
ICLR print has D²/(2(1−β1)) for the factor K of their second term, from a proof that mishandles a
β_{1t} that varies (Tran and Phong, 2019), and is quoted with and without α in the first term;
without it the bound is false for a small α. Both prints of Corollaries 1 and 2 miss the factor
d/α in the second term. Here d = 1: a problem's replicas are problems of one coordinate each.
"""

from functools import cache
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from breaking_adam.compilation import jit
from breaking_adam.problems import Cost, Problem
from breaking_adam.rules import beta1_at

# --- Theorem 2: how large C must be -------------------------------------------------------------


def theorem_2_conditions(beta1: float, beta2: float, C: int) -> tuple[bool, bool, bool]:  # noqa: N803
    """Whether C meets each of the three conditions that the proof of Theorem 2 asks for.

    Raises:
        ValueError: unless 0 ≤ β1 < √β2 < 1.

    >>> theorem_2_conditions(0.9, 0.99, 101)
    (True, False, True)
    """
    if not 0 <= beta1 < sqrt(beta2) < 1:
        raise ValueError(f"Theorem 2 needs 0 <= beta1 < √beta2 < 1, got {beta1} and {beta2}")
    gamma = beta1 / sqrt(beta2)
    # γ + γ² + … + γ^(C−1)
    series = gamma * (1 - gamma ** (C - 1)) / (1 - gamma)
    return (
        # (1−β1) β1^(C−1) C ≤ 1 − β1^(C−1)
        (1 - beta1) * beta1 ** (C - 1) * C <= 1 - beta1 ** (C - 1),
        # β2^((C−2)/2) C² ≤ 1
        beta2 ** ((C - 2) / 2) * C**2 <= 1,
        # 3(1−β1)/(2√(1−β2)) (1 + γ(1−γ^(C−1))/(1−γ)) + β1^(C/2−1)/(1−β1) < C/3
        3 * (1 - beta1) / (2 * sqrt(1 - beta2)) * (1 + series) + beta1 ** (C / 2 - 1) / (1 - beta1)
        < C / 3,
    )


def smallest_C(beta1: float, beta2: float) -> int:  # noqa: N802
    """The smallest even C for which the proof of Theorem 2 holds.

    >>> smallest_C(0.0, 0.1), smallest_C(0.9, 0.99)
    (6, 3218)
    """
    C = 2  # noqa: N806 - the paper's letter
    while not all(theorem_2_conditions(beta1, beta2, C)):
        C += 2  # noqa: N806
    return C


# --- Theorems 4 and 5: what the bounds need to know of the gradients ----------------------------


class Momentum(NamedTuple):
    """β_{1t} = β1 λ^{t−1} / t^p: constant, Corollary 1's (λ < 1), or the remark's β1/t (p = 1)."""

    beta1: float
    decay: float = 1.0
    power: float = 0.0


class Sums(NamedTuple):
    """Sums over the gradients g_1 … g_t of a linear problem, at each logged t; shapes (points,).

    They are worked out from the gradients alone: those of a linear problem do not depend on x.

    Args:
        t: the steps.
        total: Σ g_s.
        norm: ‖g_{1:t}‖₂.
        root_v_hat: √v̂_t of AMSGrad.
        weighted_v_hat: Σ β_{1s} √(s v̂_s), which is α Σ β_{1s} √v̂_s / α_s for α_s = α/√s.
        weighted_norm: Σ β_{1s} ‖g_{1:s}‖₂, which is the same with AdamNC's v_s for v̂_s.
    """

    t: np.ndarray
    total: np.ndarray
    norm: np.ndarray
    root_v_hat: np.ndarray
    weighted_v_hat: np.ndarray
    weighted_norm: np.ndarray


def sums(problem: Problem, momentum: Momentum, beta2: float, t: np.ndarray) -> Sums:
    """The sums over the gradients that replica 0 of a linear problem shows by each of the steps t.

    Args:
        problem: a problem of which f_t(x) = g_t x.
        momentum: β_{1t}.
        beta2: of AMSGrad's v̂.
        t: the numbers of steps to stop at, increasing, from 1.
    """
    t = np.asarray(t, dtype=np.int64)
    out = np.empty((5, t.size))
    _loop(problem.cost)(t, problem.first_step, problem.constants, tuple(momentum), beta2, out)
    return Sums(t, *out)


@cache
def _loop(cost: Cost) -> Any:
    f_at, key_of = cost

    @jit(cost)
    def run(times, first_step, c, momentum, beta2, out):
        beta1, decay, power = momentum
        total = squares = v = v_hat = weighted_v_hat = weighted_norm = 0.0
        t, key = 0, key_of(0, c)
        for i in range(times.size):
            while t < times[i]:
                t += 1
                _, g = f_at(0.0, first_step + t - 1, key, c)
                beta1_t = beta1_at(t, beta1, decay, power)
                total += g
                squares += g * g
                v = beta2 * v + (1.0 - beta2) * g * g
                v_hat = max(v_hat, v)
                weighted_v_hat += beta1_t * sqrt(t * v_hat)
                weighted_norm += beta1_t * sqrt(squares)
            out[0, i], out[1, i], out[2, i] = total, sqrt(squares), sqrt(v_hat)
            out[3, i], out[4, i] = weighted_v_hat, weighted_norm

    return run


def hindsight(problem: Problem, regret: np.ndarray, of: Sums) -> np.ndarray:
    """The regret against the best fixed point for the costs shown so far, which may not be x*.

    The theorems bound this one; it is the regret against x* or more.
    """
    best = np.minimum(*(of.total * end for end in problem.domain))
    return regret + of.total * problem.x_star - best


# --- Theorems 4 and 5: the bounds ---------------------------------------------------------------


def theorem_4(of: Sums, alpha: float, momentum: Momentum, beta2: float, D: float) -> np.ndarray:  # noqa: N803
    """AMSGrad's bound for α_t = α/√t and β_{1t} ≤ β1 (Theorem 4, arXiv revision).

    Args:
        of: the sums over the gradients.
        alpha: α, above 0.
        momentum: β_{1t}.
        beta2: in (β1², 1).
        D: the diameter of the domain.
    """
    first, third = _amsgrad_outer(of, alpha, momentum.beta1, beta2, D)
    # K Σ_t β_{1t} √v̂_t / α_t with K = D²/(1−β1)²
    return first + D**2 / (1 - momentum.beta1) ** 2 * of.weighted_v_hat / alpha + third


def theorem_4_without_alpha(
    of: Sums,
    alpha: float,
    momentum: Momentum,
    beta2: float,
    D: float,  # noqa: N803
) -> np.ndarray:
    """Theorem 4 with the ICLR print's K and no α in the first term: false for a small α.

    Args as of :func:`theorem_4`.
    """
    first, third = _amsgrad_outer(of, alpha, momentum.beta1, beta2, D)
    second = D**2 / (2 * (1 - momentum.beta1)) * of.weighted_v_hat / alpha
    return alpha * first + second + third


def corollary_1(
    of: Sums,
    alpha: float,
    momentum: Momentum,
    beta2: float,
    D: float,  # noqa: N803
    G: float,  # noqa: N803
) -> np.ndarray:
    """AMSGrad's bound for α_t = α/√t and β_{1t} = β1 λ^{t−1} (Corollary 1, with d/α restored).

    Args as of :func:`theorem_4`, and ``G``, the bound of the gradients.
    """
    first, third = _amsgrad_outer(of, alpha, momentum.beta1, beta2, D)
    return first + _fading(alpha, momentum, D, G) + third


def _amsgrad_outer(
    of: Sums,
    alpha: float,
    beta1: float,
    beta2: float,
    D: float,  # noqa: N803
) -> tuple[np.ndarray, np.ndarray]:
    """The first and the third term of Theorem 4."""
    gamma = beta1 / sqrt(beta2)
    # D² √T √v̂_T / (α(1−β1))
    first = D**2 * np.sqrt(of.t) * of.root_v_hat / (alpha * (1 - beta1))
    # α √(1 + log T) ‖g_{1:T}‖ / ((1−β1)² (1−γ) √(1−β2))
    third = alpha * np.sqrt(1 + np.log(of.t)) * of.norm
    return first, third / ((1 - beta1) ** 2 * (1 - gamma) * sqrt(1 - beta2))


def theorem_5(of: Sums, alpha: float, momentum: Momentum, D: float) -> np.ndarray:  # noqa: N803
    """AdamNC's bound for α_t = α/√t, β_{2t} = 1 − 1/t and β_{1t} ≤ β1 (Theorem 5 with ζ = α).

    There v_t is the mean of the squared gradients, so that √v_t/α_t = ‖g_{1:t}‖/α. The second
    term has Theorem 4's K. Args as of :func:`theorem_4`.
    """
    second = D**2 / (1 - momentum.beta1) ** 2 * of.weighted_norm / alpha
    return _adamnc_outer(of, alpha, momentum.beta1, D) + second


def corollary_2(
    of: Sums,
    alpha: float,
    momentum: Momentum,
    D: float,  # noqa: N803
    G: float,  # noqa: N803
) -> np.ndarray:
    """AdamNC's bound for β_{1t} = β1 λ^{t−1} (Corollary 2, with d/α restored).

    Args as of :func:`corollary_1`.
    """
    return _adamnc_outer(of, alpha, momentum.beta1, D) + _fading(alpha, momentum, D, G)


def _adamnc_outer(of: Sums, alpha: float, beta1: float, D: float) -> np.ndarray:  # noqa: N803
    """The first and the third term of Theorem 5."""
    # D² ‖g_{1:T}‖ / (2α(1−β1)) + 2α ‖g_{1:T}‖ / (1−β1)³
    return (D**2 / (2 * alpha * (1 - beta1)) + 2 * alpha / (1 - beta1) ** 3) * of.norm


def _fading(alpha: float, momentum: Momentum, D: float, G: float) -> float:  # noqa: N803
    """The second term where β_{1t} = β1 λ^{t−1}: Σ λ^{t−1} √t ≤ 1/(1−λ)², and √v̂_t ≤ G."""
    beta1, decay, _ = momentum
    # β1 D² G / (α (1−β1)² (1−λ)²)
    return beta1 * D**2 * G / (alpha * (1 - beta1) ** 2 * (1 - decay) ** 2)
