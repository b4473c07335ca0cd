"""RMSprop (Tieleman and Hinton, 2012), as torch has it."""

from math import sqrt

from breaking_adam.rules.rule import Rule, compilable


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


RMSPROP = Rule(rmsprop_at, rmsprop_move, ("square_avg", "grad_avg", "momentum_buffer"))
