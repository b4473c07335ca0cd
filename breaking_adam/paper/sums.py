"""What the bounds of Theorems 4 and 5 need to know of a linear problem's gradients."""

from functools import cache
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from breaking_adam.engine.compilation import jit
from breaking_adam.paper.momentum import Momentum
from breaking_adam.problems import Cost, Problem
from breaking_adam.rules.adam import beta1_at


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
    f_at, key_of = cost.at, cost.key

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


def hindsight(problem: Problem, regret: np.ndarray, known: Sums) -> np.ndarray:
    """The regret against the best fixed point for the costs shown so far, which may not be x*.

    The theorems bound this one; it is the regret against x* or more.

    Args:
        problem: a problem of which f_t(x) = g_t x.
        regret: R_t against x*, shape (points,).
        known: the sums over its gradients at the same t.
    """
    best = np.minimum(*(known.total * end for end in problem.domain))
    return regret + known.total * problem.x_star - best
