# ruff: noqa: N803, N806 - C is the paper's letter
"""The drift of a periodic problem: by hand, against runs, and against its closed forms."""

from math import sqrt

import numpy as np
import pytest
import torch

from breaking_adam import Adam, Online, record
from breaking_adam.paper.theory import (
    critical_beta2,
    critical_beta2_at_random,
    critical_C,
    drift,
)


def reddi(C):
    return np.array([C] + [-1.0] * (int(C) - 1))


def test_the_drift_by_hand():
    # One slope: m = g and √v = |g|.
    assert drift([-3.0], 0.9, 0.99) == pytest.approx(1)
    # Two slopes a and −b without momentum: v is (a² + β b²)/(1 + β), and the other way round.
    a, b, beta = 3.0, 1.0, 0.25
    v_a, v_b = (a * a + beta * b * b) / (1 + beta), (b * b + beta * a * a) / (1 + beta)
    assert drift([a, -b], 0, beta) == pytest.approx(-a / sqrt(v_a) + b / sqrt(v_b), rel=1e-14)
    # β2 = 0 is signSGD: a step against each sign.
    assert drift(reddi(7), 0, 0) == pytest.approx(-1 + 6)
    # Long memories of both: m is the mean slope, v the mean square, and every step the same.
    mean, square = (7 - 6) / 7, (49 + 6) / 7
    assert drift(reddi(7), 1 - 1e-9, 1 - 1e-9) == pytest.approx(-7 * mean / sqrt(square), rel=1e-6)
    # With ε far above the root the steps are those of gradient descent: −Σ g / ε.
    assert drift(reddi(7), 0.5, 0.5, eps=1e9) == pytest.approx(-1e-9, rel=1e-6, abs=0)


def test_the_drift_does_not_depend_on_scale_or_on_where_the_period_begins():
    slopes = np.array([5.0, -1.0, 2.0, -4.0, 0.5])
    expected = drift(slopes, 0.7, 0.9)
    assert drift(1e3 * slopes, 0.7, 0.9) == pytest.approx(expected, rel=1e-13)
    assert drift(-slopes, 0.7, 0.9) == pytest.approx(-expected, rel=1e-13)
    for k in range(5):
        assert drift(np.roll(slopes, k), 0.7, 0.9) == pytest.approx(expected, rel=1e-13)


def test_the_drift_takes_planes_of_decays_and_of_slopes():
    beta1, beta2 = np.array([0.0, 0.9])[:, None], np.array([0.5, 0.9, 0.99])
    plane = drift(reddi(9), beta1, beta2)
    assert plane.shape == (2, 3)
    assert plane[1, 2] == drift(reddi(9), 0.9, 0.99)
    columns = np.stack([reddi(9), -reddi(9), 2 * reddi(9)], axis=1)
    np.testing.assert_allclose(drift(columns, 0.9, beta2)[0], plane[1, 0])


@pytest.mark.slow
@pytest.mark.parametrize(("beta1", "beta2"), [(0.0, 0.5), (0.0, 0.99), (0.9, 0.95), (0.99, 0.999)])
@pytest.mark.parametrize("C", [3.0, 8.0, 25.0])
def test_a_run_moves_by_the_drift_once_it_has_settled(C, beta1, beta2):
    far, period = 1e9, int(C)
    problem = Online(C, -1, period=period, domain=(-far, far), dtype=torch.float64)
    optimizer = Adam(
        problem.parameters(), lr=1.0, betas=(beta1, beta2), eps=0.0, bias_correction=False
    )
    settled = 40_000 // period * period
    steps = settled + 10 * period
    run = record("", problem, optimizer, steps=steps, every=period, limit=steps)
    moved = np.diff(run.x)[-10:]
    np.testing.assert_allclose(moved, drift(reddi(C), beta1, beta2), rtol=1e-8, atol=1e-8)


def exact_edge(C, beta1):
    """1 − β2 of the exact edge, by bisection over its logarithm."""
    low, high = np.log(1e-8), np.log(0.9)
    for _ in range(60):
        middle = (low + high) / 2
        is_wrong = drift(reddi(C), beta1, 1 - np.exp(middle)) > 0
        low, high = (low, middle) if is_wrong else (middle, high)
    return np.exp(low)


@pytest.mark.parametrize(
    ("C", "beta1"),
    [
        (C, beta1)
        for C in (20, 40, 101, 200)
        for beta1 in (0.0, 0.5, 0.9)
        if (C, beta1) != (20, 0.9)
    ],
)
def test_the_closed_form_is_near_the_exact_edge(C, beta1):
    edge = exact_edge(C, beta1)
    assert edge * C <= 0.3
    assert critical_C(beta1, 1 - edge) == pytest.approx(C, rel=0.03, abs=1)
    # The two closed forms say the same.
    known = critical_beta2(C, beta1)
    assert critical_C(beta1, known) == pytest.approx(C, rel=1e-9)


def test_the_papers_own_problem_is_solved_from_a_beta2_of_about_0_9995():
    # Slopes 1010 and −10 are those of C = 101, ten times; β1 = 0.9 as in Figure 1.
    slopes = 10 * reddi(101)
    assert drift(slopes, 0.9, 0.999) > 0
    assert drift(slopes, 0.9, 0.9996) < 0


@pytest.mark.slow
def test_random_order_by_its_expectation():
    """E[m/√v] over all of many draws has the sign that the closed form says, on either side."""
    C, delta, beta1 = 40.0, 0.1, 0.5
    edge = 1 - critical_beta2_at_random(C, delta, beta1)
    kappa = (1 - beta1) / (1 - beta1 * (1 - edge))
    assert edge * kappa == pytest.approx(2 * delta / C, rel=1e-12)
    rng = np.random.default_rng(0)
    slopes = np.where(rng.random((20_000, 400)) < (1 + delta) / (C + 1), C, -1.0)
    moves = [drift(slopes, beta1, 1 - edge * factor) / len(slopes) for factor in (0.2, 5)]
    for move, sign in zip(moves, (-1, 1), strict=True):
        error = move.std(ddof=1) / sqrt(move.size)
        assert sign * move.mean() > 5 * error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1.0], 1.0, 0.5), "beta1 must be in"),
        (([1.0], 0.5, -0.1), "beta2 must be in"),
        (([], 0.5, 0.5), "one at least"),
    ],
)
def test_what_has_no_drift_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        drift(*arguments)
