"""Rules against numbers worked out by hand."""

from fractions import Fraction
from math import isnan, nan, sqrt

import pytest

from breaking_adam import rules
from breaking_adam.rules.bias_correction import bias_correction
from breaking_adam.rules.schedules import inverse_sqrt


def run(rule, hyper, gradients, alpha=1.0):
    """Feed gradients to a rule as plain Python; the moves, and the state at the end."""
    state, moves = (0.0,) * len(rule.state), []
    for t, g in enumerate(gradients, start=1):
        state, move = rule.move(state, g, rule.at(t, alpha, hyper))
        moves.append(move)
    return moves, state


# β1 = 1/2, β2 = 3/4, ε = 0 and g = 4, 2, 0 keep the moments exact:
# m = 2, 2, 1;  v = 4, 4, 3;  1−β1ᵗ = 1/2, 3/4, 7/8;  1−β2ᵗ = 1/4, 7/16, 37/64.
HYPER, GRADIENTS = (0.5, 0.75, 0.0), (4.0, 2.0, 0.0)


@pytest.mark.parametrize(
    ("rule", "moves"),
    [
        # m/√v
        (rules.ADAM_PAPER, [2 / 2, 2 / 2, 1 / sqrt(3)]),
        # (m/b1) / √(v/b2): 4/√16, (8/3)/√(64/7), (8/7)/√(192/37)
        (rules.ADAM, [1, (8 / 3) / sqrt(64 / 7), (8 / 7) / sqrt(192 / 37)]),
        # v̂ = 4, 4, 4
        (rules.AMSGRAD_PAPER, [2 / 2, 2 / 2, 1 / 2]),
        # v̂/b2 = 16, 64/7, 256/37
        (rules.AMSGRAD_CORRECT_LAST, [1, (8 / 3) / sqrt(64 / 7), (8 / 7) / sqrt(256 / 37)]),
        # max of v/b2 = 16, 64/7, 192/37 is 16 throughout
        (rules.AMSGRAD_CORRECT_FIRST, [4 / 4, (8 / 3) / 4, (8 / 7) / 4]),
    ],
)
def test_the_first_steps_of_adam_and_of_each_amsgrad(rule, moves):
    got, state = run(rule, HYPER, GRADIENTS)
    assert got == pytest.approx([-m for m in moves], rel=1e-15, abs=0)
    assert state[:2] == (1.0, 3.0)


def test_epsilon_is_added_to_the_corrected_root():
    # The first step of Adam is −α g/(|g| + ε), whatever the betas.
    (move,), _ = run(rules.ADAM, (0.9, 0.99, 0.5), [3.0], alpha=7.0)
    assert move == pytest.approx(-7.0 * 3.0 / 3.5, rel=1e-15, abs=0)


def test_sgd_momentum_starts_from_the_gradient():
    # b = 1, then μ·1 + (1−τ)·1 with μ = 1/2 and τ = 1/4
    moves, _ = run(rules.SGD, (0.5, 0.25), [1.0, 1.0])
    assert moves == [-1.0, -1.25]
    nesterov, _ = run(rules.NESTEROV, (0.5, 0.0), [1.0, 1.0])
    assert nesterov == [-1.5, -(1 + 0.5 * 1.5)]


def test_rmsprop_divides_by_the_deviation_where_centered():
    # v = g²/4, a = g/4: v − a² = g² (1/4 − 1/16)
    (plain,), _ = run(rules.RMSPROP, (0.75, 0.0, 0.0, 0.0), [4.0])
    (centered,), _ = run(rules.RMSPROP, (0.75, 0.0, 0.0, 1.0), [4.0])
    assert plain == pytest.approx(-2.0)
    assert centered == pytest.approx(-4 / sqrt(3))


def test_adagrad_divides_by_the_norm_of_all_gradients():
    moves, _ = run(rules.ADAGRAD, (0.5, 0.0), [3.0, 4.0])
    assert moves == [-1.0, -4.0 / 5.0 / 1.5]


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999])
def test_bias_correction_spares_only_powers_that_round_away(beta):
    for t in [1, 2, 3, 10, 100, 1000, round(38 / (1 - beta)), round(41 / (1 - beta)), 10**6]:
        exact = 1 - Fraction(beta) ** t if t < 2000 else None
        got = bias_correction(beta, t)
        assert got == 1 - beta ** float(t)
        if exact is not None:
            assert got == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("t", [1, 2, 30, 300, 3000, 100_000])
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.999, 0.9), (0.99, 0.99), (0.0, 0.5)])
def test_both_moments_are_corrected_for_as_long_as_that_shows(beta1, beta2, t):
    """By the definition, whichever of the two averages takes longer."""
    b1, b2 = 1 - beta1 ** float(t), 1 - beta2 ** float(t)
    alpha, eps = 0.25 * sqrt(b2) / b1, 0.5 * sqrt(b2)
    decays = beta1, 1 - beta1, beta2, 1 - beta2
    hyper = beta1, beta2, 0.5
    for rule in rules.ADAM, rules.AMSGRAD_CORRECT_LAST:
        assert rule.at(t, 0.25, hyper) == pytest.approx((*decays, alpha, eps), rel=1e-15, abs=0)
    first = rules.AMSGRAD_CORRECT_FIRST.at(t, 0.25, hyper)
    assert first == pytest.approx((*decays, 0.25 / b1, 0.5, b2), rel=1e-15, abs=0)


@pytest.mark.parametrize(
    "rule", [rules.AMSGRAD_PAPER, rules.AMSGRAD_CORRECT_LAST, rules.AMSGRAD_CORRECT_FIRST]
)
def test_a_maximum_with_a_nan_among_its_terms_is_none(rule):
    """A NaN compares with nothing: a comparison the wrong way round would lose it."""
    for gradients in ([3.0, nan], [nan, 3.0, 4.0]):
        moves, state = run(rule, (0.5, 0.75, 0.0), gradients)
        assert all(map(isnan, state))
        assert isnan(moves[-1])


def test_the_theorys_step_size_falls_as_one_over_the_root():
    assert [inverse_sqrt(t) for t in (1, 4, 25, 10**10)] == [1, 1 / 2, 1 / 5, 1e-5]
