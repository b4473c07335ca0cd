"""What a compiled block does as the Trial's callbacks would, and what it refuses."""

import math
from functools import partial
from types import MappingProxyType

import numpy as np
import pytest
import torch
import torchbearer as tb
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from breaking_adam import (
    Online,
    Problem,
    Rule,
    RuleOptimizer,
    compilable,
    compiled,
    greedy_update,
    loss,
)
from breaking_adam.engine import loops
from breaking_adam.engine.loops import STRETCH
from breaking_adam.problems import Cost
from breaking_adam.trials.build import build


@compilable
def quartic_at(x, t, key, c):
    """(x − s)⁴/4, and a hundred times that at the first step."""
    s, first = c
    scale = 100.0 if t == first else 1.0
    return scale * (x - s) ** 4 / 4, scale * (x - s) ** 3


@compilable
def no_key(k, c):
    return np.uint64(0)


class Quartic(Problem):
    """Neither linear nor bounded."""

    cost = Cost(quartic_at, no_key)
    x_star = 0.5

    def __init__(self, **box):
        super().__init__(domain=None, x0=2.0, dtype=torch.float64, **box)

    @property
    def constants(self):
        return self.x_star, float(self.first_step)


class Aimless(Quartic):
    has_regret = False


@compilable
def ramp_at(x, t, key, c):
    """What lies above s, and 0 wherever that cannot be said."""
    return (x - c[0], 1.0) if x > c[0] else (0.0, 0.0)


class Ramp(Quartic):
    """Has a value at NaN."""

    cost = Cost(ramp_at, no_key)


def play(problem, steps, *, block=None, callbacks=(), make=torch.optim.Adam):
    optimizer = make([problem.x], lr=0.01)
    trial = tb.Trial(problem, optimizer, loss, callbacks=list(callbacks), verbose=0)
    if block is not None:
        trial.with_closure(compiled(block))
    trial.for_train_steps(steps // (block or 1)).run()
    return problem


@pytest.mark.parametrize("replicas", [1, 3])
def test_a_problem_neither_linear_nor_bounded_is_in_lockstep(replicas):
    eager = play(Quartic(replicas=replicas), 600)
    block = play(Quartic(replicas=replicas), 600, block=50, callbacks=[greedy_update])
    np.testing.assert_allclose(block.x.tolist(), eager.x.tolist(), rtol=1e-12)
    np.testing.assert_allclose(block.regret, eager.regret, rtol=1e-12)
    assert (eager.distance >= 0).all()
    eager.x.data.fill_(-1.0)
    assert eager.distance.tolist() == [1.5] * replicas  # on either side of x*
    assert eager.domain == (-math.inf, math.inf)
    assert eager.regret[0] > 100 * 1.5**4 / 4  # the first step's alone


@compilable
def leap_at(t, alpha, hyper):
    return (alpha, hyper[0], 1.0 * t)


@compilable
def leap_move(state, g, c):
    alpha, last, t = c
    return state, math.nan if t == last else -alpha * g


@compilable
def leap_and_back_move(state, g, c):
    (x,), (alpha, last, t) = state, c
    return ((math.nan if t == last else x - alpha * g if x == x else 0.0),), 0.0


class Leap(RuleOptimizer):
    """Gradient descent that comes to NaN in a step."""

    rule = Rule(leap_at, leap_move, ())
    hyper = MappingProxyType({"last": 0.0})


class LeapAndBack(Leap):
    """And comes to a number again in the next."""

    rule = Rule(leap_at, leap_and_back_move, (), with_x=True)


@pytest.mark.parametrize("kind", [Leap, pytest.param(LeapAndBack, marks=pytest.mark.slow)])
@pytest.mark.parametrize("last", [1, 2, STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH + 7])
def test_a_step_that_comes_to_nan_is_the_last_whichever_it_is(last, kind):
    problem, make = Online(dtype=torch.float64), partial(kind, last=float(last))
    play(problem, 4 * STRETCH, block=4 * STRETCH, make=make)
    assert problem.steps == last
    assert problem.x.isnan()
    eager = play(Online(dtype=torch.float64), last, make=partial(Leap, last=float(last)))
    assert problem.regret == pytest.approx(eager.regret, rel=1e-12)


def test_a_cost_that_has_a_value_at_no_number_hides_none():
    """The regret stays a number there, and nothing but x tells."""
    problem = play(Ramp(), 2 * STRETCH, block=2 * STRETCH, make=partial(Leap, last=7.0))
    assert (problem.steps, problem.regret > 0) == (7, True)
    assert problem.x.isnan()


@pytest.mark.parametrize("block", [None, 50])
def test_a_problem_without_regret_has_none_in_either_engine(block):
    problem = play(Aimless(), 100, block=block)
    assert math.isnan(problem.regret)
    assert problem.steps == 100
    assert problem.distance < 1.5


@pytest.mark.slow
@pytest.mark.parametrize("replicas", [1, 3])
def test_a_block_projects_where_greedy_update_does_and_nowhere_else(replicas):
    def run(block, callbacks):
        problem = Online(dtype=torch.float64, replicas=replicas)
        return play(
            problem, 2000, block=block, callbacks=callbacks, make=torch.optim.SGD
        ).x.tolist()

    free = run(None, [])
    assert max(map(abs, free)) > 2
    np.testing.assert_allclose(run(100, []), free, rtol=1e-12)
    held = run(None, [greedy_update])
    assert max(map(abs, held)) <= 1
    np.testing.assert_allclose(run(100, [greedy_update]), held, rtol=1e-12)


@pytest.mark.parametrize(
    ("register", "says"),
    [
        (lambda adam: adam.register_step_pre_hook(print), "the optimizer's step"),
        (lambda adam: adam.register_step_post_hook(print), "the optimizer's step"),
        (lambda adam: register_optimizer_step_pre_hook(print), "every optimizer's step"),
        (lambda adam: register_optimizer_step_post_hook(print), "every optimizer's step"),
        (lambda adam: adam.param_groups[0]["params"][0].register_hook(print), "hook on x"),
    ],
)
def test_hooks_are_refused(register, says):
    problem = Online()
    adam = torch.optim.Adam([problem.x])
    handle = register(adam)
    trial = tb.Trial(problem, adam, loss, verbose=0).with_closure(compiled(10))
    try:
        with pytest.raises(TypeError, match=says):
            trial.for_train_steps(1).run()
    finally:
        handle.remove()
    trial.for_train_steps(1).run()
    assert problem.steps == 10


@pytest.mark.parametrize(
    ("register", "says"),
    [
        (lambda model: model.register_forward_pre_hook, "hook on the model"),
        (lambda model: model.register_forward_hook, "hook on the model"),
        (lambda model: model.register_full_backward_pre_hook, "hook on the model"),
        (lambda model: model.register_full_backward_hook, "hook on the model"),
        (lambda model: model.x.register_hook, "hook on x"),
        (lambda model: model.x.register_post_accumulate_grad_hook, "hook on x"),
    ],
)
def test_a_hook_on_the_model_or_x_is_refused(register, says):
    problem = Online()
    register(problem)(lambda *_: None)
    with pytest.raises(TypeError, match=says):
        play(problem, 10, block=10)


def test_a_callback_that_moves_x_is_refused():
    @tb.callbacks.on_step_training
    def pull(state):
        state[tb.MODEL].x.data.mul_(0.5)

    with pytest.raises(TypeError, match="a callback changed x"):
        play(Online(), 20, block=10, callbacks=[pull])


def test_fifty_betas_share_one_compiled_loop():
    def run(beta):
        problem = Online()
        adam = torch.optim.Adam([problem.x], betas=(0.9, beta))
        build(problem, adam, steps=10)[0].run()
        return problem.x.item()

    run(0.5)
    before = loops.one_lane.cache_info().currsize
    assert len({run(0.5 + i / 200) for i in range(50)}) > 1
    assert loops.one_lane.cache_info().currsize == before
