"""AMSGrad (Reddi, Kale and Kumar, 2018, Algorithm 2), in the three orders that go by the name."""

from math import sqrt

from breaking_adam.rules.adam import adam_at, paper_at
from breaking_adam.rules.bias_correction import corrected
from breaking_adam.rules.rule import Rule, compilable


@compilable
def amsgrad_move(state, g, c):
    beta1, w1, beta2, w2, alpha, eps = c
    m, v, v_hat = state
    # m_t = β1 m_{t−1} + (1−β1) g_t
    m = beta1 * m + w1 * g
    # v_t = β2 v_{t−1} + (1−β2) g_t²
    v = beta2 * v + w2 * g * g
    # v̂_t = max(v̂_{t−1}, v_t), and NaN if v_t is
    v_hat = v_hat if v_hat >= v else v
    # x_{t+1} = x_t − α_t m_t / (√v̂_t + ε)
    return (m, v, v_hat), -alpha * m / (sqrt(v_hat) + eps)


@corrected
def correct_first_at(alpha, hyper, corrections):
    """Both moments corrected before the maximum is taken."""
    beta1, beta2, eps = hyper
    b1, b2 = corrections
    return beta1, 1.0 - beta1, beta2, 1.0 - beta2, alpha / b1, eps, b2


@compilable
def correct_first_move(state, g, c):
    beta1, w1, beta2, w2, alpha, eps, b2 = c
    m, v, v_hat = state
    m = beta1 * m + w1 * g
    v = beta2 * v + w2 * g * g
    # v̂_t = max(v̂_{t−1}, v_t / (1−β2ᵗ))
    corrected = v / b2
    v_hat = v_hat if v_hat >= corrected else corrected
    return (m, v, v_hat), -alpha * m / (sqrt(v_hat) + eps)


# Three orders are all called AMSGrad; the paper's has no bias correction at all.
AMSGRAD_PAPER = Rule(paper_at, amsgrad_move, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq"))


AMSGRAD_CORRECT_LAST = AMSGRAD_PAPER._replace(at=adam_at)


AMSGRAD_CORRECT_FIRST = AMSGRAD_PAPER._replace(at=correct_first_at, move=correct_first_move)
