"""What a Trial is put together from: optimizers by name, and how long they take."""

import pytest
import torch

from breaking_adam import Online, __main__
from breaking_adam.options import integer
from breaking_adam.trials import make_optimizer, seconds_per_step


def test_a_hyperparameter_of_another_shape_is_left_to_its_default():
    problem = Online()
    optimizer = make_optimizer("torch.optim.Adafactor", problem, lr=0.5, betas=(0, 0), eps=1e-8)
    (group,) = optimizer.param_groups
    assert group["lr"] == 0.5
    assert isinstance(group["eps"], tuple)


def test_only_an_optimizer_of_the_problems_x_is_timed():
    with pytest.raises(ValueError, match=r"of problem\.x"):
        seconds_per_step(Online(), torch.optim.SGD([Online().x]))


def test_whole_numbers_may_be_written_as_powers_of_ten():
    assert [integer(1, 10**6)(text) for text in ("1e3", "1_000", "1000")] == [1000] * 3


def test_a_command_without_its_dot_is_pointed_out(capsys):
    assert __main__.main(["stochastic"]) == 2
    assert "python -m breaking_adam.stochastic" in capsys.readouterr().err
