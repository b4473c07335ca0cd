"""Optimizers by name and call: what each really uses, and what is refused."""

import pytest

from breaking_adam import Online
from breaking_adam.optimizers.find import find_optimizer, hyperparameters, make_optimizer
from breaking_adam.support.calls import Call, parse

TYPED = {"lr": 0.25, "betas": (0.3, 0.4), "eps": 0.125}
PAPER = {"lr": 0.001, "betas": [0.9, 0.99], "eps": 1e-8}


def used(name, **typed):
    return hyperparameters(make_optimizer(name, Online(), **typed))


def has(found, **expected):
    return {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize("name", ["adam", "amsgrad", "adamnc", "adamw"])
def test_a_short_name_has_the_papers_values_unless_typed_or_said(name):
    assert has(used(name), **PAPER)
    assert has(used(name, lr=None, betas=None, eps=None), **PAPER)
    assert has(used(name, **TYPED), lr=0.25, betas=[0.3, 0.4], eps=0.125)
    said = used(f"{name}(lr=0.5, betas=(0.1, 0.2))", **TYPED)
    assert has(said, lr=0.5, betas=[0.1, 0.2], eps=0.125)


def test_a_path_has_the_classs_own_values_unless_typed_or_said():
    assert has(used("torch.optim.Adam"), lr=0.001, betas=[0.9, 0.999], eps=1e-8)
    assert has(used("torch.optim.Adadelta"), lr=1.0, rho=0.9, eps=1e-6)
    assert has(used("torch.optim.Adadelta", **TYPED), lr=0.25, rho=0.9, eps=0.125)
    sgd = used("torch.optim.SGD(lr=0.1, momentum=0.9, nesterov=True)", **TYPED)
    assert has(sgd, lr=0.1, momentum=0.9, nesterov=True, betas=None)


def test_what_an_optimizer_does_not_take_is_left_out_and_not_shown():
    assert "betas" not in used("rmsprop", **TYPED)
    assert has(used("rmsprop"), lr=0.001, eps=1e-8, alpha=0.99)
    assert has(used("sgd", **TYPED), lr=0.25)


def test_a_rule_of_ones_own_gets_its_betas_by_name():
    assert has(used("my_optimizers.SignMomentum"), lr=0.001, beta1=0.5, beta2=0.25)
    assert has(used("my_optimizers.SignMomentum", **TYPED), lr=0.25, beta1=0.3, beta2=0.4)
    said = used("my_optimizers.SignMomentum(beta1=0.75)", **TYPED)
    assert has(said, beta1=0.75, beta2=0.4)
    by_name = used("my_optimizers.ByName", **TYPED)
    assert has(by_name, lr=0.25, beta1=0.3, beta2=0.4, eps=[1.0, 2.0])  # a pair is no ε


def test_keywords_that_are_handed_on_are_those_of_the_parent():
    assert has(used("my_optimizers.Keywords(momentum=0.5)", **TYPED), lr=0.25, momentum=0.5)
    assert has(used("my_optimizers.made", **TYPED), lr=0.25)
    assert has(used("my_optimizers.Anything"), lr=0.5)
    assert has(used("my_optimizers.Anything", **TYPED), lr=0.25)
    assert has(used("my_optimizers.Anything(lr=0.1, memory=3)"), lr=0.1, memory=3)


def test_three_betas_are_the_classs_own_unless_three_are_typed():
    own = [0.98, 0.92, 0.99]
    assert has(used("my_optimizers.Three", **TYPED), lr=0.25, betas=own)
    assert has(used("my_optimizers.Three", betas=(0.1, 0.2, 0.3)), betas=[0.1, 0.2, 0.3])
    assert has(used("adam", betas=(0.1, 0.2, 0.3)), betas=[0.9, 0.99])
    assert has(used("my_optimizers.SignMomentum", betas=(0.1, 0.2, 0.3)), beta1=0.5, beta2=0.25)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("adman", r"no optimizer 'adman' \(did you mean adamnc or adam\?\)"),
        ("torch.optim.Adan", r"torch.optim has no 'Adan' \(did you mean .*Adam.*\?\)"),
        ("sgd(momentun=0.9)", r"sgd takes no momentun \(did you mean momentum\?\)"),
        ("my_optimizers.SignMomentum(beta=1)", r"takes no beta \(did you mean beta"),
        ("my_optimizers.NoClosure", r"step that takes no closure: define it as step\(self, clos"),
        ("torch.nn.Linear", "torch.nn.Linear is no optimizer"),
        ("torch.pi", "is no optimizer but a float"),
        ("os.getcwd", "os.getcwd cannot be made"),
        ("adam(params=1)", "adam takes no params"),
        ("adam(lr=-1)", r"adam\(lr=-1\) cannot be made: Invalid learning rate"),
    ],
)
def test_a_refusal_says_what_may_have_been_meant(name, reason):
    with pytest.raises(ValueError, match=reason):
        make_optimizer(name, Online())


@pytest.mark.parametrize(
    "text",
    ["sgd(0.1)", "sgd(**{})", "sgd(lr=open('x'))", "sgd(lr=x)", "sgd(lr=1", "(sgd)()()", "sgd()+1",
     "sgd(lr=1).step()", "f'{1}'(lr=1)", "sgd(lr=" + "(" * 5000 + ")" * 5000 + ")", "sgd(\0)",
     "sgd(lr=1, lr=2)"],
)  # fmt: skip
def test_what_is_no_call_with_literals_is_refused_and_not_evaluated(text):
    with pytest.raises(ValueError, match=r"no call|literal|keywords alone|must be a number"):
        parse(text)


def test_a_calls_text_is_read_back_as_the_call():
    call = Call("a.b", (("x", (1, -2.5)), ("y", "q'\"("), ("z", None)))
    assert parse(str(call)) == call
    assert str(parse("adam( )")) == "adam"


def test_short_names_are_all_there():
    from breaking_adam.optimizers.names import NAMES

    for name in NAMES:
        assert callable(find_optimizer(name))
