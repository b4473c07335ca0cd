"""Independent draws: the edge and the bias, against averages over long runs of draws."""

from math import sqrt

import numpy as np
import pytest

from breaking_adam.paper.random_order import bias, edge, kappa
from breaking_adam.paper.theory import critical_beta2_at_random, drift


def test_kappa_is_the_sum_that_it_stands_for():
    for beta1, beta2 in (0.0, 0.9), (0.9, 0.999), (0.5, 0.1):
        powers = beta1 ** np.arange(400) * beta2 ** np.arange(400)
        assert kappa(beta1, beta2) == pytest.approx((1 - beta1) * powers.sum(), rel=1e-12)


def test_the_edge_by_hand():
    # Slopes 3 and −1 with probability 1/2: μ = 1, V = 5, E g³ = 13, Cov = 13 − 5.
    assert edge(3.0, -1.0, 0.5) == pytest.approx(2 * 1 * 5 / 8)
    # Whatever the scale; and against a mean below 0 the same.
    assert edge(30.0, -10.0, 0.5) == edge(-3.0, 1.0, 0.5) == pytest.approx(1.25)


def test_for_large_rare_slopes_the_edge_is_the_papers():
    for C in (100.0, 1000.0):  # noqa: N806 - the paper's letter
        delta = 0.02
        at = 1 - critical_beta2_at_random(C, delta, 0.9)
        assert edge(C, -1.0, (1 + delta) / (C + 1)) == pytest.approx(2 * delta / C, rel=0.05)
        assert at * kappa(0.9, 1 - at) == pytest.approx(2 * delta / C, rel=1e-9)


def mean_move(draws, beta1, beta2):
    """−E[m/√v] over draws, shape (steps, runs), and its standard error."""
    moves = drift(draws, beta1, beta2) / len(draws)
    return moves.mean(), moves.std(ddof=1) / sqrt(moves.size)


@pytest.mark.slow
@pytest.mark.parametrize("beta1", [0.0, 0.9])
@pytest.mark.parametrize(("rare", "common", "p"), [(11.0, -1.0, 1 / 11), (1.05, -0.003, 0.05)])
def test_on_either_side_of_the_edge_x_goes_another_way(rare, common, p, beta1):
    at = edge(rare, common, p)
    rng = np.random.default_rng(1)
    draws = np.where(rng.random((4000, 400)) < p, rare, common)
    for factor, sign in (0.25, -1), (4, 1):
        # κ depends on β2 in its turn.
        level = at * factor
        beta2 = (1 - beta1 - level) / (1 - beta1 - level * beta1)
        if 0 < beta2 < 1:  # (1−β2)κ is no more than 1 − β1
            assert (1 - beta2) * kappa(beta1, beta2) == pytest.approx(level)
            mean, error = mean_move(draws, beta1, beta2)
            assert sign * mean > 5 * error


@pytest.mark.slow
@pytest.mark.parametrize("beta1", [0.0, 0.9])
def test_to_first_order_the_drift_is_as_derived(beta1):
    """E[m/√v] √V = μ − (1−β2)κ Cov(g, g²)/(2V), for (1−β2) far below p."""
    values, p, beta2 = np.array([5.0, -1.0]), np.array([0.3, 0.7]), 0.99
    mean, square, cube = (p @ values**n for n in (1, 2, 3))
    rng = np.random.default_rng(2)
    draws = np.where(rng.random((4000, 400)) < p[0], *values)
    moved, error = mean_move(draws, beta1, beta2)
    correction = (1 - beta2) * kappa(beta1, beta2) * (cube - mean * square) / (2 * square)
    expected = -(mean - correction) / sqrt(square)
    # The next order is about (1−β2) times as large as the root's own part of μ.
    assert moved == pytest.approx(expected, abs=4 * error + 0.02 * abs(mean) / sqrt(square))


def test_the_bias_by_hand():
    # X = 10 with probability 0.1: E(X−1)³ = 0.1·729 − 0.9·1.
    assert bias(9.0, 0.1 * 9**3 - 0.9, 0.0, 0.99) == pytest.approx(-0.04)
    assert bias(9.0, 72.0, 0.9, 0.99) == pytest.approx(-0.04 * 0.1 / 0.109)
    assert bias(9.0, 0.0, 0.9, 0.99) == 0
    assert bias(9.0, -72.0, 0.0, 0.99) == pytest.approx(0.04)
