"""What a Trial is put together from: optimizers by name, and how long they take."""

from types import SimpleNamespace

import pytest
import torch

from breaking_adam import Online, Stochastic
from breaking_adam.cli.options import integer
from breaking_adam.optimizers.find import make_optimizer
from breaking_adam.trials.build import LONGEST, pace, seconds_per_step


def test_a_hyperparameter_of_another_shape_is_left_to_its_default():
    problem = Online()
    optimizer = make_optimizer("torch.optim.Adafactor", problem, lr=0.5, betas=(0, 0), eps=1e-8)
    (group,) = optimizer.param_groups
    assert group["lr"] == 0.5
    assert isinstance(group["eps"], tuple)


def test_only_an_optimizer_of_the_problems_x_is_timed():
    with pytest.raises(ValueError, match=r"of problem\.x"):
        seconds_per_step(Online(), torch.optim.SGD([Online().x]))


class TiresOfClosures(torch.optim.SGD):
    """It evaluates its closure twenty times a step at first, and once from step 100 on."""

    taken = evaluated = 0

    def step(self, closure=None):
        self.taken += 1
        for _ in range(1 if self.taken > 100 else 20):
            self.evaluated += 1
            closure()


def test_what_a_step_takes_is_what_it_takes_in_the_long_run(monkeypatch):
    """By a clock on which an evaluation takes a second, and nothing else any time."""
    problem = Online()
    optimizer = TiresOfClosures(problem.parameters())
    clock = SimpleNamespace(perf_counter=lambda: optimizer.evaluated)
    monkeypatch.setattr("breaking_adam.trials.build.time", clock)
    assert seconds_per_step(problem, optimizer, limit=1e4) == 1


def test_a_slow_optimizer_is_timed_within_its_limit(monkeypatch):
    """At 2 ms a step, a stretch of ten is 20 ms: the second ends after the limit."""
    problem = Online()
    clock = SimpleNamespace(perf_counter=lambda: 0.002 * problem.steps)
    monkeypatch.setattr("breaking_adam.trials.build.time", clock)
    sgd = torch.optim.SGD(problem.parameters())
    assert seconds_per_step(problem, sgd, limit=0.03) == pytest.approx(0.002)
    assert problem.steps == 10 + 2 * 10  # the first ten compile the cost


@pytest.mark.parametrize("replicas", [1, 2, 1000, 10**7])
def test_no_batch_takes_too_long_to_wait_for(replicas):
    problem = Stochastic(replicas=replicas, dtype=torch.float32)
    sgd = torch.optim.SGD([problem.x], lr=0.1)
    to = pace(problem, sgd, "auto", 10**9)
    assert to.engine == "compiled"
    assert 1 <= to.block * replicas <= LONGEST[replicas > 1]
    assert to.block * to.batches_per_point >= to.every > to.block * (to.batches_per_point - 1)


def test_whole_numbers_may_be_written_as_powers_of_ten():
    assert [integer(1, 10**6)(text) for text in ("1e3", "1_000", "1000")] == [1000] * 3
