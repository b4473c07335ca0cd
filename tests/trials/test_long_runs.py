"""Runs of a billion steps: sums that stay exact, counts that do not stop, bounded memory."""

import gc
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
import torch
import torchbearer

from breaking_adam import Online, Stochastic, TensorBoard
from breaking_adam.problems.two_sum import add
from breaking_adam.trials.build import build
from breaking_adam.trials.callbacks.curves import Curves


def relative_error(regret: float, exact: Fraction) -> float:
    return float(abs(Fraction(regret) - exact) / abs(exact))


@pytest.mark.slow
def test_the_regret_is_exact_after_a_billion_steps():
    """At x = 1 each step costs 0.1 − (−0.1), a number that plain addition loses bits of.

    Adding it a billion times to one double is off by a part in 10⁸.
    """
    problem = Online(0.1, 0.1, period=1, x0=1.0, dtype=torch.float64)
    still = torch.optim.SGD([problem.x], lr=0.0)
    build(problem, still, steps=10**9, every=10**8)[0].run()
    exact = 10**9 * (Fraction(0.1) + Fraction(0.1))
    assert problem.steps == 10**9
    assert relative_error(problem.regret.item(), exact) < 2**-53


@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize("engine", ["eager", "compiled"])
@pytest.mark.slow
def test_the_regret_is_the_exact_sum_of_what_was_shown(replicas, engine):
    """Against rational sums of the very f_t(x_t) − f_t(x*), far from where it began."""
    problem = Stochastic(seed=5, x0=0.3, replicas=replicas, dtype=torch.float64)
    sums = np.zeros((2, replicas))
    sums[0] = 1e15  # beyond which a double has steps of an eighth
    problem.score.add(0, sums)
    adam = torch.optim.Adam([problem.x], lr=0.01)
    exact = [Fraction(10**15)] * replicas
    twin = Stochastic(seed=5, replicas=replicas, dtype=torch.float64)

    class Watch(torchbearer.Callback):
        before = np.full(replicas, 0.3)

        def on_step_training(self, state):
            twin.x.data.fill_(1.0)  # where f_t is its slope
            for k, slope in enumerate(twin().tolist()):
                exact[k] += Fraction(slope * self.before[k] - slope * problem.x_star)
            self.before = problem.x.detach().numpy().copy()

    build(problem, adam, engine=engine, steps=1000, every=1, callbacks=[Watch()])[0].run()
    for regret, rational in zip(problem.regret.tolist(), exact, strict=True):
        assert relative_error(regret, rational) <= 2**-53


def test_the_sum_of_two_doubles_is_exact_against_rationals():
    high, low, exact = 0.0, 0.0, Fraction(0)
    terms = np.random.default_rng(0).normal(size=10_000) * 10.0 ** np.arange(10_000).clip(0, 12)
    for a in np.sort(np.abs(terms))[::-1].tolist():
        high, low = add(high, low, a)
        exact += Fraction(a)
    assert relative_error(high + low, exact) <= 2**-53


def test_an_optimizer_counts_on_beyond_what_float32_can():
    problem = Online(dtype=torch.float64)
    adam = torch.optim.Adam([problem.x], betas=(0.9, 0.99))
    build(problem, adam, steps=2**24, every=2**24)[0].run()
    for extra in 1, 2, 3:
        build(problem, adam, steps=2**24 + extra, every=1)[0].run()
        assert adam.state[problem.x]["step"].item() == problem.steps == 2**24 + extra


@pytest.mark.slow
def test_memory_does_not_grow_with_the_run(tmp_path):
    problem = Online(dtype=torch.float64)
    adam = torch.optim.Adam([problem.x], betas=(0.9, 0.99))
    used = []

    class Watch(torchbearer.Callback):
        def on_step_training(self, state):
            if state[torchbearer.BATCH] % 500 == 499:
                gc.collect()
                used.append(tracemalloc.get_traced_memory()[0])

    board, curves = TensorBoard(tmp_path, batch_step_size=1), Curves(limit=100)
    trial, _ = build(problem, adam, steps=30_000, every=10, callbacks=[board, curves, Watch()])
    tracemalloc.start()
    try:
        trial.run()
    finally:
        tracemalloc.stop()
    # What waits to be used again comes and goes; points that are kept would only come, 100,000
    # bytes and more for each 500.
    assert len(used) == 6
    assert np.diff(used).min() < 10_000, np.diff(used)
