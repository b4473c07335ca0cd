"""Verdicts on runs whose outcome is known by hand."""

import numpy as np
import pytest
import torch

from breaking_adam import Curves, Online, build, greedy_update
from breaking_adam.trials.verdict import judge, known_of

ENDS = {"best": (-1, -1), "x_worst": 1, "worst_average_regret": 0.2, "cycle": 100, "width": 2}
T = np.arange(100, 10_001, 100)


def verdict(x, price, t=T, **changes):
    """The verdict on an x and a regret per step that are each a number or a function of t/T."""
    s = t / t[-1]
    x = np.broadcast_to(x(s) if callable(x) else x, t.shape).astype(float)
    prices = np.broadcast_to(price(s) if callable(price) else price, t.shape)
    regret = np.cumsum(prices * np.diff(t, prepend=0))
    return judge(t, x, regret / t, **{**ENDS, **changes})


def test_a_point_that_is_left_and_come_back_to_is_not_said_to_stay():
    assert "x stays at +1" in verdict(0.99, 0.2).reason
    assert "x is most of the time at +1, for 4 a step" in verdict(0.99, 4.0).reason


@pytest.mark.parametrize(
    ("x", "price", "word"),
    [
        (-0.99, 0.05, "best point"),
        (-0.91, 0.099, "best point"),
        (-0.89, 0.05, "undecided"),
        (0.99, 0.2, "worst point"),
        (0.91, 0.101, "worst point"),
        (0.89, 0.2, "undecided"),
        (0.99, 0.05, "undecided"),
        (0.5, 0.2, "undecided"),
        # At x*, at a price: one that stays, one that rises, one that falls.
        (-0.99, 0.15, "best point at a price"),
        (-0.99, lambda s: 0.2 * s, "best point at a price"),
        (-0.99, lambda s: 0.3 * (1.3 - s), "undecided"),
        # What came before the tail does not count, neither the place nor the cost.
        (lambda s: np.where(s < 0.5, 1, -1), lambda s: np.where(s <= 0.5, 9, 0.05), "best point"),
        (lambda s: np.where(s < 0.5, -1, 1), lambda s: np.where(s <= 0.5, 0, 0.2), "worst point"),
        # The last point does not count alone.
        (lambda s: np.where(s < 1, -1, 1), 0.05, "best point"),
        # At one end for the first half of the tail, at the other for the second.
        (lambda s: np.where(s < 0.74, 1, -1), 0.05, "undecided"),
        (lambda s: np.where(s < 0.74, -1, 1), 0.2, "undecided"),
        # A price that falls by a fortieth stays; what came before the tail is no part of it.
        (-0.99, lambda s: 0.15 * (1.1 - 0.1 * s), "best point at a price"),
        (-0.99, lambda s: np.where(s <= 0.5, 9, 0.15), "best point at a price"),
        # Still on its way through.
        (lambda s: 1 - 2 * s, 0.05, "undecided"),
        (float("nan"), 0.1, "diverged"),
        (0.99, float("inf"), "diverged"),
    ],
)
def test_the_tail_decides(x, price, word):
    found = verdict(x, price)
    assert found.word == word
    assert found.reason
    assert "\n" not in found.reason


def test_a_mirrored_problem_has_the_mirrored_verdict():
    for x, price in (-0.99, 0.2), (0.99, 0.05), (0.99, 0.15), (0.3, 0.1):
        mirrored = verdict(-x, price).word
        assert verdict(x, price, best=(1, 1), x_worst=-1).word == mirrored


def test_too_short_to_say_is_undecided_and_says_so():
    for steps, word in (1900, "undecided"), (2000, "best point"):
        found = verdict(-1, 0.0, T[steps >= T])
        assert found.word == word
    assert "1,900 steps are too few" in verdict(-1, 0.0, T[T <= 1900]).reason
    assert verdict(-1, 0.0, T[-1:]).word == "undecided"  # one point is no tail
    nothing = np.array([])
    assert judge(nothing, nothing, nothing, **ENDS).word == "undecided"
    assert verdict(-1, 0.15, np.array([5000, 10_000])).word == "undecided"  # does it fall?


def test_where_all_points_cost_the_same_there_is_nothing_to_decide():
    assert "costs the same" in verdict(-1, 0.0, worst_average_regret=0).reason


class AtRest(torch.optim.SGD):
    """It stays where it is."""

    def step(self, closure=None):
        return closure()


@pytest.mark.parametrize(("x0", "word"), [(-1, "best point"), (1, "worst point"), (0, "undecided")])
@pytest.mark.slow
def test_who_never_moves_is_judged_by_where_it_is(x0, word):
    """At +1 it costs 20/101 a step by the problem's definition, at −1 nothing, at 0 half of it."""
    problem, curves = Online(x0=x0), Curves()
    optimizer = AtRest([problem.x], lr=1.0)
    steps = 101 * 30
    build(problem, optimizer, engine="eager", steps=steps, callbacks=[curves, greedy_update])[
        0
    ].run()
    found = judge(
        curves.t,
        curves["est"],
        curves["average_regret"],
        **known_of(problem),
    )
    assert found.word == word


#: A problem without bounds and without a price: x_1 is 2 from the best points, which are −1 to 0.
OPEN = {"best": (-1.0, 0.0), "x_worst": np.nan, "worst_average_regret": np.nan, "width": 2.0}


@pytest.mark.parametrize(
    ("x", "word", "says"),
    [
        (-0.5, "best point", "x stays at -1 to 0, |x − x*| ≤ 0 for nine tenths of the time"),
        (0.09, "best point", "|x − x*| ≤ 0.09 "),
        (-1.09, "best point", "|x − x*| ≤ 0.09 "),
        (0.11, "undecided", "x stays off -1 to 0, from +0.11 to +0.11"),
        # Farther than x_1, and on its way from there.
        (lambda s: 4 * s, "diverged", "x goes away from -1 to 0: it was 2.5 to 3.52 from it"),
        (lambda s: -1 - 4 * s, "diverged", "it was 2.5 to 3.52 from it, and began at 2"),
        # Not farther than x_1; farther, but staying; farther, but on its way back.
        (lambda s: 1.9 * s, "undecided", "x still moves"),
        (3.0, "undecided", "x stays off"),
        (lambda s: 5 - 2 * s, "undecided", "x still moves"),
        (lambda s: np.where(s < 0.74, 1, -1), "undecided", "x still moves"),
        (float("inf"), "diverged", "x is no finite number"),
    ],
)
def test_without_a_price_the_distance_decides(x, word, says):
    found = verdict(x, np.nan, **OPEN)
    assert found.word == word
    assert says in found.reason


def test_in_a_box_nobody_goes_away_for_ever():
    assert verdict(lambda s: -0.8 + 1.5 * s, 0.05).word == "undecided"


def test_near_is_what_is_asked_for():
    assert verdict(0.09, np.nan, **OPEN, near=0.05).word == "undecided"
    assert verdict(0.3, np.nan, **OPEN, near=0.5).word == "best point"
