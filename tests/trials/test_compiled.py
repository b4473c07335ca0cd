"""The compiled engine in lockstep with the eager Trial, in double precision."""

from functools import partial

import numpy as np
import pytest
import torch
import torchbearer as tb
from trial_lockstep import Recorder, assert_same

from breaking_adam import AMSGrad, Online, Stochastic, compiled, greedy_update, loss
from breaking_adam.optimizers.adapters import ADAPTERS
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.trials.build import build

#: Long enough that every correction has settled, as at β2 = 0.96 it has after 1000 steps, and that
#: x has been clamped; blocks of a prime, of the batch's usual length, and of the whole but a rest.
STEPS, BLOCKS = 1500, (37, 1000, 1300)

PROBLEMS = {
    "online": partial(Online, dtype=torch.float64),
    "stochastic": partial(Stochastic, seed=3, dtype=torch.float64),
}

adam = {"lr": 0.4, "betas": (0.9, 0.96)}
OPTIMIZERS = {
    "sgd": partial(torch.optim.SGD, lr=2e-3),
    "momentum": partial(torch.optim.SGD, lr=5e-4, momentum=0.9),
    "adam": partial(torch.optim.Adam, **adam),
    "amsgrad": partial(torch.optim.Adam, **adam, amsgrad=True),
    "amsgrad-none": partial(AMSGrad, **adam, bias_correction="none"),
    "amsgrad-after-max": partial(AMSGrad, **adam, bias_correction="after_max"),
    "amsgrad-before-max": partial(AMSGrad, **adam, bias_correction="before_max"),
    "adamw": partial(torch.optim.AdamW, **adam, weight_decay=0.1),
    "rmsprop": partial(torch.optim.RMSprop, lr=0.1),
    "adagrad": partial(torch.optim.Adagrad, lr=2.0),
}
#: Options that change the arithmetic; a few steps show whether they are heeded.
VARIANTS = {
    "nesterov": partial(torch.optim.SGD, lr=1e-5, momentum=0.9, nesterov=True),
    "dampening": partial(torch.optim.SGD, lr=1e-5, momentum=0.9, dampening=0.3),
    "dampening-alone": partial(torch.optim.SGD, lr=1e-5, dampening=0.3),
    "sgd-l2": partial(torch.optim.SGD, lr=1e-4, weight_decay=0.5),
    "adam-l2": partial(torch.optim.Adam, **adam, weight_decay=20.0),
    "adam-maximize": partial(torch.optim.Adam, **adam, maximize=True),
    "adamw-amsgrad": partial(torch.optim.AdamW, **adam, amsgrad=True),
    "rmsprop-all": partial(torch.optim.RMSprop, lr=1e-3, centered=True, momentum=0.5, eps=0.1),
    "adagrad-decay": partial(
        torch.optim.Adagrad, lr=1e-2, lr_decay=0.01, initial_accumulator_value=2.0
    ),
}


def record(problem, make_optimizer, engine, steps=STEPS, block=1000, schedule="constant"):
    recorder = Recorder()
    trial, _ = build(
        problem,
        make_optimizer([problem.x]),
        engine=engine,
        steps=steps,
        every=block,
        schedule=SCHEDULES[schedule],
        callbacks=[recorder],
    )
    trial.run()
    return recorder.points


@pytest.mark.slow
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_compiled_blocks_are_the_eager_steps(optimizer, problem, schedule):
    eager = record(PROBLEMS[problem](), OPTIMIZERS[optimizer], "eager", schedule=schedule)
    assert schedule != "constant" or any(abs(point["x"][0]) == 1 for point in eager.values())
    for block in BLOCKS:
        blocks = record(
            PROBLEMS[problem](), OPTIMIZERS[optimizer], "compiled", block=block, schedule=schedule
        )
        assert max(blocks) == STEPS
        assert_same(eager, blocks)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("optimizer", VARIANTS)
@pytest.mark.slow
def test_every_option_of_the_rules_is_heeded(optimizer, problem):
    eager = record(PROBLEMS[problem](), VARIANTS[optimizer], "eager", steps=600)
    assert_same(eager, record(PROBLEMS[problem](), VARIANTS[optimizer], "compiled", 600, block=7))


@pytest.mark.parametrize("optimizer", ["dampening", "amsgrad", "rmsprop", "adagrad"])
@pytest.mark.parametrize("first", ["eager", "compiled"])
@pytest.mark.slow
def test_state_is_interchangeable_in_mid_run(optimizer, first):
    make = {**OPTIMIZERS, **VARIANTS}[optimizer]
    second = {"eager": "compiled", "compiled": "eager"}[first]
    whole = record(PROBLEMS["stochastic"](), make, "eager", steps=900)

    half = PROBLEMS["stochastic"]()
    half_optimizer = make([half.x])
    build(half, half_optimizer, engine=first, steps=450, every=150)[0].run()
    rest = PROBLEMS["stochastic"]()
    rest_optimizer = make([rest.x])
    rest.load_state_dict(half.state_dict())
    rest_optimizer.load_state_dict(half_optimizer.state_dict())
    recorder = Recorder()
    build(rest, rest_optimizer, engine=second, steps=900, every=150, callbacks=[recorder])[0].run()

    assert_same(whole, recorder.points)
    assert max(recorder.points) == 900


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "amsgrad", "momentum"])
def test_replicas_are_the_runs_of_one(optimizer):
    """The loop over lanes, against eager replicas and against the loop over one lane."""

    def make(replicas):
        return Stochastic(seed=5, replicas=replicas, probability=0.3, dtype=torch.float64)

    many = make(131)  # two chunks of lanes and a rest
    points = record(many, OPTIMIZERS[optimizer], "compiled", steps=500, block=100)
    assert_same(record(make(131), OPTIMIZERS[optimizer], "eager", steps=500), points)
    one = make(1)
    record(one, OPTIMIZERS[optimizer], "compiled", steps=500, block=100)
    assert one.x.item() == many.x[0].item()
    assert one.regret[0] == many.regret[0]


@pytest.mark.parametrize("played", [0, 3])
@pytest.mark.parametrize("first_step", [0, 1, 50])
@pytest.mark.parametrize("replicas", [1, 3])
def test_each_clock_counts_its_own(replicas, first_step, played):
    """t counts the costs shown, another the optimizer's steps, a third those of the problem.

    They begin apart where the problem's t does, or where a new optimizer comes to it in mid-run.
    """

    def run(engine):
        problem = Online(first_step=first_step, replicas=replicas, dtype=torch.float64)
        for _ in range(played):
            problem()
        return record(
            problem, OPTIMIZERS["adam"], engine, steps=300, block=40, schedule="inverse-sqrt"
        )

    assert_same(run("eager"), run("compiled"))


@pytest.fixture
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2, 3], indirect=True)
@pytest.mark.parametrize("replicas", [64, 131])
def test_every_replica_is_played_on_any_threads(replicas, threads):
    """Those that fill no pass of the loop, too: 131 are two passes of 64 and three."""

    def make():
        return Stochastic(seed=5, replicas=replicas, probability=0.3, dtype=torch.float64)

    eager = record(make(), OPTIMIZERS["sgd"], "eager", steps=60)
    assert_same(eager, record(make(), OPTIMIZERS["sgd"], "compiled", steps=60, block=20))


def test_single_precision_is_followed_in_single_precision():
    def make():
        return Online(dtype=torch.float32)

    eager = record(make(), OPTIMIZERS["amsgrad"], "eager", steps=2000)
    points = record(make(), OPTIMIZERS["amsgrad"], "compiled", steps=2000, block=50)
    assert_same(eager, points, rel=2e-4)
    doubles = record(PROBLEMS["online"](), OPTIMIZERS["amsgrad"], "compiled", 2000, block=50)
    assert points[2000]["x"] != doubles[2000]["x"]


@pytest.mark.parametrize("replicas", [1, 3])
def test_nothing_of_a_gradient_is_left_and_the_loss_is_the_last_steps(replicas):
    """The optimizer's own step, which ends a batch, would take a gradient that was there."""
    problem = Online(x0=0.5, replicas=replicas, dtype=torch.float64)
    problem.x.grad = torch.ones_like(problem.x)
    sgd = torch.optim.SGD([problem.x], lr=2.0**-10)
    trial = tb.Trial(problem, sgd, loss, ["loss"], verbose=0)
    history = trial.with_closure(compiled(101)).for_train_steps(1).run()
    assert problem.x.grad is None
    before_the_last = 0.5 - (1010 - 99 * 10) / 1024
    assert problem.x.tolist() == [before_the_last + 10 / 1024] * replicas
    assert history[0]["loss"] == pytest.approx(-10 * before_the_last * replicas)


def test_until_cuts_the_last_block_and_stops_there():
    problem = Online()
    trial = tb.Trial(problem, torch.optim.Adam([problem.x]), loss, verbose=0)
    trial.with_closure(compiled(100, until=250)).for_train_steps(5).run()
    assert problem.steps == 250


def test_a_nan_stops_the_trial_at_its_step():
    problem = Online(dtype=torch.float64)
    # Adam without ε on slopes that are all zero: 0/0 on the first step of small slope.
    problem.large, problem.small = 0.0, 0.0
    optimizer = torch.optim.Adam([problem.x], eps=0.0)
    trial = tb.Trial(problem, optimizer, loss, verbose=0)
    trial.with_closure(compiled(100)).for_train_steps(5).run()
    assert np.isnan(problem.x.item())
    assert problem.steps == 1


def test_who_is_nan_already_plays_no_step():
    problem = Online(dtype=torch.float64)
    problem.x.data.fill_(torch.nan)
    trial = tb.Trial(problem, torch.optim.Adam([problem.x]), loss, verbose=0)
    trial.with_closure(compiled(100)).for_train_steps(5).run()
    assert problem.steps == 0


def test_a_replica_that_is_nan_stays_so_and_the_others_play_on():
    """As eager replicas do: NaN is neither below the domain nor above it."""
    ends = []
    for engine in ("eager", "compiled"):
        problem = Online(replicas=3, dtype=torch.float64)
        problem.x.data[1] = torch.nan
        sgd = torch.optim.SGD([problem.x], lr=1e-4)
        trial = tb.Trial(problem, sgd, loss, callbacks=[greedy_update], verbose=0)
        if engine == "compiled":
            trial.with_closure(compiled(50))
        trial.for_train_steps(300 if engine == "eager" else 6).run()
        assert problem.steps == 300
        ends.append((problem.x.tolist(), problem.regret.tolist()))
    np.testing.assert_allclose(*ends, rtol=1e-12)
    assert np.isnan(ends[1][0]).tolist() == [False, True, False]


def built(optimizer, callbacks=(), steps=300):
    """A Trial of 100-step blocks on the optimizer's one parameter, which is a problem's x."""
    (x,) = optimizer.param_groups[0]["params"]
    problem = Online(dtype=x.dtype)
    problem.x = x
    trial, engine = build(problem, optimizer, steps=steps, every=100, callbacks=callbacks)
    assert engine == "compiled"
    return trial


def parameter():
    return torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))


def test_the_optimizers_own_step_is_not_asked_for_a_block_and_is_there_afterwards(monkeypatch):
    asked = []
    monkeypatch.setattr(torch.optim.SGD, "step", lambda self, closure: asked.append(closure))
    sgd = torch.optim.SGD([parameter()], lr=1e-3)
    trial = built(sgd)
    trial.run()
    assert trial.state[tb.MODEL].steps == 300
    assert not asked
    sgd.step(built)
    assert asked == [built]


def test_the_optimizers_step_is_there_after_a_pass_that_failed():
    @tb.callbacks.on_step_training
    def fail(state):
        raise RuntimeError("in a callback")

    sgd = torch.optim.SGD([parameter()], lr=1e-3)
    with pytest.raises(RuntimeError, match="in a callback"):
        built(sgd, [fail]).run()
    assert "step" not in vars(sgd)


def test_a_step_that_a_scheduler_has_set_stays_and_is_asked():
    sgd = torch.optim.SGD([parameter()], lr=1e-3)
    torch.optim.lr_scheduler.ConstantLR(sgd)
    counted = sgd.step
    built(sgd).run()
    assert sgd.step is counted
    assert sgd._opt_called  # the scheduler's mark


def test_a_closure_that_is_given_later_has_the_optimizers_step():
    """With a slope of 1, SGD goes down by its step size for each batch."""
    sgd = torch.optim.SGD([parameter()], lr=0.25)
    (x,) = sgd.param_groups[0]["params"]

    def slope(state):
        x.grad = torch.ones_like(x)
        state[tb.Y_PRED] = state[tb.LOSS] = x.detach()

    built(sgd).with_closure(slope).run()
    assert x.item() == -3 * 0.25


@pytest.mark.parametrize(("left", "put", "fine"), [(0.0, -0.0, True), (0.0, 1e-300, False)])
def test_an_x_that_a_callback_has_changed_is_refused_but_for_the_sign_of_0(left, put, fine):
    @tb.callbacks.on_step_training
    def change(state):
        assert x.item() == left
        x.data.fill_(put)

    sgd = torch.optim.SGD([parameter()], lr=0.0)
    (x,) = sgd.param_groups[0]["params"]
    trial = built(sgd, [change], steps=200)
    if fine:
        trial.run()
    else:
        with pytest.raises(TypeError, match="a callback changed x after a block"):
            trial.run()


class Subclass(torch.optim.Adam):
    """An Adam that may well step differently."""


def test_what_cannot_be_compiled_is_refused_with_the_reason():
    def run(model, optimizer, callbacks=(), rule="any"):
        trial = tb.Trial(model, optimizer, loss, callbacks=list(callbacks), verbose=0)
        trial.with_closure(compiled(10, rule=rule)).for_train_steps(1).run()

    problem, linear = Online(), torch.nn.Linear(1, 1)
    with pytest.raises(TypeError, match="needs a Problem as its model, got Linear"):
        run(linear, torch.optim.Adam(linear.parameters()))
    with pytest.raises(TypeError, match="Subclass has no written rule"):
        run(problem, Subclass([problem.x]), rule="written")
    with pytest.raises(TypeError, match=r"an optimizer of model\.x and nothing else"):
        run(problem, torch.optim.Adam([problem.x, *linear.parameters()]))
    with pytest.raises(TypeError, match=r"an optimizer of model\.x and nothing else"):
        run(problem, torch.optim.Adam([linear.bias]))
    for hook in ("on_forward", "on_criterion", "on_backward"):
        callback = getattr(tb.callbacks, hook)(lambda state: None)
        with pytest.raises(TypeError, match=f"{hook} needs an eager Trial"):
            run(problem, torch.optim.Adam([problem.x]), [callback])
    with pytest.raises(ValueError, match="block must be at least 1, got 0"):
        compiled(0)
    with pytest.raises(ValueError, match=r"at most 9.22337e\+18, got 18446744073709551616"):
        compiled(2**64)


def test_every_adapter_is_in_the_lockstep():
    assert {maker.func for maker in OPTIMIZERS.values()} >= set(ADAPTERS)
