"""Who ends where, at the notebook's six million steps: the paper's Figure 1 as a table."""

from functools import partial

import pytest
import torch

from breaking_adam import Online, Stochastic, rules
from breaking_adam.optimizers import adapters
from breaking_adam.optimizers.binding import Binding
from breaking_adam.rules.amsgrad import amsgrad_move
from breaking_adam.trials.build import build
from breaking_adam.trials.callbacks.curves import Curves
from breaking_adam.trials.verdict import judge, known_of

STEPS = 6_000_000


class ForgetfulAMSGrad(torch.optim.Adam):
    """An AMSGrad whose maximum is never kept: PyTorch issue 78807."""

    def compiled_rule(self, group):
        return Binding(FORGETFUL, (*group["betas"], group["eps"]), FORGETFUL.state)


@rules.compilable
def _forgetful_move(state, g, c):
    m, v, _ = state
    (m, v, v_hat), move = amsgrad_move((m, v, 0.0), g, c)
    return (m, v, 0.0 * v_hat), move


FORGETFUL = rules.AMSGRAD_CORRECT_LAST._replace(move=_forgetful_move)

adam = {"lr": 1e-3, "betas": (0.9, 0.99)}
ADAM = partial(torch.optim.Adam, **adam)
AMSGRAD = partial(torch.optim.Adam, **adam, amsgrad=True)
FORGETS = partial(ForgetfulAMSGrad, **adam)


def end(problem, make_optimizer):
    """The verdict on a compiled run."""
    curves = Curves()
    trial, engine = build(
        problem, make_optimizer([problem.x]), steps=STEPS, every=100_000, callbacks=[curves]
    )
    trial.run()
    assert engine == "compiled"
    assert problem.steps == STEPS
    return judge(
        curves.t,
        curves["est"],
        curves["average_regret"],
        **known_of(problem),
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
