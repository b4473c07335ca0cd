"""The suite's own check fails for each of the faults that libraries have had."""

import pytest
import torch
from lockstep import WAYS, lockstep

from breaking_adam.optimizers import Adam, AMSGrad
from breaking_adam.rules import ADAM, compilable
from breaking_adam.rules.amsgrad import amsgrad_move

SETTINGS = {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-3, "maximize": True}


@compilable
def forgetful_move(state, g, c):
    m, v, v_hat = state
    (m, v, _), dx = amsgrad_move((m, v, 0.0 * v), g, c)
    return (m, v, v_hat), dx


class MaximumNeverUpdated(AMSGrad):
    """PyTorch issue 78807, whose foreach never updated the maximum."""

    follows_rule = True

    def binding(self, group):
        binding = super().binding(group)
        return binding._replace(rule=binding.rule._replace(move=forgetful_move))

    def get_mv(self, ops, g, states, c, rule):
        return super().get_mv(ops, g, states[:2], c, ADAM)


class OrderSwapped(AMSGrad):
    def binding(self, group):
        swap = {"after_max": "before_max", "before_max": "after_max", "none": "before_max"}
        order = swap[group["bias_correction"]]
        return super().binding({**group, "bias_correction": order})


class EpsMoved(AMSGrad):
    def binding(self, group):
        return super().binding({**group, "optimized_update": not group["optimized_update"]})


class MaximizeIgnored(AMSGrad):
    def binding(self, group):
        return super().binding(group)._replace(maximize=False)


class StateShared(AMSGrad):
    def init_state(self, state, binding, param):
        super().init_state(state, binding, param)
        first = next(iter(self.state.values()))
        if param.numel() == 1:
            for name in binding.rule.state:
                state[name] = first[name][:1].reshape(param.shape)


class CountShared(AMSGrad):
    def init_state(self, state, binding, param):
        super().init_state(state, binding, param)
        state["step"] = next(iter(self.state.values()))["step"]


FAULTS = [
    (MaximumNeverUpdated, {}),
    (OrderSwapped, {"bias_correction": "none"}),
    (OrderSwapped, {"bias_correction": "after_max"}),
    (OrderSwapped, {"bias_correction": "before_max"}),
    (EpsMoved, {"optimized_update": False}),
    (EpsMoved, {"optimized_update": True}),
    (MaximizeIgnored, {}),
    (StateShared, {}),
    (CountShared, {}),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("fault", "settings"), FAULTS)
def test_lockstep_catches(fault, settings, way):
    settings = {**SETTINGS, **settings, **WAYS[way]}
    right = AMSGrad([torch.nn.Parameter(torch.zeros(1))], **settings)
    binding = right.binding(right.param_groups[0])
    lockstep(lambda params: AMSGrad(params, **settings), binding, steps=20)
    with pytest.raises(AssertionError):
        lockstep(lambda params: fault(params, **settings), binding, steps=20)


def test_overridden_tensor_steps_are_not_run_by_the_old_rule():
    class Backwards(Adam):
        follows_rule = False

        def adam_update(self, ops, x, m, v, c):
            super().adam_update(ops, x, ops.neg(m), v, c)

    x = torch.nn.Parameter(torch.zeros(1))
    optimizer = Backwards([x])
    assert optimizer.compiled_rule(optimizer.param_groups[0]) is None
    with pytest.raises(TypeError, match="no rule to fuse"):
        Backwards([x], fused=True)


class Unaware:
    def update(self, ops, x, g, states, c, rule):
        pass


@pytest.mark.parametrize(
    ("bases", "body", "names"),
    [
        ((AMSGrad,), {"get_mv": lambda self, *_: None}, "get_mv"),
        ((Adam,), {"step_param": lambda self, *_: None}, "step_param"),
        ((Unaware, Adam), {}, "update"),
    ],
)
def test_a_class_with_tensor_steps_of_its_own_says_whether_they_are_its_rules(bases, body, names):
    message = f"Mine overrides {names}: set follows_rule = True in it if they take the steps"
    with pytest.raises(TypeError, match=message):
        type("Mine", bases, body)
    for follows in (True, False):
        mine = type("Mine", bases, {**body, "follows_rule": follows})
        optimizer = mine([torch.nn.Parameter(torch.zeros(1))])
        assert (optimizer.compiled_rule(optimizer.param_groups[0]) is not None) == follows
        # Nothing overridden, nothing to say.
        heir = type("Heir", (mine,), {})
        assert heir.follows_rule == follows
