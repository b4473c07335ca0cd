"""What is read from a step, and what is not."""

import copy
import math
import sys
import threading
import time
from functools import partial

import optimizers
import pytest
import torch
from optimizers import (
    Arrives,
    Beta,
    Clipped,
    Closure,
    Dice,
    FirstForAll,
    FromTwo,
    ImportedRoot,
    Interrupted,
    Mean,
    Noisy,
    Norm,
    NumpyRoot,
    Parity,
    Plain,
    Root,
    WarmUp,
)

from breaking_adam.tracing import Course, Reader, UnreadableError, trust
from breaking_adam.tracing.places import leaves

optim = torch.optim

#: The classes of torch.optim and some of their variants, with the ways through a step, and
#: whether coordinates can be stepped one by one. LBFGS needs a closure, and SparseAdam gradients
#: that are sparse: neither takes a step here.
TORCH = {
    "ASGD": (optim.ASGD, 1, True),
    "Adadelta": (optim.Adadelta, 1, True),
    "Adafactor": (optim.Adafactor, 2, False),
    "Adagrad": (optim.Adagrad, 1, True),
    "Adam": (optim.Adam, 1, True),
    "AdamW": (optim.AdamW, 1, True),
    "Adamax": (optim.Adamax, 1, True),
    "NAdam": (optim.NAdam, 1, True),
    "RAdam": (optim.RAdam, 2, True),
    "RMSprop": (optim.RMSprop, 1, True),
    "Rprop": (optim.Rprop, 1, True),
    "SGD": (optim.SGD, 1, True),
    "AMSGrad": (partial(optim.Adam, amsgrad=True), 1, True),
    "AdamW, AMSGrad": (partial(optim.AdamW, amsgrad=True), 1, True),
    "Adam, uphill with L2": (partial(optim.Adam, maximize=True, weight_decay=0.1), 1, True),
    "NAdam, decoupled": (
        partial(optim.NAdam, weight_decay=0.1, decoupled_weight_decay=True),
        1,
        True,
    ),
    "RMSprop, centered": (partial(optim.RMSprop, centered=True, momentum=0.9), 1, True),
    "SGD, Nesterov": (partial(optim.SGD, momentum=0.9, nesterov=True), 1, True),
    "Adam, foreach": (partial(optim.Adam, foreach=True), 1, True),
    "SGD, lr a tensor": (partial(optim.SGD, lr=torch.tensor(0.01)), 1, True),
}


#: A reader does not keep its optimizer alive.
KEPT = []


def slope(t, x):
    """The online problem's, with a curvature so that x matters."""
    return (1010.0 if t % 101 == 1 else -10.0) + x


COURSE = Course(slope, (-1.0, 1.0))


def reader(make, coordinates=1, dtype=torch.float64, shape=None):
    x = torch.nn.Parameter(torch.full(shape or (coordinates,), 0.3, dtype=dtype))
    KEPT.append(make([x]))
    return Reader(KEPT[-1], COURSE)


@pytest.mark.slow
@pytest.mark.parametrize("name", TORCH)
def test_every_optimizer_of_torch_that_takes_a_step_is_read(name):
    make, paths, coordinate_wise = TORCH[name]
    read = reader(make).trusted()
    assert read.paths == paths
    assert (not read.alone) == coordinate_wise


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Adam", "RAdam", "Rprop", "NAdam"])
def test_the_same_is_read_in_single_precision_and_from_many_coordinates(name):
    make, paths, _ = TORCH[name]
    read = reader(make, shape=(5, 2), dtype=torch.float32).trusted()
    assert (read.paths, read.alone, read.dtype) == (paths, "", "float32")


HALVES = [torch.bfloat16, torch.float16]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", ["Adam", "SGD, Nesterov"])
def test_halves_are_followed_to_the_last_bit(name, dtype, monkeypatch):
    """For 2,000 steps and more; so they are rounded after each operation, as ATen does."""
    for each in HALVES:
        monkeypatch.setitem(trust.TOLERANCE, each, 0.0)
    read = reader(TORCH[name][0], dtype=dtype, coordinates=3).trusted()
    assert (read.alone, read.dtype) == ("", "float32")
    move = read.text.partition("def move")[2]
    assert move.count(f"{dtype}".removeprefix("torch.")) >= 2


def test_a_rule_by_hand():
    """Step 3 of gradient descent with α/√t, as numbers."""
    read = reader(Root).trusted()
    assert (read.rule.state, read.rule.with_x) == ((), True)
    (hyper,) = read.hyper
    assert hyper == ("param_groups", 0, "step")
    c = read.rule.at(1, 0.1, (2.0,))
    assert read.rule.after(1, 0.1, (2.0,)) == (3.0,)
    # x − α/√3 g, but for the fma, which Python does not have.
    assert "fma" in read.text
    assert c == pytest.approx((-0.1 / math.sqrt(3.0),))


def test_numbers_on_the_left_of_a_step_are_followed():
    """A bias correction is 1 − βᵗ alone: 2 − βᵗ does not come to 1 in the long run."""
    read = reader(FromTwo).trusted()
    assert "bias_correction" not in read.text
    t = 3.0  # after two steps
    (c,) = read.rule.at(1, 0.1, (2.0,))
    assert c == pytest.approx(-0.1 / (2 - 0.5**t) - 1e-3 * 3 / t, rel=1e-15)


def test_a_lerp_of_weight_1_arrives_to_the_last_bit():
    """Which it would not by way of a difference from where it began."""
    assert reader(Arrives).trusted().paths == 1


def test_functions_of_math_are_followed_under_any_name():
    assert reader(ImportedRoot).trusted().text == reader(Root).trusted().text
    assert optimizers.sqrt is math.sqrt


def test_what_all_coordinates_share_is_worked_out_once_a_step():
    read = reader(TORCH["Adam"][0]).trusted()
    move = read.text.partition("def move")[2]
    assert "bias_correction" in read.text
    assert not any(name in move for name in ("bias_correction", "power", "step"))


REFUSED = {
    "numpy": (NumpyRoot, "unrecorded|invalid value encountered in sqrt"),
    "closure": (Closure, "out of sight"),
    "parity": (Parity, "more than 24 ways"),
    "noise": (Noisy, "randn_like"),
    "dice": (Dice, "draws random numbers"),
    "lbfgs": (partial(optim.LBFGS), "closure"),
    "sparse": (optim.SparseAdam, "dense gradients"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(name):
    make, reason = REFUSED[name]
    with pytest.raises(UnreadableError, match=reason):
        reader(make).trusted()


def test_hooks_are_refused_as_a_block_could_not_honour_them():
    plain = reader(Plain)
    plain.optimizer.register_step_post_hook(lambda *_: None)
    with pytest.raises(UnreadableError, match="hooks"):
        plain.trusted()


@pytest.mark.slow
def test_coordinates_that_see_each_other_are_found_by_either_test():
    assert "linalg_vector_norm" in reader(Norm).trusted().alone
    assert "two coordinates together" in reader(FirstForAll).trusted().alone
    assert "branches" in reader(Clipped).trusted().alone


def test_numbers_in_tuples_and_groups_are_found():
    read = reader(Mean, 3).trusted()
    assert read.state == (("param_groups", 0, "mean", 1),)
    assert set(read.hyper) == {("param_groups", 0, "mean", 0), ("param_groups", 0, "step")}


def everything(optimizer):
    return [
        (place, leaf.tolist() if isinstance(leaf, torch.Tensor) else leaf)
        for place, leaf in leaves(optimizer)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("make", [optim.RAdam, Mean, Closure, Noisy, Interrupted])
def test_reading_leaves_the_optimizer_its_module_and_torch_as_they_were(make):
    x = torch.nn.Parameter(torch.tensor([0.3], dtype=torch.float64))
    optimizer = make([x])
    x.grad = torch.ones_like(x)
    optimizer.step()
    before_x = x.item()
    before, module = copy.deepcopy(everything(optimizer)), sys.modules[make.__module__]
    functions, names, draws = dict(vars(math)), dict(vars(module)), torch.get_rng_state()
    try:
        Reader(optimizer, COURSE).trusted()
    except (UnreadableError, KeyboardInterrupt):
        assert make not in (optim.RAdam, Mean)
    assert everything(optimizer) == before
    assert x.item() == before_x
    assert (dict(vars(math)), dict(vars(module))) == (functions, names)
    assert torch.equal(torch.get_rng_state(), draws)
    assert torch.equal(torch.ones(1) + 1, torch.full((1,), 2.0))


@pytest.mark.slow
def test_two_threads_that_read_do_not_see_each_other():
    alone = {make: reader(make).trusted().text for make in (optim.RAdam, Root)}
    together = {}

    def read(make):
        together[make] = reader(make).trusted().text

    threads = [threading.Thread(target=read, args=(make,)) for make in alone]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert math.sqrt(9.0) == 3.0  # a third one, with numbers of its own
        time.sleep(0.001)  # and which leaves Python to the others
    for thread in threads:
        thread.join()
    assert together == alone


@pytest.mark.slow
def test_a_way_that_comes_late_and_numbers_that_are_changed_are_read_when_they_come():
    late = reader(WarmUp)
    assert late.trusted().paths == 1
    late.optimizer.param_groups[0]["step"] = WarmUp.LATE
    late.learn()
    assert late.now().paths == 2

    beta = reader(Beta)
    x = beta.optimizer.param_groups[0]["params"][0]
    x.grad = torch.ones_like(x)
    beta.optimizer.step()
    assert ("param_groups", 0, "betas", 0) not in beta.now().hyper
    beta.optimizer.param_groups[0]["betas"] = (0.75, 0.25)
    assert ("param_groups", 0, "betas", 0) in beta.now().hyper


#: Of g and p, each as ATen works it out; on the way to the values that some have, all are finite.
OPERATIONS = {
    "floor_divide": lambda g, p: torch.floor_divide(g, 0.3),
    "remainder": lambda g, p: torch.remainder(g, -0.3),
    "sigmoid": lambda g, p: torch.sigmoid(g),
    "relu": lambda g, p: torch.relu(g),
    "rsqrt": lambda g, p: (1 + g * g).rsqrt(),
    "reciprocal": lambda g, p: (2 + g * g).reciprocal(),
    "atan2": lambda g, p: torch.atan2(g, p),
    "hypot": lambda g, p: torch.hypot(g, p),
    "copysign": lambda g, p: torch.copysign(g, p),
    "round": lambda g, p: (4 * g).round(),
    "clamp": lambda g, p: g.clamp(-0.5, 0.25),
    "masked_fill": lambda g, p: g.masked_fill(g > 0.5, 0.25),
    "isclose": lambda g, p: torch.isclose(g, p, rtol=0.3, atol=0.1).to(g.dtype),
    "nan_to_num": lambda g, p: (g / 0.0).nan_to_num(0.5, 1.0, -1.0),
    "logical_and": lambda g, p: torch.logical_and(g > 0, torch.logical_not(p > 0)).to(g.dtype),
    "logical_or": lambda g, p: torch.logical_or(g > 0, p > 0).to(g.dtype),
    "pow": lambda g, p: (1 + g * g) ** -2,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_read_as_aten_does_it(name):
    class Once(Plain):
        def move(self, p, g, group):
            p.add_(OPERATIONS[name](g, p), alpha=-group["lr"])

    optimizer = Once([torch.nn.Parameter(torch.full((1,), 0.3, dtype=torch.float64))])
    course = Course(lambda t, x: trust.gaussian(t, x) + 0.3 * x, (-2.0, 2.0))
    assert Reader(optimizer, course, steps=60).trusted().alone == ""
