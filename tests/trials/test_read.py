"""Blocks by a rule that is read, in lockstep with the eager Trial and with written rules."""

from functools import partial
from math import inf

import pytest
import torch
from odd_optimizers import LosesItsWay
from test_compiled import OPTIMIZERS, PROBLEMS, VARIANTS, Recorder, assert_same, record

from breaking_adam import (
    Adam,
    AdamNC,
    Online,
    Stochastic,
    WeightDecay,
    compiled,
    inverse_sqrt,
    loss,
)
from breaking_adam.problems.power import Power
from breaking_adam.trials.build import build
from breaking_adam.trials.read_block import why_unread
from breaking_adam.trials.trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("short_walks")]

optim = torch.optim


class WarmUp(optim.Optimizer):
    """Adam's first moment, with a larger step from step LATE on, and a count without gradients."""

    LATE = 400

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.99)):
        super().__init__(params, {"lr": lr, "betas": betas, "step": 0, "calls": 0})

    @torch.no_grad()
    def step(self, closure=None):
        if closure is not None:
            with torch.enable_grad():
                closure()
        for group in self.param_groups:
            group["calls"] += 1
            (p,) = group["params"]
            if p.grad is None:
                continue
            group["step"] += 1
            state = self.state[p]
            if not state:
                state["m"] = torch.zeros_like(p)
            m, beta = state["m"], group["betas"][0]
            m.mul_(beta).add_(p.grad, alpha=1 - beta)
            p.add_(m, alpha=-group["lr"] * (1e-3 if group["step"] < self.LATE else 1.0))


class HalfState(optim.Optimizer):
    """Momentum that takes half the memory."""

    def __init__(self, params, lr=1e-3):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        if closure is not None:
            with torch.enable_grad():
                closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].setdefault("m", torch.zeros_like(p, dtype=torch.bfloat16))
                m.mul_(0.9).add_(p.grad.bfloat16())
                p.add_(m.to(p.dtype), alpha=-group["lr"])


READ = {
    "half state": HalfState,
    "nadam": partial(optim.NAdam, lr=1e-3),
    "radam": partial(optim.RAdam, lr=1e-3, decoupled_weight_decay=True, weight_decay=0.01),
    "rprop": optim.Rprop,
    "adafactor": optim.Adafactor,
    "warm-up": WarmUp,
}


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        ("nadam", "constant"),
        ("nadam", "inverse-sqrt"),
        ("radam", "constant"),
        ("rprop", "inverse-sqrt"),
        ("adafactor", "constant"),
        ("warm-up", "inverse-sqrt"),
        ("half state", "constant"),
    ],
)
def test_read_blocks_are_the_eager_steps(optimizer, schedule):
    problem, make = PROBLEMS["stochastic"], READ[optimizer]
    eager = record(problem(), make, "eager", 2000, schedule=schedule)
    for block in (37, 1000):
        read = record(problem(), make, "read", 2000, block=block, schedule=schedule)
        assert max(read) == 2000
        assert_same(eager, read)


#: Every optimizer with a rule that is written and a step by tensor operations: torch's and ours.
WITNESSES = {
    **OPTIMIZERS,
    **VARIANTS,
    "our adam": partial(Adam, lr=1e-3, weight_decay=WeightDecay(0.1)),
    "our adam, uncorrected": partial(Adam, lr=1e-3, bias_correction=False, beta1_decay=0.999),
    "adamnc": partial(AdamNC, lr=1e-3),
}


@pytest.mark.parametrize("name", WITNESSES)
def test_written_read_and_eager_agree(name):
    """For long enough that every correction has settled."""
    eager = record(PROBLEMS["online"](), WITNESSES[name], "eager", 1200)
    assert_same(eager, record(PROBLEMS["online"](), WITNESSES[name], "compiled", 1200, block=250))
    assert_same(eager, record(PROBLEMS["online"](), WITNESSES[name], "read", 1200, block=250))


@pytest.mark.parametrize("optimizer", ["nadam", "radam", "warm-up"])
def test_replicas_in_lanes_are_the_eager_replicas_and_the_run_of_one(optimizer):
    def make(replicas):
        return Stochastic(seed=5, replicas=replicas, probability=0.3, dtype=torch.float64)

    many = make(131)
    points = record(many, READ[optimizer], "read", steps=2000, block=400)
    assert_same(record(make(131), READ[optimizer], "eager", steps=2000), points)
    one = make(1)
    record(one, READ[optimizer], "read", steps=2000, block=400)
    assert one.x.item() == pytest.approx(many.x[0].item(), rel=1e-12)


def test_replicas_that_would_see_each_other_run_eagerly():
    problem = Stochastic(replicas=3)
    assert "coordinates would see" in why_unread(problem, optim.Adafactor([problem.x]))
    trial = Trial(problem, optim.Adafactor([problem.x]), loss, verbose=0)
    with pytest.raises(TypeError, match="Adafactor cannot be compiled, as coordinates"):
        trial.with_closure(compiled(10)).for_train_steps(1).run()


class Decays(optim.SGD):
    """Lowers its learning rate by itself."""

    def step(self, closure=None):
        super().step(closure)
        self.param_groups[0]["lr"] *= 0.999


def test_an_optimizer_that_sets_its_learning_rate_is_read_unless_a_schedule_does():
    problem = Online(dtype=torch.float64)
    optimizer = Decays([problem.x])
    assert why_unread(problem, optimizer) == ""
    assert "which the schedule sets" in why_unread(problem, optimizer, inverse_sqrt)
    eager = record(PROBLEMS["online"](), Decays, "eager", 2500)
    assert_same(eager, record(PROBLEMS["online"](), Decays, "auto", 2500, block=500))


def test_a_trial_that_carries_on_and_cannot_be_read_any_more_says_so_and_runs_eagerly():
    problem = Online(dtype=torch.float64)
    optimizer = LosesItsWay([problem.x])
    build(problem, optimizer, engine="read", steps=1000)[0].run()
    optimizer.taken = LosesItsWay.UNTIL
    said = []
    build(problem, optimizer, engine="read", steps=1100, every=50, tell=said.append)[0].run()
    assert said == [
        "LosesItsWay runs eagerly from step 1,001 on, as it draws random numbers (randn_like)"
    ]
    assert (problem.steps, optimizer.taken) == (1100, LosesItsWay.UNTIL + 100)


class RaisesIdlyAtAHundred(optim.SGD):
    """Counts without gradients, too, and does not bear that in its hundredth step."""

    taken = 0

    def step(self, closure=None):
        super().step(closure)
        self.taken += 1
        if self.taken == 100 and self.param_groups[0]["params"][0].grad is None:
            raise ArithmeticError


def test_the_rest_of_a_blocks_own_step_comes_to_no_later_step():
    """A block to step 99 is the closure of a step, whose rest would count to 100."""
    problem = Online(dtype=torch.float64)
    optimizer = RaisesIdlyAtAHundred([problem.x])
    build(problem, optimizer, engine="eager", steps=1)[0].run()
    build(problem, optimizer, engine="read", steps=99, every=50)[0].run()
    assert (problem.steps, optimizer.taken) == (99, 99)


@pytest.mark.parametrize("first", ["eager", "read"])
@pytest.mark.parametrize("optimizer", ["nadam", "warm-up"])
def test_state_is_interchangeable_in_mid_run(optimizer, first):
    make, second = READ[optimizer], {"eager": "read", "read": "eager"}[first]
    whole = record(PROBLEMS["stochastic"](), make, "eager", steps=1800)
    half = PROBLEMS["stochastic"]()
    half_optimizer = make([half.x])
    build(half, half_optimizer, engine=first, steps=300, every=150)[0].run()  # before its LATE
    rest = PROBLEMS["stochastic"]()
    rest_optimizer = make([rest.x])
    rest.load_state_dict(half.state_dict())
    rest_optimizer.load_state_dict(half_optimizer.state_dict())
    recorder = Recorder()
    build(rest, rest_optimizer, engine=second, steps=1800, every=150, callbacks=[recorder])[0].run()
    assert_same(whole, recorder.points)
    assert max(recorder.points) == 1800


class LongWarmUp(WarmUp):
    """One that ends at step 50,000, of which 49,000 have been taken: after a walk of 500."""

    LATE, TAKEN = 50_000, 49_000

    def __init__(self, params):
        super().__init__(params)
        self.param_groups[0]["step"] = self.TAKEN


def test_a_state_in_half_precision_is_the_eager_one_to_the_last_bit():
    eager = record(PROBLEMS["online"](), HalfState, "eager", 1200)
    assert_same(eager, record(PROBLEMS["online"](), HalfState, "read", 1200, block=50), rel=0)


def test_a_warm_up_that_ends_after_the_lockstep_is_met_when_it_comes():
    eager = record(PROBLEMS["online"](), LongWarmUp, "eager", 1500)
    assert_same(eager, record(PROBLEMS["online"](), LongWarmUp, "read", 1500, block=50))
    assert max(eager) == 1500


@pytest.mark.parametrize("optimizer", ["nadam", "warm-up"])
def test_a_run_that_was_stopped_goes_on_to_the_last_bit(optimizer):
    make = READ[optimizer]
    whole = PROBLEMS["online"]()
    build(whole, make([whole.x]), engine="read", steps=2000, every=100)[0].run()
    half = PROBLEMS["online"]()
    half_optimizer = make([half.x])
    build(half, half_optimizer, engine="read", steps=300, every=100)[0].run()  # before its LATE
    rest = PROBLEMS["online"]()
    rest_optimizer = make([rest.x])
    rest.load_state_dict(half.state_dict())
    rest_optimizer.load_state_dict(half_optimizer.state_dict())
    # torch converts a state to the parameter's dtype as it loads it; see runs/attempt.py.
    rest_optimizer.state[rest.x].update(half_optimizer.state_dict()["state"][0])
    build(rest, rest_optimizer, engine="read", steps=2000, every=100)[0].run()
    assert (rest.x.item(), rest.regret[0]) == (whole.x.item(), whole.regret[0])


def test_numbers_that_are_changed_in_mid_run_are_followed():
    def run(engine):
        problem = Online(dtype=torch.float64)
        optimizer = WarmUp([problem.x])
        for steps, (lr, beta) in enumerate([(1e-3, 0.9), (2e-3, 0.9), (2e-3, 0.8), (1e-3, 0.7)]):
            optimizer.param_groups[0].update(lr=lr, betas=(beta, 0.99))
            build(problem, optimizer, engine=engine, steps=150 * (steps + 1), every=75)[0].run()
        return problem.x.item(), float(problem.regret[0])

    assert run("read") == pytest.approx(run("eager"), rel=1e-12)


def test_a_scheduler_of_torch_which_wraps_the_step_is_followed():
    def run(engine):
        problem = Online(dtype=torch.float64)
        optimizer = optim.NAdam([problem.x], lr=1e-3)
        scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        for part in range(3):
            build(problem, optimizer, engine=engine, steps=200 * (part + 1), every=100)[0].run()
            scheduler.step()
        return problem.x.item(), float(problem.regret[0])

    assert run("read") == pytest.approx(run("eager"), rel=1e-12)


def test_an_optimizer_may_count_without_gradients():
    """torchbearer runs a block as the closure of a step, whose rest finds no gradient."""
    problem = Online(dtype=torch.float64)
    optimizer = WarmUp([problem.x])
    build(problem, optimizer, engine="read", steps=1000, every=100)[0].run()
    assert (problem.steps, optimizer.param_groups[0]["calls"]) == (1000, 1000)


class FleesAndReturns(optim.SGD):
    """Goes far off where its coordinate is small, and takes steps of 1 where it is large."""

    @torch.no_grad()
    def step(self, closure=None):
        if closure is not None:
            with torch.enable_grad():
                closure()
        (p,) = self.param_groups[0]["params"]
        if p.grad is not None:
            p.add_(p.grad.sign() if abs(p.item()) > 2 else 1e20 * p.grad, alpha=-1.0)


def test_a_slope_that_is_too_large_for_single_precision_is_infinite():
    def run(engine):
        problem = Power(4, dtype=torch.float32)
        build(problem, FleesAndReturns([problem.x]), engine=engine, steps=400)[0].run()
        return problem.x.item()

    assert -inf < run("read") == run("eager") < -1e19


def test_single_precision_is_followed_in_single_precision():
    def run(engine):
        problem = Online(dtype=torch.float32)
        return record(problem, READ["nadam"], engine, steps=2000, block=50)

    read = run("read")
    assert_same(run("eager"), read, rel=2e-4)
    doubles = record(PROBLEMS["online"](), READ["nadam"], "read", 2000, block=50)
    assert read[2000]["x"] != doubles[2000]["x"]
