"""Gradient descent, with and without momentum."""

from breaking_adam.rules.rule import Rule, compilable


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


SGD = Rule(sgd_at, sgd_move, ("momentum_buffer",))
