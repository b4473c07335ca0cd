"""Update rules: how an optimizer turns a gradient and its state into a move.

A rule is two pure functions on plain numbers, so that one definition serves the compiled
engine, the fused optimizers and the tests alike:

* ``at(t, alpha, hyper) -> c``: what step t (counted from 1) has in common for every
  coordinate, such as the bias corrections, worked out once per step in double precision;
* ``move(state, g, c) -> (state, move)``: Algorithm 2's body for one coordinate, in the
  precision of the parameter. The coordinate then goes to ``x + move``.

Symbols are those of Reddi, Kale and Kumar (2018): ``g`` gradient, ``m`` first and ``v``
second moment, ``v_hat`` its running maximum, ``alpha`` step size.
"""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

from numba.extending import register_jitable as compilable

Numbers = tuple[float, ...]


class Rule(NamedTuple):
    """An update rule: its two functions, and the names of the state it keeps per coordinate."""

    at: Callable[[int, float, Numbers], Numbers]
    move: Callable[[Numbers, float, Numbers], tuple[Numbers, float]]
    state: tuple[str, ...]


@compilable
def plain_at(t, alpha, hyper):
    """The step size and the hyperparameters as they are, for a rule that does not look at t."""
    return (alpha, *hyper)


@compilable
def settled(beta):
    """A step from which 1 − βᵗ rounds to 1: βᵗ ≤ exp(−t(1−β)), and e⁻⁴⁰ < 2⁻⁵⁴.

    >>> settled(0.99), 1 - 0.99 ** settled(0.99)
    (3999, 1.0)
    """
    return int(40.0 / (1.0 - beta))


@compilable
def bias_correction(beta, t):
    """1 − βᵗ, the weight that a zero-initialised average with decay β has seen by step t.

    >>> bias_correction(0.9, 1), bias_correction(0.9, 10**9)
    (0.09999999999999998, 1.0)
    """
    return 1.0 - beta ** float(t) if t < settled(beta) else 1.0


# --- Gradient descent -------------------------------------------------------------------------


@compilable
def sgd_at(t, alpha, hyper):
    momentum, dampening, nesterov = hyper
    return alpha, momentum, 1.0 if t == 1 else 1.0 - dampening, nesterov


@compilable
def sgd_move(state, g, c):
    alpha, momentum, w, nesterov = c
    (b,) = state
    # b_t = μ b_{t−1} + (1−τ) g_t, and b_1 = g_1
    b = momentum * b + w * g
    # Nesterov looks ahead: g_t + μ b_t
    direction = g + momentum * b if nesterov != 0 else b
    return (b,), -alpha * direction


# --- Adam and AMSGrad -------------------------------------------------------------------------


@compilable
def paper_at(t, alpha, hyper):
    """Adam's step as the paper analyses it (Section 2): no bias correction."""
    beta1, beta2, eps = hyper
    return beta1, 1.0 - beta1, beta2, 1.0 - beta2, alpha, eps


@compilable
def adam_at(t, alpha, hyper):
    """Adam's step as it is used: both moments bias-corrected.

    α (m/b1) / (√v/√b2 + ε) is written α √b2/b1 · m / (√v + ε √b2): the same number, with a
    division less for each coordinate.
    """
    beta1, beta2, eps = hyper
    if t >= settled(max(beta1, beta2)):
        return paper_at(t, alpha, hyper)
    b1, b2 = bias_correction(beta1, t), bias_correction(beta2, t)
    return beta1, 1.0 - beta1, beta2, 1.0 - beta2, alpha * sqrt(b2) / b1, eps * sqrt(b2)


@compilable
def eps_hat_at(t, alpha, hyper):
    """Both moments corrected within the step size, ε beside the uncorrected √v.

    This is the ε̂ of the remark that ends Section 2 of Kingma and Ba (2015).
    """
    return adam_at(t, alpha, hyper)[:5] + (hyper[2],)  # noqa: RUF005 - Numba's subset


@compilable
def beta1_at(t, beta1, decay, power):
    """β_{1t} = β1 λᵗ⁻¹ / tᵖ: Corollary 1 has p = 0, and the remark after it λ = 1 and p = 1."""
    return beta1 * decay ** (t - 1.0) / float(t) ** power


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
    return (m, v), -alpha * m / (sqrt(v) + eps)


@compilable
def eps_inside_move(state, g, c):
    """Adam with ε inside the root, as Theorem 6 has it."""
    beta1, w1, beta2, w2, alpha, eps = c
    m, v = state
    m = beta1 * m + w1 * g
    v = beta2 * v + w2 * g * g
    # x_{t+1} = x_t − α_t m_t / √(v_t + ε)
    return (m, v), -alpha * m / sqrt(v + eps)


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


@compilable
def correct_first_at(t, alpha, hyper):
    """Both moments corrected before the maximum is taken."""
    beta1, beta2, eps = hyper
    b1, b2 = bias_correction(beta1, t), bias_correction(beta2, t)
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


# --- RMSprop and Adagrad ----------------------------------------------------------------------


@compilable
def rmsprop_at(t, alpha, hyper):
    rho, eps, momentum, centered = hyper
    return rho, 1.0 - rho, alpha, eps, momentum, centered


@compilable
def rmsprop_move(state, g, c):
    rho, w, alpha, eps, momentum, centered = c
    v, a, b = state
    # v_t = ρ v_{t−1} + (1−ρ) g_t², and the same average of g_t where the variance is wanted
    v = rho * v + w * g * g
    a = a + w * (g - a)
    # b_t = μ b_{t−1} + g_t / (√(v_t − a_t²) + ε)
    b = momentum * b + g / (sqrt(v - centered * a * a) + eps)
    return (v, a, b), -alpha * b


@compilable
def adagrad_at(t, alpha, hyper):
    decay, eps = hyper
    return alpha / (1.0 + (t - 1) * decay), eps


@compilable
def adagrad_move(state, g, c):
    alpha, eps = c
    (s,) = state
    # s_t = s_{t−1} + g_t²
    s = s + g * g
    return (s,), -alpha * g / (sqrt(s) + eps)


SGD = Rule(sgd_at, sgd_move, ("momentum_buffer",))
ADAM = Rule(adam_at, adam_move, ("exp_avg", "exp_avg_sq"))
ADAM_PAPER = ADAM._replace(at=paper_at)
ADAM_EPS_INSIDE = ADAM_PAPER._replace(move=eps_inside_move)
ADAMNC = ADAM._replace(at=adamnc_at)
RMSPROP = Rule(rmsprop_at, rmsprop_move, ("square_avg", "grad_avg", "momentum_buffer"))
ADAGRAD = Rule(adagrad_at, adagrad_move, ("sum",))

# Three orders are all called AMSGrad; the paper's has no bias correction at all.
AMSGRAD_PAPER = Rule(paper_at, amsgrad_move, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq"))
AMSGRAD_CORRECT_LAST = AMSGRAD_PAPER._replace(at=adam_at)
AMSGRAD_CORRECT_FIRST = AMSGRAD_PAPER._replace(at=correct_first_at, move=correct_first_move)
