"""Adagrad (Duchi, Hazan and Singer, 2011), as torch has it."""

from math import sqrt

from breaking_adam.rules.rule import Rule, compilable


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


ADAGRAD = Rule(adagrad_at, adagrad_move, ("sum",))
