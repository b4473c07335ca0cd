"""Adam (Kingma and Ba, 2015), as it is used and as the paper analyses it, and AdamNC."""

import math

from breaking_adam.rules.bias_correction import corrected
from breaking_adam.rules.rule import Rule, compilable


@compilable
def paper_at(t, alpha, hyper):
    """Adam's step as the paper analyses it (Section 2): no bias correction."""
    beta1, beta2, eps = hyper
    return beta1, 1.0 - beta1, beta2, 1.0 - beta2, alpha, eps


@corrected
def adam_at(alpha, hyper, corrections):
    """Adam's step as it is used: both moments bias-corrected.

    α (m/b1) / (√v/√b2 + ε) is written α √b2/b1 · m / (√v + ε √b2): the same number, with a
    division less for each coordinate.
    """
    beta1, beta2, eps = hyper
    b1, b2 = corrections
    return beta1, 1.0 - beta1, beta2, 1.0 - beta2, alpha * math.sqrt(b2) / b1, eps * math.sqrt(b2)


@corrected
def eps_hat_at(alpha, hyper, corrections):
    """Both moments corrected within the step size, ε beside the uncorrected √v.

    This is the ε̂ of the remark that ends Section 2 of Kingma and Ba (2015).
    """
    beta1, beta2, eps = hyper
    b1, b2 = corrections
    return beta1, 1.0 - beta1, beta2, 1.0 - beta2, alpha * math.sqrt(b2) / b1, eps


@compilable
def beta1_at(t, beta1, decay, power):
    """β_{1t} = β1 λᵗ⁻¹ / tᵖ: Corollary 1 has p = 0, and the remark after it λ = 1 and p = 1."""
    return beta1 * decay ** (t - 1.0) / (1.0 * t) ** power


@compilable
def paper_varying_at(t, alpha, hyper):
    """The paper's step with a momentum that fades: hyper is (β1, β2, ε, λ, p)."""
    beta1, beta2, eps, decay, power = hyper
    return paper_at(t, alpha, (beta1_at(t, beta1, decay, power), beta2, eps))


@compilable
def adamnc_at(t, alpha, hyper):
    """Algorithm 3 with β_{2t} = 1 − 1/t (Corollary 2): v_t is the mean of all g²."""
    beta1, eps, decay, power = hyper
    return paper_at(t, alpha, (beta1_at(t, beta1, decay, power), 1.0 - 1.0 / t, eps))


@compilable
def adam_move(state, g, c):
    beta1, w1, beta2, w2, alpha, eps = c
    m, v = state
    # m_t = β1 m_{t−1} + (1−β1) g_t
    m = beta1 * m + w1 * g
    # v_t = β2 v_{t−1} + (1−β2) g_t²
    v = beta2 * v + w2 * g * g
    # x_{t+1} = x_t − α_t m_t / (√v_t + ε)
    return (m, v), -alpha * m / (math.sqrt(v) + eps)


@compilable
def eps_inside_move(state, g, c):
    """Adam with ε inside the root, as Theorem 6 has it."""
    beta1, w1, beta2, w2, alpha, eps = c
    m, v = state
    m = beta1 * m + w1 * g
    v = beta2 * v + w2 * g * g
    # x_{t+1} = x_t − α_t m_t / √(v_t + ε)
    return (m, v), -alpha * m / math.sqrt(v + eps)


ADAM = Rule(adam_at, adam_move, ("exp_avg", "exp_avg_sq"))


ADAM_PAPER = ADAM._replace(at=paper_at)


ADAM_EPS_INSIDE = ADAM_PAPER._replace(move=eps_inside_move)


ADAMNC = ADAM._replace(at=adamnc_at)
