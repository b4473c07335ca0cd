"""Every cost's gradient against its value, at kinks and ends too; and where x* is."""

from functools import partial

import numpy as np
import pytest
import torch

from breaking_adam import Online, Stochastic
from breaking_adam.problems.heavy_tails import HeavyTails
from breaking_adam.problems.names import PROBLEMS
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.power import Power
from breaking_adam.problems.pseudo_huber import PseudoHuber
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.problems.zero_slopes import ZeroSlopes

#: Problems, and where the slope of a piece changes.
COSTS = {
    "online": (partial(Online, 5, -1, 3), ()),
    "stochastic": (partial(Stochastic, 5, -1, 0.4), ()),
    "parabolas": (partial(Parabolas, 4, 9, -2, 1.5, -0.5), ()),
    "parabolas-cyclic": (partial(Parabolas, 4, 9, -2, 1.5, -0.5, order="cyclic"), ()),
    "pulled_apart": (partial(PulledApart, 4, 0.7), (-1,)),
    "pulled_apart-cyclic": (partial(PulledApart, 4, 0.7, order="cyclic"), (-1,)),
    "power": (partial(Power, 6, 2.5), ()),
    "parabola": (partial(Power, 2, 3.0), ()),
    "pseudo_huber": (partial(PseudoHuber, 3.0, first=1e4), ()),
    "heavy_tails": (partial(HeavyTails, 1.2), (-1, 1)),
    "zero_slopes": (partial(ZeroSlopes, 4), (0, 1)),
}
#: Eleven steps: each piece of every problem is among them.
STEPS = range(1, 12)


def shown(problem, t, x):
    """f_t(x) and f_t'(x), as a Trial sees them."""
    problem.x.data.fill_(x)
    f = problem.evaluate(t)
    (g,) = torch.autograd.grad(f.sum(), problem.x)
    return f.item(), g.item()


@pytest.fixture(params=COSTS)
def cost(request):
    make, kinks = COSTS[request.param]
    return make(dtype=torch.float64), kinks


def test_every_problem_with_a_name_is_here():
    assert {type(make()) for make, _ in COSTS.values()} == set(PROBLEMS.values())


def test_the_gradient_is_the_slope_of_the_value(cost):
    """A central difference: exact for up to a parabola, to h² and rounding for the others."""
    problem, kinks = cost
    low, high = np.clip(problem.domain, -3.0, 3.0)
    h = 1e-4
    seen = set()
    for t in STEPS:
        for x in np.linspace(low + h, high - h, 41):
            if any(abs(x - kink) <= h for kink in kinks):
                continue
            _, g = shown(problem, t, x)
            above, below = (shown(problem, t, x + sign * h)[0] for sign in (1, -1))
            scale = max(abs(above), abs(below), abs(g), 1.0)
            assert (above - below) / (2 * h) == pytest.approx(g, abs=1e-6 * scale), (t, x)
            seen.add(g)
    assert len(seen) > 1


def test_the_gradient_at_an_end_of_the_domain_is_the_slope_from_within(cost):
    problem, _ = cost
    h = 1e-5
    for t in STEPS:
        for end, inward in zip(np.clip(problem.domain, -3.0, 3.0), (h, -h), strict=True):
            (f, g), (f_within, g_within) = shown(problem, t, end), shown(problem, t, end + inward)
            scale = max(abs(f), abs(g), 1.0)
            assert (f_within - f) / inward == pytest.approx((g + g_within) / 2, abs=1e-5 * scale)


@pytest.mark.parametrize("name", ["pulled_apart", "pulled_apart-cyclic", "heavy_tails"])
def test_value_and_slope_go_on_at_a_kink(name):
    make, kinks = COSTS[name]
    problem = make(dtype=torch.float64)
    for t in STEPS:
        for kink in kinks:
            (f, g), (f_below, g_below) = (
                shown(problem, t, x) for x in (kink, np.nextafter(kink, -np.inf))
            )
            (f_above, g_above) = shown(problem, t, np.nextafter(kink, np.inf))
            assert f_below == pytest.approx(f, rel=1e-12) == f_above
            assert g_below == pytest.approx(g, rel=1e-12) == g_above


def test_zero_slopes_are_what_the_paper_says():
    problem = ZeroSlopes(50, dtype=torch.float64)
    for t in range(1, 160):
        slope = {1: -1.0, 2: 2.0}.get(t % 50, 0.0)
        for x in (0.0, 0.25, 1.0):
            assert shown(problem, t, x) == (slope * x, slope)
        for x in (-2.0, np.nextafter(0, -1)):
            assert shown(problem, t, x) == (-100.0, 0.0)
        for x in (np.nextafter(1, 2), 2.0):
            assert shown(problem, t, x) == (0.0, 0.0)


@pytest.mark.parametrize("period", [2, 3, 8, 50])
@pytest.mark.parametrize("first_step", [0, 1])
def test_two_slopes_open_every_period(period, first_step):
    problem = ZeroSlopes(period, first_step=first_step, dtype=torch.float64)
    for t in range(first_step, 4 * period):
        expected = {1 % period: -1.0, 2 % period: 2.0}.get(t % period, 0.0)
        assert shown(problem, t, 0.5)[1] == expected


def test_pieces_in_turn_by_hand():
    problem = Parabolas(3, 7.0, -2.0, 1.0, 4.0, order="cyclic", dtype=torch.float64)
    # 7 (x−1) once, then −2 (x−4) twice, at x = 2.
    assert [shown(problem, t, 2.0) for t in range(1, 5)] == [(3.5, 7), (-4, 4), (-4, 4), (3.5, 7)]
    # Σ: 7 (x−1) − 4 (x−4) = 3 x + 9.
    assert (problem.curvature, problem.x_star) == (3, -3)
    problem = PulledApart(3, 0.5, order="cyclic", dtype=torch.float64)
    # Slopes 2, −1/2, −1/2 above −1; below that (x+2) times as much, and a value that goes on.
    assert [shown(problem, t, 1.0) for t in (1, 2, 3, 4)] == [(2, 2), *[(-0.5, -0.5)] * 2, (2, 2)]
    assert [shown(problem, t, -3.0) for t in (1, 2)] == [(-2, -2), (0.5, 0.5)]


def test_powers_and_their_scale_by_hand():
    assert shown(Power(4, 0.5, dtype=torch.float64), 1, 2.0) == (2, 4)
    assert shown(Power(2, 100.0, dtype=torch.float64), 9, -3.0) == (450, -300)


def test_the_first_step_alone_is_a_giant():
    for first_step in (0, 1, 7):
        problem = PseudoHuber(2.0, first=1e4, first_step=first_step, dtype=torch.float64)
        steps = range(first_step, first_step + 4)
        # √(1 + 0.75²) is 1.25.
        seen = [shown(problem, t, 0.75) for t in steps]
        assert seen == [pytest.approx((5000.0, 12000.0)), *[pytest.approx((0.5, 1.2))] * 3]


def test_near_0_a_bowl_keeps_its_value():
    """√(1+x²) − 1 as it stands would be 0 there."""
    problem = PseudoHuber(1e-10, dtype=torch.float64)
    assert problem.cost.at(1e-9, 5, 0, problem.constants) == pytest.approx(
        (5e-29, 1e-19), rel=1e-14, abs=0
    )


@pytest.mark.parametrize(
    "make",
    [
        partial(Online, 5, -1, 3),
        partial(Online, -5, 1, 3),
        partial(Parabolas, 4, 9, -2, 1.5, -0.5, order="cyclic"),
        partial(Parabolas, 3, 1.0, 1.0, 10.0, order="cyclic"),
        partial(PulledApart, 5, 0.3, order="cyclic"),
        partial(Power, 4),
        PseudoHuber,
        ZeroSlopes,
    ],
)
def test_no_point_costs_less_than_the_best(make):
    """Over a period, and over a grid of points."""
    problem = make(dtype=torch.float64)
    low, high = np.clip(problem.domain, -6.0, 6.0)
    places = np.linspace(low, high, 121)

    def cost(x):
        return sum(shown(problem, t, x)[0] for t in range(1, 1 + int(problem.cycle)))

    costs = np.array([cost(x) for x in places])
    least = cost(problem.x_star)
    assert (costs >= least - 1e-9 * max(abs(least), 1)).all()
    first, last = places[costs <= costs.min() + 1e-9][[0, -1]]
    step = places[1] - places[0]
    best = np.clip(problem.best, low, high)
    assert (first, last) == pytest.approx(tuple(best), abs=1.01 * step)


def test_noise_aside_the_heavy_tails_lie_on_hubers_function():
    problem = HeavyTails(dtype=torch.float64)
    for t in range(1, 6):
        _, noise = shown(problem, t, 0.0)
        for x, (f, g) in {
            0.5: (0.125, 0.5),
            -1.0: (0.5, -1),
            3.0: (2.5, 1),
            -9.0: (8.5, -1),
        }.items():
            assert shown(problem, t, x) == pytest.approx((f + noise * x, g + noise), rel=1e-12)


def test_distance_is_to_the_nearest_of_the_best_points():
    problem = ZeroSlopes(replicas=4, dtype=torch.float64)
    problem.x.data = torch.tensor([-2.0, -0.5, 0.0, 1.5], dtype=torch.float64)
    assert problem.best == (-2.0, 0.0)
    assert problem.distance.tolist() == [0, 0, 0, 1.5]
    problem = Parabolas(10, 1.0, 1.0, 10.0, replicas=2, dtype=torch.float64)
    problem.x.data = torch.tensor([-2.0, 1.25], dtype=torch.float64)
    assert problem.distance.tolist() == [3.0, 0.25]


@pytest.mark.parametrize(
    ("problem", "width"),
    [
        (Online(domain=(-2.0, 3.0)), 5),
        (ZeroSlopes(), 4),
        (PulledApart(x0=-5.0), 3),
        (Power(x0=-0.25), 0.25),
        (Power(x0=0.0), 1),
        (Power(domain=(-1.0, float("inf")), x0=2.0), 2),
    ],
)
def test_a_problem_is_as_wide_as_its_box_or_as_its_way(problem, width):
    assert problem.width == width
    problem.x.data += 0.125  # the way from where it began
    assert problem.width == width


def test_where_no_worst_point_is_known_there_is_none():
    assert np.isnan([Power().x_worst, Power().worst_average_regret]).all()


def test_without_a_variance_no_regret_is_kept():
    problem = HeavyTails(replicas=2)
    for _ in range(3):
        problem()
    assert problem.steps == 3
    assert problem.regret.isnan().all()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Parabolas(11, 10.0, -1.0), "large must be above 10, for the sum of the pieces"),
        (lambda: Parabolas(0), "n must be at least 1, got 0"),
        (lambda: Parabolas(order="shuffled"), "order must be 'random' or 'cyclic', got 'shuffled'"),
        (lambda: Parabolas(seed=2**64), "seed must be at most"),
        (lambda: PulledApart(2), "n must be at least 3, got 2"),
        (lambda: PulledApart(a=0), "a must be above 0, got 0"),
        (lambda: Power(5), "k must be even, got 5"),
        (lambda: Power(scale=0), "scale must be above 0, got 0"),
        (lambda: PseudoHuber(0.0), "scale must be above 0, got 0.0"),
        (lambda: PseudoHuber(first=-1), "first must be above 0, got -1"),
        (lambda: HeavyTails(1.0), "tail must be above 1, got 1.0"),
        (lambda: ZeroSlopes(1), "period must be at least 2, got 1"),
        (lambda: ZeroSlopes(domain=(0, 2)), "domain must begin below 0, got (0, 2)"),
    ],
)
def test_a_wrong_argument_is_named_with_its_value(make, says):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is looked at
        make()
    assert says in str(caught.value)


def test_without_bounds_a_best_point_of_many_is_not_infinite():
    assert ZeroSlopes(domain=None).x_star == -1
    assert ZeroSlopes(domain=None).best == (-np.inf, 0)
    assert ZeroSlopes(domain=(-0.5, 1.0)).x_star == -0.5


def test_a_cycle_is_a_period_or_the_number_of_pieces():
    assert (ZeroSlopes().cycle, Parabolas(7).cycle, PulledApart(9).cycle) == (50, 7, 9)


def test_a_value_at_no_number_is_none(cost):
    """So x that is none stays in the regret, by which a compiled run is known to have diverged."""
    problem, _ = cost
    assert all(np.isnan(shown(problem, t, np.nan)[0]) for t in STEPS)
