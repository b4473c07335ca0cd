"""Gradient descent, with and without momentum."""

from breaking_adam.rules.rule import Rule, compilable


@compilable
def sgd_at(t, alpha, hyper):
    momentum, dampening = hyper
    return alpha, momentum, 1.0 if t == 1 else 1.0 - dampening


@compilable
def buffer(state, g, c):
    # b_t = μ b_{t−1} + (1−τ) g_t, and b_1 = g_1
    _, momentum, w = c
    (b,) = state
    return momentum * b + w * g


@compilable
def sgd_move(state, g, c):
    alpha, _, _ = c
    b = buffer(state, g, c)
    return (b,), -alpha * b


@compilable
def nesterov_move(state, g, c):
    # Nesterov looks ahead: g_t + μ b_t
    alpha, momentum, _ = c
    b = buffer(state, g, c)
    return (b,), -alpha * (g + momentum * b)


SGD = Rule(sgd_at, sgd_move, ("momentum_buffer",))
NESTEROV = Rule(sgd_at, nesterov_move, ("momentum_buffer",))
