"""What a step is made of, against Adam in plain Python, and in the midst of a compiled run."""

from functools import partial
from math import isnan, sqrt

import numpy as np
import pytest
import torch

from breaking_adam import AMSGrad, Online, Stochastic
from breaking_adam.rules.schedules import inverse_sqrt
from breaking_adam.trials.build import build
from breaking_adam.trials.window import watch

ALPHA, BETA1, BETA2, STEPS = 0.5, 0.9, 0.99, 202


def plain(amsgrad, alpha_at):
    """The paper's algorithms, uncorrected, on the online problem: x, g, root and step at each t."""
    x, m, v, v_hat, rows = 0.0, 0.0, 0.0, 0.0, []
    for t in range(1, STEPS + 1):
        g = 1010.0 if t % 101 == 1 else -10.0
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g * g
        v_hat = max(v_hat, v)
        root = sqrt(v_hat if amsgrad else v)
        step = -alpha_at(t) * m / root
        rows.append((t, x, g, root, step))
        x = min(1.0, max(-1.0, x + step))
    return np.array(rows).T


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("schedule", [None, inverse_sqrt])
def test_a_window_holds_the_numbers_of_plain_python(amsgrad, schedule):
    problem = Online(dtype=torch.float64)
    optimizer = AMSGrad(
        problem.parameters(), ALPHA, (BETA1, BETA2), 0, amsgrad=amsgrad, bias_correction="none"
    )
    options = {} if schedule is None else {"schedule": schedule}
    window = watch(problem, optimizer, STEPS, **options)
    alpha_at = (lambda _: ALPHA) if schedule is None else (lambda t: ALPHA / sqrt(t))
    for found, expected in zip(window, plain(amsgrad, alpha_at), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    # x is within the domain, where a step leads out of it.
    assert np.abs(window.x).max() <= 1 < np.abs(window.x + window.step).max()


@pytest.mark.parametrize("amsgrad", [False, True])
def test_a_run_with_windows_in_it_is_the_run_without(amsgrad):
    ends = []
    for windows in ([], [0, 500, 3000]):
        problem = Online(dtype=torch.float64)
        options = {"lr": 0.01, "betas": (0.9, 0.99), "amsgrad": amsgrad}
        optimizer = torch.optim.Adam(problem.parameters(), **options)
        for begin in windows:
            build(problem, optimizer, steps=begin)[0].run()
            window = watch(problem, optimizer, 202)
            assert [*window.t] == [*range(begin + 1, begin + 203)]
        build(problem, optimizer, steps=5000)[0].run()
        ends.append((problem.x.item(), float(problem.regret), problem.steps))
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-12)


def test_of_several_replicas_it_is_the_first_and_of_no_v_there_is_no_root():
    windows = []
    for replicas in (1, 3):
        problem = Stochastic(replicas=replicas, seed=5, dtype=torch.float64)
        windows.append(watch(problem, torch.optim.SGD(problem.parameters(), lr=1e-4), 300))
    one, three = windows
    for name in ("t", "x", "g", "step"):
        np.testing.assert_array_equal(getattr(one, name), getattr(three, name))
    assert all(map(isnan, one.root))
    np.testing.assert_allclose(one.step, -1e-4 * one.g, rtol=1e-9)


@pytest.mark.parametrize(
    ("make", "squares"),
    [
        (partial(torch.optim.RMSprop, alpha=0.75), [9 / 4, 27 / 16 + 1 / 4]),
        (torch.optim.Adagrad, [9, 10]),
    ],
)
def test_the_root_is_found_under_each_of_its_names(make, squares):
    problem = Online(3, -1, period=3, dtype=torch.float64)
    window = watch(problem, make(problem.parameters(), lr=0.1, eps=0.0), 2)
    np.testing.assert_allclose(window.root, np.sqrt(squares), rtol=1e-14)
