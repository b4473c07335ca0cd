"""What is said of minima at a constant step size, against runs."""

from math import exp, log, pi, sqrt

import numpy as np
import pytest
import torch

from breaking_adam import record
from breaking_adam.optimizers import Adam
from breaking_adam.paper.minima import (
    descent,
    edges,
    fall,
    forgotten,
    regime,
    two_cycle,
    two_cycle_holds,
    way,
)
from breaking_adam.paper.theory import resting_point
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.power import Power
from breaking_adam.rules.schedules import inverse_sqrt


def plain(problem, alpha, beta1, beta2, eps=0.0):
    """Adam as the paper has it."""
    return Adam(problem.parameters(), alpha, (beta1, beta2), eps=eps, bias_correction=False)


@pytest.mark.parametrize("curvature", [0.01, 1.0, 100.0])
@pytest.mark.parametrize(("beta1", "beta2"), [(0.0, 0.9), (0.0, 0.99), (0.15, 0.9)])
def test_x_jumps_to_and_fro_by_the_2_cycle(curvature, beta1, beta2):
    problem = Power(2, curvature, dtype=torch.float64)
    # An odd number of steps from point to point.
    run = record("", problem, plain(problem, 0.01, beta1, beta2), steps=20_200, every=101)
    a = two_cycle(0.01, beta1)
    end = run.x[-50:]
    np.testing.assert_allclose(np.abs(end), a, rtol=1e-6)
    assert (np.sign(end[1:]) == -np.sign(end[:-1])).all()


def turned(x, m, v, beta1, beta2):
    """A step on x²/2 with α = 1, and the signs of x and m turned."""
    m, v = beta1 * m + (1 - beta1) * x, beta2 * v + (1 - beta2) * x * x
    return np.array([m / np.sqrt(v) - x, -m, v])


@pytest.mark.parametrize("beta2", [0.0, 0.5, 0.9, 0.999])
def test_the_2_cycle_is_stable_where_it_is_said_to_be(beta2):
    """By the eigenvalues of a step, from differences of the step itself."""
    for beta1 in np.linspace(0.0, 0.9, 91):
        a = two_cycle(1.0, beta1)
        at = np.array([a, -a * (1 - beta1) / (1 + beta1), a * a])
        np.testing.assert_allclose(turned(*at, beta1, beta2), at, rtol=1e-12)
        h = 1e-6 * a
        jacobian = [
            (turned(*(at + h * e), beta1, beta2) - turned(*(at - h * e), beta1, beta2)) / (2 * h)
            for e in np.eye(3)
        ]
        largest = np.abs(np.linalg.eigvals(np.array(jacobian))).max()
        if abs(largest - 1) > 1e-5:
            assert two_cycle_holds(beta1, beta2) == (largest < 1), beta1


@pytest.mark.parametrize("beta2", [0.9, 0.95])
def test_before_that_x_falls_as_far_as_derived(beta2):
    problem = Power(2, dtype=torch.float64, x0=1.0)
    run = record("", problem, plain(problem, 0.01, 0.0, beta2), steps=1500, every=1)
    assert fall(beta2) == pytest.approx(pi**2 / 2 / -log(beta2))
    assert -np.log(np.abs(run.x)).min() == pytest.approx(fall(beta2), rel=0.05)


def test_the_fall_is_the_sum_that_it_stands_for():
    """Σ −ln|1 − y_t| over a y that grows by e^{s/2} a step up to 2."""
    s = 1e-5
    y = 2 * np.exp(-s / 2 * (np.arange(4_000_000) + 0.5))
    assert -np.log(np.abs(1 - y)).sum() == pytest.approx(fall(exp(-s)), rel=1e-4)


def test_the_regimes_by_their_powers():
    assert edges(4) == (1, 3 / 4)
    assert edges(6) == (3 / 4, 5 / 8)
    assert edges(8) == (2 / 3, 7 / 12)
    assert [regime(0.9, beta2, 4) for beta2 in (0.91, 0.895, 0.8)] == ["stable", "spikes", "signs"]
    # k = 6: 0.9^(4/3) = 0.869, 0.9^(8/5) = 0.845.
    assert [regime(0.9, beta2, 6) for beta2 in (0.88, 0.86, 0.84)] == ["stable", "spikes", "signs"]


def test_in_the_stable_regime_x_falls_at_the_papers_rate():
    problem = Power(4, dtype=torch.float64)
    run = record("", problem, plain(problem, 1e-3, 0.5, 0.9), steps=3000, every=1)
    rates = run.x[1:] / run.x[:-1]
    assert np.median(rates[2000:]) == pytest.approx(0.9**0.25, rel=1e-3)


def test_where_signs_alone_are_left_x_hovers_at_half_a_step():
    problem = Power(4, dtype=torch.float64)
    run = record("", problem, plain(problem, 1e-3, 0.9, 0.5), steps=20_000, every=7)
    assert np.median(np.abs(run.x[-1000:])) == pytest.approx(5e-4, rel=0.5)


@pytest.mark.parametrize("k", [4, 6])
def test_an_eps_ends_in_descent(k):
    problem = Power(k, dtype=torch.float64)
    run = record("", problem, plain(problem, 1e-3, 0.0, 0.9, 1e-4), steps=50_000)
    assert run.x[-1] == pytest.approx(descent(k, 1e-3, 1e-4, 50_000), rel=0.05)
    assert descent(k, 1e-3, 0.0, 50_000) == 0


def test_a_first_gradient_is_forgotten_when_it_is():
    t = forgotten(1e4, 0.99)
    assert (1 - 0.99) * 0.99**t * 1e8 == pytest.approx(1)
    assert forgotten(10.0, 0.999) == 0  # it never counted for as much as one other
    assert forgotten(1e4, 0.0) == 0


def test_the_way_is_the_sum_of_the_steps():
    t = np.arange(1, 20_001)
    assert way(0.1, 0, 20_000) == pytest.approx((0.1 / np.sqrt(t)).sum(), rel=0.01)
    late = (0.1 / np.sqrt(t[5000:])).sum()
    assert way(0.1, 5000, 20_000) == pytest.approx(late, rel=1e-3)


@pytest.mark.slow
def test_two_parabolas_without_a_common_minimum_leave_adam_where_the_drift_is_0():
    def gradients(x):
        return [-(x - 10 / 9)] * 9 + [10 * (x - 1)]

    for beta1, beta2 in (0.0, 0.99), (0.9, 0.95):
        x = resting_point(gradients, beta1, beta2, -10.0, 1.0)
        # The error is that of 1−β2, to first order.
        nearer = resting_point(gradients, beta1, 1 - (1 - beta2) / 10, -10.0, 1.0)
        assert x / nearer == pytest.approx(10, rel=0.35)
        problem = Parabolas(
            10, 10.0, -1.0, 1.0, 10 / 9, order="cyclic", first_step=2, x0=0.0, dtype=torch.float64
        )
        run = record(
            "",
            problem,
            Adam(problem.parameters(), 0.3, (beta1, beta2), eps=0.0),
            steps=500_000,
            schedule=inverse_sqrt,
        )
        # What is left of α_t moves it by 3%.
        assert run.x[-100:].mean() == pytest.approx(x, rel=0.05)


def test_where_the_drift_has_no_zero_there_is_no_rest():
    assert np.isnan(resting_point(lambda x: [1.0, 1.0], 0.0, 0.9, -5.0, 5.0))


def test_an_eps_far_above_the_root_leaves_gradient_descent():
    def slopes(x):
        return [x, x, 4 * (x - 1)]

    assert resting_point(slopes, 0.0, 0.5, -5.0, 5.0, eps=1e9) == pytest.approx(2 / 3, rel=1e-6)
    assert resting_point(slopes, 0.0, 0.5, -5.0, 5.0) < 0.6
    assert sqrt(2) == pytest.approx(
        resting_point(lambda x: [x * x - 2, x * x - 2.1], 0.0, 0.999999, 0.0, 5.0), rel=0.02
    )
