"""fused(): an optimizer's own steps in one pass over memory, and everything around as before."""

import copy
import io
import warnings

import pytest
import torch
from test_network import losses

from breaking_adam import AMSGrad, fused
from breaking_adam.optimizers import Adam
from breaking_adam.optimizers.fusing import _kinds

pytestmark = pytest.mark.slow

optim = torch.optim


def served(optimizer):
    """The shapes of the parameters that a pass steps."""
    kinds = (kind for _, _, kind in _kinds(optimizer))
    return {tuple(shape) for kind in kinds for shape, trusted in kind._trusted.items() if trusted}


class Plain(optim.Optimizer):
    """Momentum by hand, with a count that all parameters share."""

    def __init__(self, params, lr=0.1, beta=0.5):
        super().__init__(params, {"lr": lr, "beta": beta, "step": 0})
        self.own = 0

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            group["step"] += 1
            for p in group["params"]:
                if p.grad is not None:
                    self.move(p, p.grad, group)
        return loss

    def move(self, p, g, group):
        self.state[p].setdefault("m", torch.zeros_like(p)).mul_(group["beta"]).add_(g)
        p.sub_(self.state[p]["m"], alpha=group["lr"] / group["step"])


class WarmUp(Plain):
    """Half the step size until step 2500, further than a walk comes."""

    def move(self, p, g, group):
        p.sub_(g, alpha=group["lr"] * (0.5 if group["step"] <= 2500 else 1.0))


class CountsEach(Plain):
    """Counts the parameters, too."""

    def move(self, p, g, group):
        group["step"] += 1
        super().move(p, g, group)


class Large(Plain):
    """Steps large parameters otherwise."""

    def move(self, p, g, group):
        super().move(p, g if p.numel() < 100 else g.sign(), group)


class Counted(Plain):
    """Counts how often it has to step a parameter itself."""

    calls = 0

    def move(self, p, g, group):
        if p.numel() > 3:  # no twin of one coordinate
            Counted.calls += 1  # a fused one is of a class of its own
        super().move(p, g, group)


def pair(make, sizes=(40, 7), dtype=torch.float64, fuse=fused):
    """An optimizer and a fused one of equal parameters."""

    def one():
        generator = torch.Generator().manual_seed(1)
        params = [torch.randn(n, dtype=dtype, generator=generator) for n in sizes]
        return make([torch.nn.Parameter(p) for p in params])

    return one(), fuse(one())


def parameters(optimizer):
    return [p for group in optimizer.param_groups for p in group["params"]]


def step(optimizers, seed, closure=False):
    generator = torch.Generator().manual_seed(seed)
    gradients = [
        torch.randn(p.shape, dtype=torch.float64, generator=generator).to(p.dtype)
        for p in parameters(optimizers[0])
    ]
    for optimizer in optimizers:

        def evaluate(optimizer=optimizer):
            for p, g in zip(parameters(optimizer), gradients, strict=True):
                p.grad = g.clone()
            return seed

        if closure:
            assert optimizer.step(evaluate) == seed
        else:
            evaluate()
            optimizer.step()


def assert_same(own, ours, rel=1e-12):
    for x, y in zip(parameters(own), parameters(ours), strict=True):
        torch.testing.assert_close(y, x, rtol=rel, atol=rel)
    a, b = own.state_dict(), ours.state_dict()
    assert a["param_groups"] == b["param_groups"]
    torch.testing.assert_close(b["state"], a["state"], rtol=rel, atol=rel)


MAKES = {
    "nadam": optim.NAdam,
    "radam": optim.RAdam,  # a branch after five steps
    "rprop": optim.Rprop,
    "momentum": lambda params: optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.1),
    "adamw": lambda params: optim.AdamW(params, amsgrad=True),
    "shared": Plain,
}


@pytest.mark.usefixtures("short_walks")
@pytest.mark.parametrize("name", MAKES)
def test_steps_and_state_are_the_optimizers_own(name):
    own, ours = pair(MAKES[name])
    for seed in range(20):
        step((own, ours), seed)
    assert_same(own, ours)
    assert served(ours) == {(40,), (7,)}


def test_single_precision():
    own, ours = pair(optim.NAdam, dtype=torch.float32)
    for seed in range(50):
        step((own, ours), seed)
    assert served(ours) == {(40,), (7,)}
    assert_same(own, ours, rel=1e-5)


HALVES = {torch.bfloat16: 2.0**-7, torch.float16: 2.0**-10}


@pytest.mark.usefixtures("short_walks")
@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", ["momentum", "adamw", "nadam"])
def test_halves_are_rounded_where_the_own_step_rounds_them(name, dtype):
    """To the last bit where they fill ATen's vectors; what is left over is rounded otherwise."""
    own, ours = pair(MAKES[name], sizes=(256, 7), dtype=dtype)
    for seed in range(12):
        step((own, ours), seed)
        assert torch.equal(parameters(ours)[0], parameters(own)[0])
        assert_same(own, ours, rel=HALVES[dtype])
        for x, y in zip(parameters(own), parameters(ours), strict=True):
            y.data.copy_(x)
            for name, kept in ours.state[y].items():
                kept.copy_(own.state[x][name])
    assert served(ours) == {(256,), (7,)}


@pytest.mark.usefixtures("short_walks")
@pytest.mark.parametrize("channels_last", [False, True])
def test_a_convolutional_network_trains_to_the_same_losses(channels_last):
    def make(params):
        return optim.NAdam(params, lr=0.01)

    got = losses(lambda params: fused(make(params)), channels_last)
    torch.testing.assert_close(got, losses(make, channels_last), rtol=1e-8, atol=0)


@pytest.mark.usefixtures("short_walks")
def test_schedulers_groups_closures_and_hooks_are_as_before():
    def make(params):
        first, second = params
        groups = [{"params": [first]}, {"params": [second], "lr": 0.3, "weight_decay": 0.1}]
        return optim.NAdam(groups)

    own, ours = pair(make)
    calls = []
    ours.register_step_pre_hook(lambda *_: calls.append("before"))
    ours.register_step_post_hook(lambda *_: calls.append("after"))
    schedulers = [optim.lr_scheduler.ExponentialLR(each, 0.9) for each in (own, ours)]
    for seed in range(12):
        step((own, ours), seed, closure=seed % 2)
        for scheduler in schedulers:
            scheduler.step()
        if seed == 5:
            for each in (own, ours):
                each.param_groups[0]["betas"] = (0.8, 0.99)
                extra = torch.nn.Parameter(torch.ones(3, dtype=torch.float64))
                each.add_param_group({"params": [extra], "lr": 0.01})
    assert_same(own, ours)
    assert calls == ["before", "after"] * 12
    assert served(ours) == {(40,), (7,), (3,)}


@pytest.mark.usefixtures("short_walks")
def test_a_state_goes_from_one_to_the_other_and_to_a_file():
    own, ours = pair(optim.RAdam)
    for seed in range(8):
        step((own, ours), seed)
    file = io.BytesIO()
    torch.save(ours.state_dict(), file)
    file.seek(0)
    own.load_state_dict(torch.load(file))
    ours.load_state_dict(copy.deepcopy(own.state_dict()))
    for seed in range(8):
        step((own, ours), seed)
    assert_same(own, ours)


def test_copies_are_unfused_optimizers():
    _, ours = pair(Plain, sizes=(5,))
    step((ours,), 0)
    copied = copy.deepcopy(ours)
    assert type(copied) is Plain
    assert type(ours).__name__ == "Plain"
    assert isinstance(ours, Plain)
    step((copied, ours), 1)
    torch.testing.assert_close(*(parameters(each)[0] for each in (copied, ours)))
    assert fused(ours) is ours


def test_a_grad_scaler_unscales_before_the_pass():
    own, ours = pair(optim.NAdam, sizes=(6,), dtype=torch.float32)
    for optimizer in (own, ours):
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        (p,) = parameters(optimizer)
        for k in range(6):
            optimizer.zero_grad()
            scaler.scale(((p - k) ** 2).sum() * (torch.inf if k == 3 else 1.0)).backward()
            scaler.step(optimizer)
            scaler.update()
        assert scaler.get_scale() == 512.0
    assert_same(own, ours, rel=1e-6)
    assert ours.state[parameters(ours)[0]]["step"] == 5


def test_a_branch_that_comes_late_is_read_when_it_comes():
    own, ours = pair(WarmUp, sizes=(5,))
    for seed in range(2510):
        step((own, ours), seed % 7)
    assert_same(own, ours)
    assert not any(kind.refusal for _, _, kind in _kinds(ours))


@pytest.mark.filterwarnings("ignore:.*takes steps of its own")
def test_what_cannot_be_served_takes_the_optimizers_own_step():
    own, ours = pair(Plain, sizes=(5, 6, 9, 0))
    for each in (own, ours):
        complex_, sparse = parameters(each)[1:3]
        complex_.data = complex_.data.to(torch.complex64)
        each.add_param_group({"params": [torch.nn.Parameter(torch.ones(2, 2))]})
        for k in range(6):
            for p in parameters(each):
                p.grad = torch.full_like(p, k)
            sparse.grad = sparse.grad.to_sparse()
            each.state[sparse].setdefault("m", torch.zeros_like(sparse))
            each.step()
    assert_same(own, ours)
    assert {(5,), (2, 2)} <= served(ours) <= {(5,), (2, 2), (9,)}


def test_own_steps_are_taken_for_those_alone_that_need_them():
    Counted.calls = 0
    _, ours = pair(Counted, sizes=(5, 9))
    for seed in range(3):
        step((ours,), seed)
    before = Counted.calls
    for seed in range(10):
        step((ours,), seed)
    assert Counted.calls == before


def test_an_algorithm_that_depends_on_the_shape_is_found_out():
    own, ours = pair(Large, sizes=(5, 200))
    step((own, ours), 0)
    with pytest.warns(UserWarning, match=r"of shape \(200,\) take steps of their own"):
        step((own, ours), 1)
    for seed in range(4):
        step((own, ours), seed)
    assert_same(own, ours)
    assert served(ours) == {(5,)}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (CountsEach, "parameters would see each other"),
        (optim.Adafactor, "coordinates would see each other"),
        (optim.LBFGS, "closure"),
    ],
)
def test_an_optimizer_that_cannot_be_served_at_all_says_why_and_is_as_before(make, reason):
    with pytest.warns(UserWarning, match=f"takes steps of its own, as .*{reason}"):
        own, ours = pair(make)
    for seed in range(3):
        step((own, ours), seed, closure=True)
    assert_same(own, ours)


def test_an_optimizer_from_a_rule_has_a_pass_of_its_own():
    own, ours = pair(lambda params: AMSGrad(params, lr=0.1))
    assert type(ours) is AMSGrad
    assert ours.param_groups[0]["fused"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(3):
            step((own, ours), seed)
    for x, y in zip(parameters(own), parameters(ours), strict=True):
        torch.testing.assert_close(y, x, rtol=1e-12, atol=1e-12)


class Backwards(Adam):
    """Adam but for a sign, which is not in the rule that it has."""

    follows_rule = False

    def adam_update(self, ops, x, m, v, c):
        super().adam_update(ops, x, ops.neg(m), v, c)


def test_steps_of_ones_own_stay_though_there_is_a_rule():
    x = torch.nn.Parameter(torch.zeros(1))
    x.grad = torch.ones(1)
    fused(Backwards([x], lr=0.5)).step()
    assert x.item() == pytest.approx(0.5)


class KeepsInGroup(Plain):
    def move(self, p, g, group):
        group["m"] = 0.5 * group.get("m", torch.zeros_like(p)) + g
        p.sub_(group["m"], alpha=group["lr"])


class Ticks(Plain):
    def step(self, closure=None):
        self.own += 1
        return super().step(closure)

    def move(self, p, g, group):
        p.sub_(g, alpha=group["lr"] / self.own)


def test_what_all_parameters_or_groups_share_is_refused():
    def new(n):
        return torch.nn.Parameter(torch.ones(n, dtype=torch.float64))

    with pytest.warns(UserWarning, match="tensors of a parameter where all share them"):
        fused(KeepsInGroup([new(5)]))
    with pytest.warns(UserWarning, match="its param groups share numbers"):
        fused(Ticks([{"params": [new(5)]}, {"params": [new(3)]}]))
