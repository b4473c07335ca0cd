"""Random problems against their distributions, from fixed seeds."""

from functools import partial

import numpy as np
import pytest
import torch

from breaking_adam import Stochastic
from breaking_adam.problems.heavy_tails import HeavyTails
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.pulled_apart import PulledApart

#: Replicas and steps: 400,000 draws.
REPLICAS, STEPS = 1000, 400


def gradients(problem, steps=STEPS):
    """f_t'(x_1) of each replica at each step, shape (steps, R)."""
    found = []
    for t in range(1, steps + 1):
        (g,) = torch.autograd.grad(problem.evaluate(t).sum(), problem.x)
        found.append(g.numpy())
    return np.array(found)


def off(count, draws, probability):
    """How far a count is from its mean, in standard deviations of the binomial distribution."""
    return abs(count - draws * probability) / np.sqrt(draws * probability * (1 - probability))


@pytest.mark.parametrize("tail", [1.2, 3.0])
def test_the_tails_are_as_heavy_as_they_are_said_to_be(tail):
    """P(|ξ| > z) = (1+z)^−tail: at the median and at the rarest that 400,000 draws still show."""
    noise = gradients(HeavyTails(tail, x0=0.0, replicas=REPLICAS, dtype=torch.float64))
    for probability in (0.9, 0.5, 0.1, 1e-2, 1e-3, 1e-4):
        z = probability ** (-1 / tail) - 1
        beyond = np.abs(noise) > z
        assert off(beyond.sum(), noise.size, probability) < 4
        # The sign is even there, and no other at large noise than at small.
        assert off((noise[beyond] > 0).sum(), beyond.sum(), 0.5) < 4


def test_where_noise_has_a_mean_and_a_variance_it_has_those_of_its_distribution():
    """Lomax with tail 5: E|ξ| = 1/4, and E ξ² = 2/(4·3)."""
    noise = gradients(HeavyTails(5.0, x0=0.0, replicas=REPLICAS, dtype=torch.float64))
    for values, mean in (noise, 0.0), (np.abs(noise), 1 / 4), (noise**2, 1 / 6):
        assert abs(values.mean() - mean) < 4 * values.std() / np.sqrt(values.size)


@pytest.mark.parametrize(
    "make",
    [
        partial(Parabolas, 11, 11.0, -1.0),
        partial(Parabolas, 2, 1.0, 1.0, 3.0, -3.0, x0=0.0),
        partial(PulledApart, 20, 1 / 361),
        partial(Parabolas, 1, 2.0),
    ],
)
def test_the_rare_piece_comes_once_in_n_and_has_no_memory(make):
    problem = make(replicas=REPLICAS, dtype=torch.float64)
    shown = gradients(problem)
    # Pieces are told apart by their slope at x_1: that of the rare one is the larger in size.
    is_rare = shown == shown.flat[np.argmax(np.abs(shown))]
    n = problem.n
    if n == 1:
        assert is_rare.all()
        return
    assert off(is_rare.sum(), shown.size, 1 / n) < 4
    # Steps and replicas that know of each other would change a variance of counts.
    for axis in (0, 1):
        counts = is_rare.sum(axis=axis)
        variance = is_rare.shape[axis] / n * (1 - 1 / n)
        assert abs(counts.var() / variance - 1) < 4 * np.sqrt(2 / counts.size)
    # Nor does a rare piece change what comes next.
    follows = is_rare[1:][is_rare[:-1]]
    assert off(follows.sum(), follows.size, 1 / n) < 4


def test_pieces_are_the_draws_of_the_stochastic_problem():
    """One generator: where p = 1/n both see a rare piece at the same steps."""
    pieces = gradients(Parabolas(4, 1.0, 1.0, 5.0, seed=7, replicas=3, dtype=torch.float64), 50)
    slopes = gradients(Stochastic(1, 0, 0.25, seed=7, replicas=3, dtype=torch.float64), 50)
    np.testing.assert_array_equal(pieces == -4, slopes == 1)


@pytest.mark.parametrize("make", [HeavyTails, Parabolas, PulledApart, Stochastic])
def test_a_seed_is_a_game_and_another_seed_another(make):
    def game(seed, replicas=2):
        return gradients(make(seed=seed, replicas=replicas, dtype=torch.float64), 60)

    np.testing.assert_array_equal(game(3), game(3))
    np.testing.assert_array_equal(game(3), game(3, 5)[:, :2])
    assert (game(3) != game(4)).any()
    assert (game(3)[:, 0] != game(3)[:, 1]).any()


@pytest.mark.parametrize("make", [HeavyTails, Parabolas, PulledApart])
def test_what_a_step_shows_does_not_depend_on_who_plays(make):
    shown = []
    for kind in (torch.optim.SGD, torch.optim.Adam):
        problem = make(seed=5, replicas=2, dtype=torch.float64)
        optimizer = kind(problem.parameters(), lr=0.01)
        for _ in range(20):
            optimizer.zero_grad()
            problem().sum().backward()
            optimizer.step()
        problem.x.data.fill_(0.5)
        (g,) = torch.autograd.grad(problem().sum(), problem.x)
        shown.append(g.tolist())
    assert shown[0] == shown[1]
