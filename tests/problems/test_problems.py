"""Problems: slopes, regret, draws, and the Trial's view of them."""

from fractions import Fraction

import numpy as np
import pytest
import torch
import torchbearer as tb

from breaking_adam import Online, Stochastic, average_regret, compiled, est, loss
from breaking_adam.problems.two_sum import add


def slopes(problem, steps):
    """The gradient that each step shows, through autograd."""
    out = []
    for _ in range(steps):
        (g,) = torch.autograd.grad(problem().sum(), problem.x)
        out.append(g.tolist() if problem.replicas > 1 else g.item())
    return out


def test_the_large_slope_opens_every_period():
    expected = ([1010.0] + [-10.0] * 100) * 3
    assert slopes(Online(), 303) == expected


def test_first_step_0_puts_the_large_slope_second_as_a_0_based_counter_does():
    assert slopes(Online(first_step=0), 103) == [-10.0, 1010.0] + [-10.0] * 100 + [1010.0]


@pytest.mark.parametrize("first_step", [0, 1, 2])
@pytest.mark.parametrize("period", [1, 2, 3, 4, 12, 15, 17, 100, 257, 2**20, 641 * 6])
def test_the_large_slope_comes_where_t_mod_period_is_1(period, first_step):
    problem = Online(1, 0, period, first_step=first_step)
    expected = [float(t % period == 1 % period) for t in range(first_step, first_step + 60)]
    assert slopes(problem, 60) == expected


def test_theorem_1s_problem_has_its_slopes():
    assert slopes(Online(5, -1, period=3), 6) == [5, -1, -1, 5, -1, -1]


@pytest.mark.parametrize("x", [-1.0, -0.25, 0.0, 1.0])
def test_the_cost_is_slope_times_x_at_the_ends_of_the_domain_too(x):
    problem = Online(x0=x)
    assert [problem().item() for _ in range(2)] == [1010 * x, -10 * x]


@pytest.mark.parametrize(("x", "per_period"), [(1.0, 20), (-1.0, 0), (0.0, 10)])
def test_a_period_at_x_costs_10_for_each_unit_from_the_best_point(x, per_period):
    problem = Online(x0=x, dtype=torch.float64)
    for _ in range(101 * 4):
        problem()
    assert problem.regret.item() == 4 * per_period
    assert problem.steps == 404


def test_what_the_paper_says_of_its_two_problems():
    assert (Online().x_star, Online().x_worst) == (-1, 1)
    assert Online().worst_average_regret == pytest.approx(float(Fraction(20, 101)))
    assert Stochastic().worst_average_regret == pytest.approx(0.4)
    assert Online(-1010, 10).x_star == 1
    problem = Online(-5, 1, 5, domain=(-2.0, 3.0))  # a mean slope of −1/5 on a width of 5
    assert (problem.x_star, problem.x_worst) == (3, -2)
    assert problem.worst_average_regret == pytest.approx(1)


def test_where_all_points_cost_the_same_on_average_the_low_end_is_taken_for_best():
    for problem in Online(1, -1, period=2), Stochastic(1, -1, probability=0.5):
        assert (problem.x_star, problem.x_worst) == (-1, 1)
        assert problem.worst_average_regret == 0


def splitmix64(seed):
    """The generator as its authors publish it: one output after another."""
    mask = 2**64 - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def test_the_reference_generator_gives_the_published_numbers():
    outputs = splitmix64(1234567)
    assert [next(outputs) for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_the_draws_are_those_of_the_published_generator(seed):
    replicas, steps = 5, 40
    seeds = splitmix64(seed)
    generators = [splitmix64(next(seeds)) for _ in range(replicas)]
    expected = [
        [1010.0 if next(draws) / 2**64 < 0.3 else -10.0 for draws in generators]
        for _ in range(steps)
    ]
    problem = Stochastic(probability=0.3, seed=seed, replicas=replicas)
    assert slopes(problem, steps) == expected


def test_the_rare_slope_has_its_frequency_and_no_memory():
    # A walk by SGD on slopes 1 and 0 counts the draws: x falls by α at each.
    steps, replicas, p = 10_000, 1000, 0.01
    problem = Stochastic(1, 0, p, replicas=replicas, domain=(-1e9, 1e9), dtype=torch.float64)
    trial = tb.Trial(problem, torch.optim.SGD([problem.x], lr=1.0), loss, verbose=0)
    trial.with_closure(compiled(steps)).for_train_steps(1).run()
    counts = -problem.x.detach().numpy()
    mean, variance = steps * p, steps * p * (1 - p)
    assert abs(counts.mean() - mean) < 4 * np.sqrt(variance / replicas)
    # The variance over replicas of a binomial: correlated steps or replicas would show here.
    assert abs(counts.var() / variance - 1) < 4 * np.sqrt(2 / replicas)


@pytest.mark.parametrize(("probability", "slope"), [(0.0, -10.0), (1.0, 1010.0)])
def test_probabilities_0_and_1_are_certain(probability, slope):
    assert slopes(Stochastic(probability=probability), 50) == [slope] * 50


def test_replica_k_of_any_number_is_the_same_run():
    few, many = (slopes(Stochastic(probability=0.5, replicas=r), 50) for r in (2, 7))
    assert few == [row[:2] for row in many]


def test_a_closure_evaluated_twice_in_a_batch_sees_the_same_cost_and_counts_once():
    seen = []

    def closure(state):
        for _ in range(3):
            seen.append(state[tb.MODEL](None, state=state).item())

    problem = Online(x0=1.0)
    tb.Trial(problem, verbose=0).with_closure(closure).for_train_steps(2).run()
    assert seen == [1010.0] * 3 + [-10.0] * 3
    assert (problem.steps, problem.regret.item()) == (2, 2020 - 20)


def test_a_batch_of_the_next_epoch_is_another_step():
    """Its number within the epoch is the same."""
    problem = Online(x0=1.0)
    sgd = torch.optim.SGD([problem.x], lr=0.0)
    tb.Trial(problem, sgd, loss, verbose=0).for_train_steps(1).run(3)
    assert (problem.steps, problem.regret.item()) == (3, 2020 - 20 - 20)


def test_a_state_that_was_saved_stays_as_the_game_goes_on():
    problem = Online(x0=1.0)
    problem()
    saved = problem.get_extra_state()
    problem()
    assert (saved["steps"], saved["regret"].tolist()) == (1, [[2020.0], [0.0]])


def test_evaluation_mode_neither_counts_nor_moves_the_clock():
    problem = Online(x0=1.0)
    problem()
    problem.eval()
    assert problem().item() == 1010.0
    assert (problem.steps, problem.regret.item()) == (1, 2020.0)


def test_the_score_travels_in_the_state_dict_and_loads_without_running_code(tmp_path):
    problem, other = Stochastic(replicas=3), Stochastic(replicas=3)
    for _ in range(5):
        problem()
    torch.save(problem.state_dict(), tmp_path / "state.pt")
    other.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert other.steps == 5
    np.testing.assert_array_equal(other.regret, problem.regret)
    with pytest.raises(ValueError, match="3 replicas"):
        Stochastic().set_extra_state(problem.get_extra_state())


def test_an_earlier_checkpoint_is_read():
    problem = Stochastic(replicas=2)
    regret = torch.tensor([[3.0, 4.0], [0.5, 0.25]], dtype=torch.float64)
    problem.load_state_dict(
        {"x": torch.tensor([0.1, 0.2]), "_extra_state": {"steps": 7, "regret": regret}}
    )
    assert (problem.steps, problem.regret.tolist()) == (7, [3.5, 4.25])
    regret.zero_()
    assert problem.regret.tolist() == [3.5, 4.25]


def test_evaluating_a_cost_moves_no_clock():
    problem = Online(x0=1.0)
    assert [problem.evaluate(t).item() for t in (1, 2, 102)] == [1010.0, -10.0, 1010.0]
    assert (problem.steps, problem.regret.item()) == (0, 0.0)
    assert problem().item() == 1010.0
    assert (problem.steps, float(problem.regret)) == (1, 2020.0)


def test_a_linear_cost_needs_a_bounded_domain():
    for domain in (None, (-1.0, float("inf"))):
        with pytest.raises(ValueError, match="domain must be bounded for linear costs"):
            Online(domain=domain)


def test_the_repr_shows_the_constants():
    assert repr(Stochastic(5, -1, 0.25, seed=3, replicas=2)) == (
        "Stochastic(large=5.0, small=-1.0, probability=0.25, seed=3, "
        "domain=(-1.0, 1.0), first_step=1, replicas=2)"
    )


def test_replicas_are_reported_by_their_median_and_quartiles():
    problem = Stochastic(replicas=5)
    problem.x.data = torch.tensor([0.5, -1.0, 1.0, 0.0, -0.5])
    state = tb.State()
    state[tb.MODEL] = problem
    assert est().process(state) == {"est": 0.0, "est_q25": -0.5, "est_q75": 0.5}
    problem.score.add(2, np.array([[4.0, 0.0, 2.0, 6.0, 8.0], [0.0] * 5]))
    assert average_regret().process(state) == {
        "average_regret": 2.0,
        "average_regret_q25": 1.0,
        "average_regret_q75": 3.0,
    }


def test_two_doubles_are_the_exact_sum_of_any_two_numbers():
    """Knuth's theorem B asks for no order; Dekker's shorter sum is for |high| ≥ |a| alone."""
    draws = np.random.default_rng(0)
    numbers = draws.normal(size=(2, 1000)) * 2.0 ** draws.integers(-60, 60, size=(2, 1000))
    smaller = np.abs(numbers[0]) < np.abs(numbers[1])
    assert 100 < smaller.sum() < 900
    for high, a in numbers.T.tolist():
        total, rest = add(high, 0.0, a)
        assert total == high + a
        assert Fraction(total) + Fraction(rest) == Fraction(high) + Fraction(a)


def test_the_sum_of_regrets_keeps_what_a_double_loses():
    high, low, plain, exact = 0.0, 0.0, 0.0, Fraction(0)
    for i in range(20_000):
        a = 1010.0 * (-1) ** i * (i % 13) + 1e-7 * (i % 7)
        high, low = add(high, low, a)
        plain += a
        exact += Fraction(a)
    assert abs(Fraction(plain) - exact) > 1e-11  # or this would prove nothing
    assert abs(Fraction(high) + Fraction(low) - exact) < 1e-17


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Online(period=0), ValueError, "period must be at least 1, got 0"),
        (lambda: Online(period=1.5), TypeError, "period must be an integer, got 1.5"),
        (lambda: Online(large=float("nan")), ValueError, "large must be a finite number, got nan"),
        (lambda: Online(small="x"), TypeError, "small must be a number, got 'x'"),
        (lambda: Online(domain=(1, -1)), ValueError, "low < high"),
        (lambda: Online(domain=(1, 1), x0=1), ValueError, "low < high, got (1, 1)"),
        (lambda: Online(dtype=torch.float16), ValueError, "float64, got torch.float16"),
        (lambda: Online(x0=2), ValueError, "x0 must be at most 1, got 2"),
        (lambda: Online(first_step=-1), ValueError, "first_step must be at least 0, got -1"),
        (lambda: Online(replicas=0), ValueError, "replicas must be at least 1, got 0"),
        (lambda: Stochastic(probability=1.5), ValueError, "probability must be at most 1, got 1.5"),
        (lambda: Stochastic(seed=-1), ValueError, "seed must be at least 0, got -1"),
        # The value as it was given, not as the number that it was turned into.
        (lambda: Stochastic(probability=2**64), ValueError, "at most 1, got 18446744073709551616"),
        (lambda: Stochastic(probability=-(2**64)), ValueError, "0, got -18446744073709551616"),
    ],
)
def test_a_wrong_argument_is_named_with_its_value(make, error, says):
    with pytest.raises(error) as caught:
        make()
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("problem", "cycle"),
    [
        (Online(), 101),
        (Stochastic(), 100),
        (Stochastic(probability=0.75), 4),
        (Stochastic(probability=0), 1),
    ],
)
def test_a_cycle_is_from_a_rare_slope_to_the_next(problem, cycle):
    assert problem.cycle == pytest.approx(cycle)
