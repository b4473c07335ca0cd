"""The formulas of the paper, against exact arithmetic and against numbers worked out by hand."""

import itertools
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from breaking_adam import Online, Stochastic, bounds
from breaking_adam.paper.bounds import Momentum, Sums
from breaking_adam.paper.regret import slope


def conditions(beta1: Fraction, beta2: Fraction, C: int) -> bool:  # noqa: N803
    """Theorem 2's conditions, the first two exactly, with the series summed term by term."""
    first = (1 - beta1) * beta1 ** (C - 1) * C <= 1 - beta1 ** (C - 1)
    second = beta2 ** ((C - 2) // 2) * C**2 <= 1
    gamma = float(beta1) / sqrt(beta2)
    series = sum(gamma**k for k in range(1, C))
    third = (
        1.5 * float(1 - beta1) / sqrt(1 - beta2) * (1 + series)
        + float(beta1) ** (C // 2 - 1) / float(1 - beta1)
        < C / 3
    )
    return first and second and third


@pytest.mark.parametrize(
    ("beta1", "beta2", "C"),
    [("0", "0.1", 6), ("0", "0.5", 20), ("0.5", "0.9", 204), ("0.9", "0.99", 3218)],
)
def test_the_smallest_c_meets_the_conditions_and_the_next_smaller_does_not(beta1, beta2, C):  # noqa: N803
    beta1, beta2 = Fraction(beta1), Fraction(beta2)
    assert conditions(beta1, beta2, C)
    assert not conditions(beta1, beta2, C - 2)
    assert bounds.smallest_C(float(beta1), float(beta2)) == C


def test_c_is_set_by_the_second_condition_in_all_but_small_cases():
    # At C = 101, Section 5's, β2^((C−2)/2) C² is 0.99^49.5 · 101², about 6,200.
    assert bounds.theorem_2_conditions(0.9, 0.99, 101) == (True, False, True)
    # With β1 = 0 the third is 3/(2√(1−β2)) < C/3: for β2 = 0.1, C > 4.74.
    assert bounds.theorem_2_conditions(0.0, 0.1, 4)[2] is False


def third(beta1, beta2, C):  # noqa: N803
    """The third condition's left side less its right, from the paper's page 13, term by term."""
    gamma = beta1 / sqrt(beta2)
    series = sum(gamma**k for k in range(1, C))
    last = beta1 ** (C / 2 - 1) / (1 - beta1)
    return 1.5 * (1 - beta1) / sqrt(1 - beta2) * (1 + series) + last - C / 3


def edges(beta2, C):  # noqa: N803
    """Each β1 below √β2 at which the third condition begins or ceases to hold, by bisection."""
    grid = np.linspace(0, sqrt(beta2), 202)[1:-1]
    for low, high in itertools.pairwise(grid):
        sides = third(low, beta2, C), third(high, beta2, C)
        if sides[0] * sides[1] < 0:
            for _ in range(50):
                middle = (low + high) / 2
                low, high = (
                    (middle, high) if third(middle, beta2, C) * sides[0] > 0 else (low, middle)
                )
            yield low


def test_the_third_condition_turns_where_one_written_down_beside_it_does():
    """To a billionth: each of its terms counts for more, while C is small."""
    found = [(e, b, C) for b in (0.1, 0.5, 0.9) for C in range(4, 40, 2) for e in edges(b, C)]
    assert len(found) > 10
    for edge, beta2, C in found:  # noqa: N806
        for beta1 in edge - 1e-9, edge + 1e-9:
            holds = bounds.theorem_2_conditions(beta1, beta2, C)[2]
            assert holds == (third(beta1, beta2, C) < 0)


@pytest.mark.parametrize("betas", [(0.9, 0.81), (1.0, 0.99), (0.5, 1.0), (-0.1, 0.9)])
def test_theorem_2_needs_beta1_below_the_root_of_beta2(betas):
    with pytest.raises(ValueError, match="0 <= beta1 < √beta2 < 1"):
        bounds.smallest_C(*betas)


@pytest.mark.parametrize("momentum", [Momentum(0.5), Momentum(0.5, decay=0.5), Momentum(0.5, 1, 1)])
def test_the_sums_are_those_of_exact_arithmetic(momentum):
    problem, t = Online(3, -1, period=3), np.array([1, 2, 5, 12])
    of = bounds.sums(problem, momentum, 0.5, t)
    total = squares = v = v_hat = Fraction(0)
    weighted_v_hat = weighted_norm = 0.0
    expected = {}
    for s in range(1, 13):
        g = 3 if s in (1, 4, 7, 10) else -1
        total, squares = total + g, squares + g * g
        v = v / 2 + Fraction(g * g, 2)
        v_hat = max(v, v_hat)
        beta1 = {0: 0.5, 1: 0.5 / s}[momentum.power] * momentum.decay ** (s - 1)
        weighted_v_hat += beta1 * sqrt(v_hat * s)
        weighted_norm += beta1 * sqrt(squares)
        expected[s] = (total, sqrt(squares), sqrt(v_hat), weighted_v_hat, weighted_norm)
    np.testing.assert_allclose(
        np.array(of[1:]).T, np.array([expected[s] for s in t], float), rtol=1e-14
    )


def test_the_sums_of_a_stochastic_problem_are_of_the_draws_it_shows():
    problem = Stochastic(seed=3)
    of = bounds.sums(problem, Momentum(0.0), 0.99, np.arange(1, 301))
    shown = Stochastic(seed=3, x0=1.0)
    gradients = [shown().item() for _ in range(300)]  # at x = 1, where f_t(x) = g_t
    np.testing.assert_allclose(of.total, np.cumsum(gradients))
    np.testing.assert_allclose(of.norm, np.sqrt(np.cumsum(np.square(gradients))))


#: One step with g_1 = 3: β2 = 0.64 gives √v̂_1 = 0.6 · 3, and β1 = 0.5 gives γ = 0.625.
ONE = Sums(*(np.array([value]) for value in (1, 3.0, 3.0, 1.8, 0.5 * 1.8, 0.5 * 3.0)))


def test_the_bounds_are_those_worked_out_by_hand():
    # 4 · 1.8 / (0.5 · 0.5), 4/0.25 · 0.9/0.5 and 0.5 · 3 / (0.25 · 0.375 · 0.6)
    first, second, third = 28.8, 28.8, 80 / 3
    constant, fading = Momentum(0.5), Momentum(0.5, decay=0.5)
    assert bounds.theorem_4(ONE, 0.5, constant, 0.64, 2.0) == pytest.approx(first + second + third)
    # K = 4 / (2 · 0.5) and α times the first term
    without = bounds.theorem_4_without_alpha(ONE, 0.5, constant, 0.64, 2.0)
    assert without == pytest.approx(14.4 + 7.2 + third)
    # 0.5 · 4 · 3 / (0.5 · 0.25 · 0.25)
    closed = bounds.corollary_1(ONE, 0.5, fading, 0.64, 2.0, 3.0)
    assert closed == pytest.approx(first + 192 + third)
    # At t = e³, where √t = e^1.5 and √(1 + log t) = 2.
    later, root = ONE._replace(t=np.exp([3.0])), np.exp(1.5)
    late = bounds.theorem_4(later, 0.5, constant, 0.64, 2.0)
    assert late == pytest.approx(root * first + second + 2 * third)
    without = bounds.theorem_4_without_alpha(later, 0.5, constant, 0.64, 2.0)
    assert without == pytest.approx(root * 14.4 + 7.2 + 2 * third)
    closed = bounds.corollary_1(later, 0.5, fading, 0.64, 2.0, 3.0)
    assert closed == pytest.approx(root * first + 192 + 2 * third)
    # 4 · 3 / (2 · 0.5 · 0.5), 4/0.25 · 1.5/0.5 and 2 · 0.5 · 3 / 0.125
    assert bounds.theorem_5(ONE, 0.5, constant, 2.0) == pytest.approx(24 + 48 + 24)
    assert bounds.corollary_2(ONE, 0.5, fading, 2.0, 3.0) == pytest.approx(24 + 192 + 24)


def test_the_bound_of_the_gradients_is_the_larger_slope_of_either_sign():
    problems = Online(), Stochastic(-5, 1), Online(1, -7)
    assert [slope(problem) for problem in problems] == [1010, 5, 7]


def test_the_corollaries_bounds_are_above_the_theorems():
    fading, t = Momentum(0.9, decay=0.99), np.arange(1, 5001)
    of = bounds.sums(Online(), fading, 0.99, t)
    for alpha in 0.01, 1.0, 100.0:
        closed = bounds.corollary_1(of, alpha, fading, 0.99, 2.0, 1010.0)
        assert (closed > bounds.theorem_4(of, alpha, fading, 0.99, 2.0)).all()
        closed = bounds.corollary_2(of, alpha, fading, 2.0, 1010.0)
        assert (closed > bounds.theorem_5(of, alpha, fading, 2.0)).all()


def test_hindsight_compares_with_the_better_end():
    # After gradients that sum to −5 the best point is +1, where they cost −5 and not 5.
    of = ONE._replace(total=np.array([-5.0, 3.0]))
    np.testing.assert_allclose(bounds.hindsight(Online(), np.array([1.0, 1.0]), of), [11, 1])
