"""What people rely on in a torch optimizer, for each of ours and each implementation."""

import copy
import io
import pickle

import pytest
import torch
from lockstep import WAYS

from breaking_adam.optimizers import Adam, AdamNC, AMSGrad, WeightDecay

KINDS = [Adam, AMSGrad, AdamNC]
every_kind = pytest.mark.parametrize("kind", KINDS)
every_way = pytest.mark.parametrize("way", WAYS)


def parameter(*shape, dtype=torch.float64):
    values = torch.arange(1, 1 + torch.Size(shape).numel()).reshape(shape)
    p = torch.nn.Parameter(values.to(dtype))
    p.grad = torch.ones_like(p)
    return p


def stepped(optimizer, steps=3):
    for _ in range(steps):
        optimizer.step()
    return optimizer


def same(optimizers, paramss):
    (a, b), (xs, ys) = optimizers, paramss
    for x, y in zip(xs, ys, strict=True):
        torch.testing.assert_close(x, y, rtol=0, atol=0)
        for key, value in a.state[x].items():
            torch.testing.assert_close(value, b.state[y][key], rtol=0, atol=0)


# --- Param groups, schedulers, closures -------------------------------------------------------


@every_way
@every_kind
def test_groups_have_their_own_options(kind, way):
    a, b = parameter(3), parameter(3)
    c, d = parameter(3), parameter(3)
    groups = [{"params": [a]}, {"params": [b], "lr": 0.5, "weight_decay": WeightDecay(0.1)}]
    both = kind(groups, **WAYS[way])
    stepped(both)
    stepped(kind([c], **WAYS[way]))
    stepped(kind([d], lr=0.5, weight_decay=WeightDecay(0.1), **WAYS[way]))
    assert torch.equal(a, c)
    assert torch.equal(b, d)


@every_way
def test_amsgrad_may_differ_per_group(way):
    a, b = parameter(3), parameter(3)
    optimizer = AMSGrad([{"params": [a]}, {"params": [b], "amsgrad": False}], **WAYS[way])
    stepped(optimizer)
    assert "max_exp_avg_sq" in optimizer.state[a]
    assert "max_exp_avg_sq" not in optimizer.state[b]


@every_kind
def test_groups_can_be_added_and_named(kind):
    a, b = parameter(3), parameter(2)
    optimizer = stepped(kind([("a", a)]), 1)
    optimizer.add_param_group({"params": [("b", b)], "lr": 0.5})
    stepped(optimizer, 1)
    assert [group["param_names"] for group in optimizer.param_groups] == [["a"], ["b"]]
    assert [optimizer.state[p]["step"].item() for p in (a, b)] == [2, 1]


@every_way
@every_kind
def test_schedulers(kind, way):
    p = parameter(2)
    optimizer = kind([p], lr=1.0, **WAYS[way])
    halve = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    for _ in range(3):
        optimizer.step()
        halve.step()
    assert optimizer.param_groups[0]["lr"] == 0.125
    twin = kind([q := parameter(2)], lr=1.0, **WAYS[way])
    for lr in 1.0, 0.5, 0.25:
        twin.param_groups[0]["lr"] = lr
        twin.step()
    assert torch.equal(p, q)
    one_cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=20)
    optimizer.step()
    one_cycle.step()
    assert optimizer.param_groups[0]["betas"][0] == pytest.approx(0.94045, abs=1e-5)


@every_way
def test_closure_is_evaluated_with_gradients_and_its_loss_returned(way):
    p = torch.nn.Parameter(torch.tensor([2.0]))
    optimizer = AMSGrad([p], lr=0.5, **WAYS[way])

    def closure():
        optimizer.zero_grad()
        loss = (p**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 4.0
    assert p.item() == pytest.approx(1.5)


def test_hooks_run():
    p, calls = parameter(2), []
    optimizer = AMSGrad([p])
    optimizer.register_step_pre_hook(lambda *_: calls.append("pre"))
    optimizer.register_step_post_hook(lambda *_: calls.append("post"))
    optimizer.step()
    assert calls == ["pre", "post"]


@every_way
def test_tensor_step_size(way):
    a, b = parameter(2), parameter(2)
    stepped(AMSGrad([a], lr=torch.tensor(0.5), **WAYS[way]))
    stepped(AMSGrad([b], lr=0.5, **WAYS[way]))
    assert torch.equal(a, b)


# --- State ------------------------------------------------------------------------------------


@every_way
@every_kind
@pytest.mark.parametrize("copied", ["deepcopy", "pickle", "file"])
def test_copies_carry_on(kind, way, copied):
    p = parameter(3)
    optimizer = stepped(kind([p], weight_decay=WeightDecay(0.1), **WAYS[way]))
    if copied == "deepcopy":
        q, other = copy.deepcopy((p, optimizer))
    elif copied == "pickle":
        q, other = pickle.loads(pickle.dumps((p, optimizer)))
    else:
        q = torch.nn.Parameter(p.detach().clone())
        file = io.BytesIO()
        torch.save(optimizer.state_dict(), file)
        file.seek(0)
        other = kind([q], lr=0.9)
        other.load_state_dict(torch.load(file, weights_only=True))
    p.grad, q.grad = torch.full_like(p, 2.0), torch.full_like(q, 2.0)
    before = p.detach().clone()
    stepped(optimizer)
    assert not torch.equal(q, p), "the copy shares the original's memory"
    assert torch.equal(q, before)
    stepped(other)
    same((optimizer, other), ([p], [q]))


def test_state_has_torchs_names_and_values_of_plain_types():
    p = parameter(3)
    optimizer = stepped(AMSGrad([p], weight_decay=WeightDecay(0.1)))
    names = ["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
    assert list(optimizer.state[p]) == names
    assert list(stepped(torch.optim.Adam([p], amsgrad=True)).state[p]) == names
    for value in optimizer.state_dict()["param_groups"][0].values():
        assert isinstance(value, (int, float, str, tuple, list, type(None)))


# --- Parameters -------------------------------------------------------------------------------


@every_way
@every_kind
def test_parameters_without_a_gradient_stay(kind, way):
    a, b = parameter(3), parameter(3)
    b.grad = None
    optimizer = stepped(kind([a, b], **WAYS[way]))
    assert torch.equal(b, parameter(3))
    assert b not in optimizer.state
    b.grad = torch.ones_like(b)
    stepped(optimizer, 1)
    assert [optimizer.state[p]["step"].item() for p in (a, b)] == [4, 1]


@every_way
@every_kind
def test_parameters_of_unequal_t_step_as_if_alone(kind, way):
    """Of three, the second begins late and the third rests: x and every state, not t alone."""
    begins = [(1, 2, 3, 4, 5), (3, 4, 5), (1, 2, 5)]

    def played(indices):
        params = [parameter(3) for _ in indices]
        optimizer = kind(params, lr=0.1, **WAYS[way])
        for t in range(1, 6):
            for p, i in zip(params, indices, strict=True):
                p.grad = torch.full_like(p, float(t)) if t in begins[i] else None
            optimizer.step()
        return optimizer, params

    together, params = played([0, 1, 2])
    for i, p in enumerate(params):
        alone, (q,) = played([i])
        torch.testing.assert_close(p, q, rtol=1e-15, atol=0)
        for name, value in alone.state[q].items():
            torch.testing.assert_close(together.state[p][name], value, rtol=1e-15, atol=0)
    assert [together.state[p]["step"].item() for p in params] == [5, 3, 3]


LAYOUTS = {
    "0-dim": lambda: torch.tensor(3.0),
    "empty": lambda: torch.zeros(0, 3),
    "transposed": lambda: torch.randn(4, 6).t(),
    "a slice of more": lambda: torch.randn(6, 8)[1::2, ::3],
    "channels last": lambda: torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
    "large": lambda: torch.randn(3, 40_001),
}


@pytest.mark.slow
@pytest.mark.parametrize("complex_", [False, True], ids=["real", "complex"])
@every_way
@pytest.mark.parametrize("plain_grad", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_does_not_matter(layout, plain_grad, way, complex_):
    torch.manual_seed(0)
    values = LAYOUTS[layout]().double()
    if complex_:
        values = torch.complex(values, values.flip(-1) if values.dim() else -values)
    laid = torch.nn.Parameter(values.clone() if layout != "a slice of more" else values)
    plain = torch.nn.Parameter(values.clone(memory_format=torch.contiguous_format))
    ours = AMSGrad([laid], weight_decay=0.1, eps=1e-8, optimized_update=False, **WAYS[way])
    theirs = torch.optim.Adam([plain], amsgrad=True, weight_decay=0.1)
    for _ in range(5):
        plain.grad = torch.randn_like(plain)
        laid.grad = plain.grad.clone() if plain_grad else torch.empty_like(laid).copy_(plain.grad)
        ours.step()
        theirs.step()
    torch.testing.assert_close(laid, plain, rtol=1e-13, atol=1e-13)
    for name in ("exp_avg", "exp_avg_sq", "max_exp_avg_sq"):
        mine, other = ours.state[laid][name], theirs.state[plain][name]
        torch.testing.assert_close(mine, other, rtol=1e-13, atol=1e-13)
        assert mine.is_complex() == complex_


@every_way
def test_dtypes_may_be_mixed(way):
    dtypes = [torch.float64, torch.float32, torch.bfloat16, torch.float16]
    together = [parameter(3, dtype=dtype) for dtype in dtypes]
    stepped(AMSGrad(together, **WAYS[way]))
    for p in together:
        alone = parameter(3, dtype=p.dtype)
        stepped(AMSGrad([alone], **WAYS[way]))
        assert torch.equal(p, alone)


@every_way
def test_sparse_gradients_are_refused(way):
    a, p = parameter(3), parameter(3)
    p.grad = torch.ones(3, dtype=torch.float64).to_sparse()
    optimizer = AMSGrad([a, p], **WAYS[way])
    with pytest.raises(RuntimeError, match=r"AMSGrad needs dense gradients, got torch\.sparse_coo"):
        optimizer.step()
    assert torch.equal(a, parameter(3)), "nothing moves before the error"


@every_way
@pytest.mark.parametrize("order", ["none", "after_max", "before_max"])
def test_nan_reaches_every_state(order, way):
    """And it stays: a maximum that a NaN has been among is none."""
    p = parameter(2)
    optimizer = stepped(AMSGrad([p], bias_correction=order, **WAYS[way]), 1)
    p.grad[0] = torch.nan
    stepped(optimizer, 1)
    p.grad = torch.ones_like(p)
    stepped(optimizer, 1)
    for tensor in (p, *(optimizer.state[p][n] for n in ("exp_avg", "max_exp_avg_sq"))):
        assert tensor.isnan().tolist() == [True, False]


@every_way
def test_autograd_sees_that_a_parameter_has_changed(way):
    p = parameter(2)
    loss = (p**2).sum()
    stepped(AMSGrad([p], **WAYS[way]), 1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_the_number_of_threads_does_not_matter():
    threads, results = torch.get_num_threads(), []
    try:
        for n in (1, 2, 5):
            torch.set_num_threads(n)
            p = parameter(100_003)
            stepped(AMSGrad([p], fused=True))
            results.append(p.detach())
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(results[0], results[1])
    assert torch.equal(results[0], results[2])


# --- GradScaler -------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16], ids=str)
@every_way
def test_grad_scaler(way, dtype):
    if dtype == torch.float16 and way != "fused":
        pytest.skip("a GradScaler unscales float16 gradients for fused optimizers only")
    a, b = parameter(3, dtype=dtype), parameter(3, dtype=dtype)
    scaled, plain = AMSGrad([a], **WAYS[way]), AMSGrad([b], **WAYS[way])
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    slopes = torch.tensor([1.0, 2.0, 3.0], dtype=dtype)
    for t in range(4):
        scaled.zero_grad()
        scaler.scale((a * slopes).sum()).backward()
        if t == 2:
            a.grad[0] = torch.inf
        scaler.step(scaled)
        scaler.update()
        if t != 2:  # which is skipped, and not counted
            b.grad = slopes.clone()
            plain.step()
    same((scaled, plain), ([a], [b]))
    assert scaler.get_scale() == 512.0


# --- Arguments --------------------------------------------------------------------------------

BAD = [
    ({"lr": -1}, ValueError, "lr must be at least 0, got -1"),
    ({"lr": float("nan")}, ValueError, "lr must be a finite number, got nan"),
    ({"lr": "0.1"}, TypeError, "lr must be a number, got '0.1'"),
    ({"betas": (1.5, 0.9)}, ValueError, "beta1 must be below 1, got 1.5"),
    ({"betas": (0.9, 1.0)}, ValueError, "beta2 must be below 1, got 1.0"),
    ({"betas": (0.9, -0.1)}, ValueError, "beta2 must be at least 0, got -0.1"),
    ({"betas": 0.9}, TypeError, "betas must be two numbers, got 0.9"),
    ({"eps": -1e-8}, ValueError, "eps must be at least 0, got -1e-08"),
    ({"weight_decay": -0.1}, ValueError, "weight_decay must be at least 0, got -0.1"),
    ({"beta1_decay": 1.5}, ValueError, "beta1_decay must be at most 1, got 1.5"),
    ({"beta1_power": -1}, ValueError, "beta1_power must be at least 0, got -1"),
    ({"foreach": True, "fused": True}, RuntimeError, "exclude each other"),
]


@every_kind
@pytest.mark.parametrize(("options", "error", "message"), BAD)
def test_bad_hyperparameters(kind, options, error, message):
    p = parameter(2)
    with pytest.raises(error, match=message):
        kind([p], **options)
    optimizer = kind([p])
    with pytest.raises(error, match=message):
        optimizer.add_param_group({"params": [parameter(2)], **options})
    assert len(optimizer.param_groups) == 1


def test_bad_orders():
    p = parameter(2)
    with pytest.raises(ValueError, match="one of 'none', 'after_max', 'before_max', got 'torch'"):
        AMSGrad([p], bias_correction="torch")
    with pytest.raises(ValueError, match="must be True or False, got 'none'"):
        Adam([p], bias_correction="none")
    with pytest.raises(ValueError, match=r"supposes a constant β1, got beta1_decay=0\.9"):
        AMSGrad([p], beta1_decay=0.9)
    with pytest.raises(ValueError, match="use AMSGrad"):
        Adam([{"params": [p], "amsgrad": True}])
    with pytest.raises(ValueError, match="absolute must be False for an L2 penalty, got True"):
        WeightDecay(0.1, weight_decouple=False, absolute=True)


@every_kind
def test_labml_arguments_by_position(kind):
    optimizer = kind([parameter(2)], 0.1, (0.8, 0.9), 1e-4, WeightDecay(0.1))
    group = optimizer.param_groups[0]
    assert (group["lr"], group["betas"], group["eps"]) == (0.1, (0.8, 0.9), 1e-4)
    assert group["weight_decay"] == 0.1
    assert group["decoupled_weight_decay"]
    assert (
        AMSGrad([parameter(2)], 1e-3, (0.9, 0.99), 1e-8, 0.1, False, False).defaults["amsgrad"]
        is False
    )
    assert kind([parameter(2)], defaults={"warmup": 8}).param_groups[0]["warmup"] == 8


def test_a_number_as_a_groups_weight_decay_is_an_l2_penalty_as_everywhere():
    (whole,) = AMSGrad([parameter(1)], weight_decay=0.1).param_groups
    (group,) = AMSGrad([{"params": [parameter(1)], "weight_decay": 0.1}]).param_groups
    assert (group["weight_decay"], group["decoupled_weight_decay"]) == (0.1, False)
    assert whole["decoupled_weight_decay"] is False


#: What a param group that says nothing of an option was stepped by: torch's own default for it.
UNSAID = {
    "amsgrad": False,
    "maximize": False,
    "decoupled_weight_decay": False,
    "absolute_weight_decay": False,
    "foreach": None,
    "fused": None,
    "optimized_update": False,
    "bias_correction": "after_max",
    "beta1_decay": 1.0,
    "beta1_power": 0.0,
}
SAID = {"maximize": True, "weight_decay": WeightDecay(0.1, absolute=True), "foreach": True}


@pytest.mark.parametrize("option", UNSAID)
def test_a_saved_group_that_lacks_an_option_is_as_torch_would_have_it(option):
    optimizer = stepped(AMSGrad([parameter(2)], bias_correction="none", beta1_decay=0.5, **SAID))
    state = optimizer.state_dict()
    del state["param_groups"][0][option]
    if option == "bias_correction":  # which supposes a constant β1
        state["param_groups"][0]["beta1_decay"] = 1.0
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0][option] == UNSAID[option]


def test_a_count_beyond_what_float32_can_is_carried_on():
    """A compiled Trial leaves a double; so many steps take it an hour, and others a year."""
    p = parameter(2)
    optimizer = stepped(AMSGrad([p]), 1)
    optimizer.state[p]["step"] = torch.tensor(2.0**24, dtype=torch.float64)
    other = AMSGrad([p])
    other.load_state_dict(optimizer.state_dict())
    stepped(other, 3)
    assert other.state[p]["step"].item() == 2**24 + 3


def test_a_state_of_another_optimizer_is_refused_and_changes_nothing():
    x = parameter(2)
    optimizer = AMSGrad([x], lr=0.25)
    stepped(optimizer)
    before = optimizer.state_dict()
    foreign = torch.optim.SGD([parameter(2)], lr=0.1, momentum=0.9).state_dict()
    with pytest.raises(ValueError, match="not one that AMSGrad can take: it has no 'betas'"):
        optimizer.load_state_dict(foreign)
    assert optimizer.state_dict() == before
    stepped(optimizer)
