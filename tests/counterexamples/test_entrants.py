"""Who is put on the stand, and with which hyperparameters."""

import my_optimizers
import pytest
import torch

from breaking_adam import AMSGrad, Online
from breaking_adam.counterexamples.counterexample import Prediction
from breaking_adam.counterexamples.entrants import (
    PUBLISHED,
    entrant,
    entrants,
    rehearse,
    willing,
)
from breaking_adam.counterexamples.matrix import farthest
from breaking_adam.counterexamples.table import COUNTEREXAMPLES


def group(optimizer, alpha=0.25):
    return entrant(optimizer).make([torch.nn.Parameter(torch.zeros(1))], alpha).param_groups[0]


def test_a_short_name_has_its_classes_defaults_and_not_the_papers():
    assert group("adam")["betas"] == (0.9, 0.999)
    assert group("rmsprop")["alpha"] == 0.99
    assert group("amsgrad")["eps"] == 1e-16
    assert group("adam(betas=(0.9, 0.99))")["betas"] == (0.9, 0.99)
    assert group(torch.optim.AdamW)["weight_decay"] == 0.01


@pytest.mark.parametrize("optimizer", ["adam", "torch.optim.Adam", torch.optim.Adam])
def test_one_class_has_one_name_and_the_step_size_that_is_swept(optimizer):
    assert entrant(optimizer).name == "torch.optim.Adam"
    assert group(optimizer, 0.125)["lr"] == 0.125
    assert [each.name for each in entrants([optimizer, "adam", "sgd"])] == [
        "torch.optim.Adam",
        "torch.optim.SGD",
    ]


def test_classes_and_functions_of_ones_own():
    assert entrant(AMSGrad).name == "breaking_adam.AMSGrad"
    assert entrant(my_optimizers.Three).name == "my_optimizers.Three"
    assert entrant(my_optimizers.made).name == "my_optimizers.made"
    assert group(my_optimizers.made)["lr"] == 0.25
    assert group(my_optimizers.Anything)["lr"] == 0.25
    assert entrants(torch.optim.SGD)[0].name == entrants("sgd")[0].name


@pytest.mark.parametrize(
    ("optimizer", "says"),
    [
        ("adma", "did you mean adam"),
        ("adam(lr=0.1)", "lr is what is swept"),
        ("my_optimizers.NeedsGradient", "takes no lr"),
        ("my_optimizers.NoNumbers", "takes no lr"),
        ("adam(beta=1)", "takes no beta"),
    ],
)
def test_what_cannot_be_put_on_the_stand(optimizer, says):
    with pytest.raises(ValueError, match=says) as refused:
        rehearse(entrant(optimizer), Online(), 0.1)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("optimizer", "says"),
    [
        ("odd_optimizers.RaisesAtOnce", "the very first"),
        ("my_optimizers.NoClosure", "takes no closure"),
        ("my_optimizers.IgnoresClosure", "calls no closure"),
        ("odd_optimizers.RaisesWhenMade", "no such thing as a free lunch"),
    ],
)
def test_an_optimizer_that_fails_in_its_first_steps_is_refused(optimizer, says):
    with pytest.raises(ValueError, match=says) as refused:
        rehearse(entrant(optimizer), Online(), 0.1)
    assert "\n" not in str(refused.value)


class Capped(torch.optim.SGD):
    """One that takes no lr above 1."""

    def __init__(self, params, lr):
        if lr > 1:
            raise ValueError("lr too large")
        super().__init__(params, lr)


def test_an_optimizer_that_refuses_a_step_size_of_the_sweep_is_refused_beforehand():
    each = entrant(Capped)
    rehearse(each, Online(), 0.1, [0.001, 1.0])
    with pytest.raises(ValueError, match=r"refuses lr=10 of the sweep: .*lr too large"):
        rehearse(each, Online(), 0.1, [0.001, 10.0])
    there = willing(["my_optimizers.NoClosure", "sgd"], lambda _: [1e-3, 10.0])
    assert [each.name for each in there] == ["torch.optim.SGD"]
    bowl = COUNTEREXAMPLES["bowl"]
    assert farthest(entrant("sgd"), [bowl]) == [1e-3 * bowl.alpha, 1e3 * bowl.alpha]


def test_those_with_their_own_idea_of_a_step_size_are_swept_around_1():
    pytest.importorskip("pytorch_optimizer")
    for name in "Prodigy", "DAdaptAdam", "AdaDelta":
        assert entrant(f"pytorch_optimizer.{name}").unit(0.1) == 1.0
    for name in "pytorch_optimizer.ScheduleFreeAdamW", "adam":
        assert entrant(name).unit(0.1) == 0.1


def test_theory_is_asked_about_adam_and_rmsprop_alone():
    asked = []

    def theory(*numbers):
        asked.append(numbers)
        return Prediction("solves", 0.0, "")

    for name in "adam(betas=(0.5, 0.75), eps=1e-3)", "rmsprop(alpha=0.5)", "breaking_adam.Adam":
        assert entrant(name).predicted(theory, 0.1).verdict == "solves"
    assert asked == [(0.5, 0.75, 1e-3), (0.0, 0.5, 1e-8), (0.9, 0.999, 1e-16)]
    others = ["adamw", "sgd", "amsgrad", "torch.optim.Adam(amsgrad=True)"]
    others += ["rmsprop(momentum=0.9)", "rmsprop(centered=True)", "adam(weight_decay=0.1)"]
    others += ["adam(maximize=True)", "rmsprop(maximize=True)"]
    assert [entrant(name).predicted(theory, 0.1) for name in others] == [None] * len(others)


def test_twenty_are_published():
    pytest.importorskip("pytorch_optimizer")
    assert [each.name for each in entrants(PUBLISHED)] == list(PUBLISHED)
    assert len(PUBLISHED) == 20
