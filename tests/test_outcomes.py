"""Who ends where, at the notebook's six million steps: the paper's Figure 1 as a table."""

from functools import partial

import pytest
import torch

from breaking_adam import Online, Stochastic, adapters, rules
from breaking_adam.adapters import Binding
from breaking_adam.trials import build
from breaking_adam.verdict import judge

STEPS = 6_000_000


class ForgetfulAMSGrad(torch.optim.Adam):
    """An AMSGrad whose maximum is never kept: PyTorch issue 78807."""

    def compiled_rule(self, group):
        return Binding(FORGETFUL, (*group["betas"], group["eps"]), FORGETFUL.state)


@rules.compilable
def _forgetful_move(state, g, c):
    m, v, _ = state
    (m, v, v_hat), move = rules.amsgrad_move((m, v, 0.0), g, c)
    return (m, v, 0.0 * v_hat), move


FORGETFUL = rules.AMSGRAD_CORRECT_LAST._replace(move=_forgetful_move)

adam = {"lr": 1e-3, "betas": (0.9, 0.99)}
ADAM = partial(torch.optim.Adam, **adam)
AMSGRAD = partial(torch.optim.Adam, **adam, amsgrad=True)
FORGETS = partial(ForgetfulAMSGrad, **adam)


def end(problem, make_optimizer):
    """The verdict on a compiled run."""
    trial, engine = build(problem, make_optimizer([problem.x]), steps=STEPS, every=100_000)
    history = trial.run()
    assert engine == "compiled"
    assert problem.steps == STEPS
    return judge(
        history[-1]["est"],
        history[-1]["average_regret"],
        problem.steps,
        x_star=problem.x_star,
        x_worst=problem.x_worst,
        worst_average_regret=problem.worst_average_regret,
    ).word


@pytest.mark.parametrize(
    ("problem", "make_optimizer", "verdict"),
    [
        (Online, ADAM, "worst point"),
        (Online, AMSGRAD, "best point"),
        (Online, FORGETS, "worst point"),
        (Stochastic, ADAM, "worst point"),
        (Stochastic, AMSGRAD, "best point"),
        (Stochastic, FORGETS, "worst point"),
        # Against a slope that does not change, nobody fails.
        (partial(Online, 1, 1), ADAM, "best point"),
        # Mirrored slopes: the best point is the other end.
        (partial(Online, -1010, 10), ADAM, "worst point"),
        (partial(Online, -1010, 10), AMSGRAD, "best point"),
    ],
)
def test_where_each_ends(problem, make_optimizer, verdict):
    assert end(problem(dtype=torch.float64), make_optimizer) == verdict


def test_adam_is_at_plus_one_and_amsgrad_near_minus_one():
    ends = {}
    for name, make in (("adam", ADAM), ("amsgrad", AMSGRAD)):
        problem = Online(dtype=torch.float64)
        build(problem, make([problem.x]), steps=STEPS, every=STEPS)[0].run()
        ends[name] = problem.x.item()
    # A step of Adam is at most α(1−β1)/√(1−β2) = α on a lone large slope, from the wall at +1.
    assert ends["adam"] == pytest.approx(1, abs=0.01)
    assert ends["amsgrad"] == pytest.approx(-1, abs=0.01)


def test_an_own_class_with_a_rule_takes_part():
    assert adapters.bind(FORGETS([Online().x]), {**adam, "eps": 1e-8}).rule is FORGETFUL


@pytest.mark.parametrize(
    ("x", "average_regret", "word"),
    [
        (-0.99, 0.05, "best point"),
        (0.99, 0.2, "worst point"),
        (0.5, 0.2, "undecided"),
        (-0.99, 0.15, "undecided"),
        (0.99, 0.05, "undecided"),
        (float("nan"), 0.1, "diverged"),
        (0.99, float("inf"), "diverged"),
    ],
)
def test_a_verdict_needs_both_the_place_and_the_cost(x, average_regret, word):
    verdict = judge(x, average_regret, 1000, x_star=-1, x_worst=1, worst_average_regret=20 / 101)
    assert verdict.word == word
    assert verdict.reason
