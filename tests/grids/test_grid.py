# ruff: noqa: N803 - C is the paper's letter
"""A cell of a grid is the Trial of its problem and its optimizer, whichever way it is played."""

import random

import numba
import numpy as np
import pytest
import torch
import torchbearer as tb

from breaking_adam import (
    Adam,
    AdamNC,
    AMSGrad,
    Online,
    RuleOptimizer,
    Stochastic,
    build,
    compilable,
    grid,
    inverse_sqrt,
    plain_at,
    rules,
)
from breaking_adam.optimizers import AdamEpsInside
from breaking_adam.optimizers.adapters import ADAPTERS
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import UnreadableError
from breaking_adam.trials.verdict import judge, known_of

STEPS, POINTS = 640, 4


@compilable
def towards_zero_move(state, g, c):
    (count,) = state
    return (count + 1.0,), -c[0] * g / (1.0 + c[1] * count)


class Own(RuleOptimizer):
    """A rule that a user may write."""

    rule = rules.Rule(plain_at, towards_zero_move, ("count",))
    hyper = {"slowing": 0.0}  # noqa: RUF012 - as a user writes it


def adam(kind, **options):
    return lambda params, lr, beta: kind(params, lr=lr, betas=(0.9, beta), **options)


def of(kind, name, **options):
    return lambda params, lr, beta: kind(params, lr=lr, **{name: beta}, **options)


def centered(params, lr, beta):
    """RMSprop with an α near 1: v − m² loses its digits where slopes have been alike for long."""
    return torch.optim.RMSprop(
        params, lr, alpha=0.9 + 0.1 * beta, centered=True, momentum=0.5, eps=0.1
    )


OPTIMIZERS = {
    "sgd": of(torch.optim.SGD, "momentum", nesterov=True),
    "sgd-l2": of(torch.optim.SGD, "weight_decay"),
    "adam": adam(torch.optim.Adam),
    "adam-maximize": adam(torch.optim.Adam, maximize=True, weight_decay=0.5),
    "adamw": adam(torch.optim.AdamW, weight_decay=0.1),
    "amsgrad-torch": adam(torch.optim.Adam, amsgrad=True),
    "rmsprop": centered,
    "adagrad": of(torch.optim.Adagrad, "lr_decay", initial_accumulator_value=2.0),
    "adam-paper": adam(Adam, bias_correction=False),
    "adam-eps-hat": adam(Adam, eps=0.1),
    "adam-fading": adam(Adam, bias_correction=False, beta1_decay=0.999),
    "adam-eps-inside": of(AdamEpsInside, "beta2", eps=0.1),
    "amsgrad-none": adam(AMSGrad, bias_correction="none"),
    "amsgrad-before-max": adam(AMSGrad, bias_correction="before_max"),
    "adamnc": adam(AdamNC),
    "own": of(Own, "slowing"),
}

PROBLEMS = {
    "online": lambda C: Online(C, -1, period=C, x0=0.25),
    "stochastic": lambda C: Stochastic(C, -1, probability=1.1 / (C + 1), seed=C),
}

#: Many cells of one tuning, which share a pack, and few of many.
SHAPES = {"alike": (60, 2), "mixed": (3, 23)}


def axes_of(shape):
    of_problem, of_optimizer = shape
    return {
        "C": range(2, 2 + of_problem),
        "lr": np.geomspace(1e-3, 0.3, of_optimizer),
        "beta": [0.3, 0.99],
    }


class Steps(tb.Callback):
    """x and R_t/t after every step of a Trial, projection included."""

    def __init__(self):
        super().__init__()
        self.x, self.average_regret = [], []

    def on_step_training(self, state):
        model = state[tb.MODEL]
        self.x.append(model.x.item())
        self.average_regret.append(model.regret.item() / model.steps)


def a_trial(problem, optimizer, cell, engine, schedule):
    """The cell's Trial, step by step."""
    model, seen = problem(int(cell["C"])), Steps()
    made = optimizer(model.parameters(), float(cell["lr"]), float(cell["beta"]))
    trial, _ = build(
        model, made, engine=engine, steps=STEPS, every=1, schedule=schedule, callbacks=[seen]
    )
    trial.run()
    return model, np.array(seen.x), np.array(seen.average_regret)


def assert_is(cell, model, x, average_regret):
    """The cell is the run, to 1e-12 of the domain's width and of the largest slope."""
    places = [STEPS * k // POINTS - 1 for k in range(1, POINTS + 1)]
    slope = max(1.0, abs(model.large))
    tail = x[-STEPS // 10 :]

    def near(a, b, atol=1e-12):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)

    near(cell.x_curve, x[places])
    near(cell.average_regret_curve, average_regret[places], 1e-12 * slope)
    near(cell.x, x[-1])
    near(cell.average_regret, average_regret[-1], 1e-12 * slope)
    near(cell.distance, abs(x[-1] - model.x_star))
    near(cell.x_mean, tail.mean())
    # A root of a difference: half of its digits are lost where all x are alike.
    near(cell.x_spread**2, tail.var())


@pytest.fixture(autouse=True)
def _in_double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_cell_is_its_trial(optimizer, shape):
    number = list(OPTIMIZERS).index(optimizer)  # each rule with a problem and a schedule
    chosen = list(PROBLEMS.values())[number % 2], OPTIMIZERS[optimizer]
    schedule = [constant, inverse_sqrt][number // 2 % 2]
    ds = grid(*chosen, axes_of(SHAPES[shape]), steps=STEPS, points=POINTS, schedule=schedule)
    assert ds.x.shape == (*SHAPES[shape], 2)
    for engine, cells in ("compiled", 3), ("eager", 1):
        for _ in range(cells):
            cell = ds.isel({name: random.randrange(size) for name, size in ds.x.sizes.items()})
            assert_is(cell, *a_trial(*chosen, cell, engine, schedule))


def test_the_rules_are_all_there():
    made = {type(make(Online().parameters(), 0.1, 0.5)) for make in OPTIMIZERS.values()}
    assert made >= {*ADAPTERS, Adam, AMSGrad, AdamNC, AdamEpsInside}


def test_a_verdict_is_the_one_of_the_trial():
    ds = grid(
        PROBLEMS["online"],
        OPTIMIZERS["adam"],
        {"C": [2, 4, 8, 40], "lr": [1e-3, 0.5], "beta": [0.5, 0.999]},
        steps=3200,
        schedule=inverse_sqrt,
        points=32,
    )
    words = ds.verdict.flag_meanings.split()
    assert list(ds.verdict.flag_values) == list(range(len(words)))
    found = set()
    for place in np.ndindex(ds.verdict.shape):
        cell = ds[dict(zip(ds.verdict.dims, place, strict=True))]
        model = PROBLEMS["online"](int(cell.C))
        expected = judge(
            ds.t.values,
            cell.x_curve.values,
            cell.average_regret_curve.values,
            **known_of(model),
        ).word
        assert words[int(cell.verdict)] == expected.replace(" ", "_")
        found.add(expected)
    assert {"best point", "worst point", "undecided"} <= found


@pytest.mark.slow
def test_what_has_no_rule_is_played_eagerly_beside_what_has_one():
    def optimizer(params, optimizer, lr):
        kind = {"nadam": torch.optim.NAdam, "adam": torch.optim.Adam}[optimizer]
        return kind(params, lr=lr)

    axes = {"optimizer": ["nadam", "adam"], "lr": [0.01, 0.1], "C": [3, 5]}
    ds = grid(PROBLEMS["online"], optimizer, axes, steps=200, points=POINTS)
    for name in axes["optimizer"]:
        model = PROBLEMS["online"](5)
        trial, _ = build(model, optimizer([model.x], name, 0.1), engine="eager", steps=200)
        trial.run()
        cell = ds.sel(optimizer=name, lr=0.1, C=5)
        assert cell.x.item() == pytest.approx(model.x.item(), abs=1e-12)
        assert cell.average_regret.item() == pytest.approx(model.regret.item() / 200, rel=1e-12)


@pytest.mark.slow
def test_a_cell_that_is_played_eagerly_is_its_trial_too():
    def nadam(params, lr, beta):
        return torch.optim.NAdam(params, lr=lr, betas=(0.9, beta))

    axes = {"C": [3, 7], "lr": [0.02], "beta": [0.9]}
    ds = grid(PROBLEMS["online"], nadam, axes, steps=STEPS, points=POINTS)
    for cell in (ds.isel(C=i, lr=0, beta=0) for i in range(2)):
        assert_is(cell, *a_trial(PROBLEMS["online"], nadam, cell, "eager", constant))


def test_an_optimizer_with_a_past_carries_on_from_it():
    """Its moments and its count are no longer those that a lane begins with."""

    def used(params, lr):
        adam = torch.optim.Adam(params, lr=lr)
        (x,) = adam.param_groups[0]["params"]
        x.grad = torch.full_like(x, 3.0)
        adam.step()
        x.grad = None
        x.data.zero_()
        return adam

    ds = grid(PROBLEMS["online"], used, {"C": [3], "lr": [0.1]}, steps=50)
    model = PROBLEMS["online"](3)
    build(model, used(model.parameters(), 0.1), engine="eager", steps=50)[0].run()
    assert ds.x.item() == pytest.approx(model.x.item(), abs=1e-12)


def test_a_run_that_diverges_is_no_number_and_leaves_the_others_alone():
    ds = grid(
        lambda large: Online(large, -1, period=3),
        lambda params, eps: torch.optim.RMSprop(params, lr=0.1, eps=eps),
        {"large": [0.0, 3.0], "eps": [0.0, 1e-8]},
        steps=200,
    )
    # With a slope of 0 first, v is 0 and 0/0 moves x.
    assert np.isnan(ds.x.sel(large=0.0, eps=0.0))
    assert np.isnan(ds.average_regret.sel(large=0.0, eps=0.0))
    words = ds.verdict.flag_meanings.split()
    assert words[int(ds.verdict.sel(large=0.0, eps=0.0))] == "diverged"
    assert np.isfinite(ds.x).sum() == 3


def test_single_precision_is_played_in_single_precision():
    def play(dtype):
        return grid(
            PROBLEMS["online"],
            OPTIMIZERS["adam"],
            {"C": range(2, 40), "lr": [0.01, 0.1], "beta": [0.9]},
            steps=STEPS,
            dtype=dtype,
        )

    single, double = play(torch.float32), play(torch.float64)
    assert (single.x.values == single.x.values.astype(np.float32)).all()
    torch.set_default_dtype(torch.float32)
    _, x, _ = a_trial(
        PROBLEMS["online"], OPTIMIZERS["adam"], single.isel(C=7, lr=1, beta=0), "eager", constant
    )
    assert single.x.isel(C=7, lr=1, beta=0) == pytest.approx(x[-1], abs=2e-4)
    np.testing.assert_allclose(single.x, double.x, atol=2e-3)
    assert (single.x != double.x).any()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("optimizer", ["adam", "amsgrad-torch", "rmsprop", "adam-fading"])
def test_a_cell_in_single_precision_is_its_trial_in_single_precision(optimizer, shape):
    torch.set_default_dtype(torch.float32)
    chosen = PROBLEMS["online"], OPTIMIZERS[optimizer]
    ds = grid(*chosen, axes_of(SHAPES[shape]), steps=STEPS, points=POINTS, dtype=torch.float32)
    for engine in "compiled", "eager":
        cell = ds.isel({name: random.randrange(n) for name, n in ds.x.sizes.items()})
        model, x, average = a_trial(*chosen, cell, engine, constant)
        # Some of the last bits of a step: coefficients are narrowed from other doubles.
        near, slope = 64 * 2.0**-23, abs(model.large)
        assert cell.x.item() == pytest.approx(x[-1], abs=near)
        assert cell.average_regret.item() == pytest.approx(average[-1], abs=near * slope)


@pytest.mark.parametrize("made", [lambda late: late, numba.njit], ids=["plain", "compiled"])
def test_a_schedule_is_any_function_of_t(made):
    @made
    def late(t):
        return 1.0 if t > 100 else 0.5

    ds = grid(PROBLEMS["online"], OPTIMIZERS["adam"], ONE, steps=200, schedule=late)
    model = PROBLEMS["online"](3)
    adam = OPTIMIZERS["adam"](model.parameters(), 0.1, 0.9)
    build(model, adam, engine="eager", steps=200, schedule=late)[0].run()
    assert ds.x.item() == pytest.approx(model.x.item(), abs=1e-12)
    assert ds.engine == 0


def test_a_single_step_is_a_run_too():
    ds = grid(PROBLEMS["online"], OPTIMIZERS["sgd"], axes_of((1, 1)), steps=1)
    # A slope of 2, with its momentum at once.
    assert ds.x.values.ravel() == pytest.approx([0.25 - 2e-3 * 1.3, 0.25 - 2e-3 * 1.99])


def test_names_and_truth_values_are_axes_too():
    ds = grid(
        lambda C: Online(C, -1, period=C),
        lambda params, amsgrad, beta2: torch.optim.Adam(
            params, 1.0, betas=(0.0, beta2), amsgrad=amsgrad, eps=0
        ),
        {"amsgrad": [False, True], "beta2": [0.2], "C": [10]},
        steps=20_000,
        schedule=inverse_sqrt,
    )
    assert ds.x.sel(amsgrad=False).item() > 0.9
    assert ds.x.sel(amsgrad=True).item() < -0.9
    assert ds.attrs["steps"] == 20_000
    assert "Online(large=10.0" in ds.attrs["problem"]


ONE = {"C": [3], "lr": [0.1], "beta": [0.9]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"axes": {}}, "needs one axis"),
        ({"axes": [("C", [3])]}, "axes must be lists of values by their names"),
        ({"schedule": "inverse-sqrt"}, "schedule must be a function of t, such as inverse_sqrt"),
        ({"schedule": lambda t: float(str(t))[0]}, "schedule must be one that Numba can compile"),
        (
            {"optimizer": lambda params, lr, beta: torch.optim.SGD([torch.ones(1)], lr)},
            "optimizer must be of the parameters that it is given",
        ),
        ({"axes": {**ONE, "gamma": [1]}}, "axis gamma is an argument of neither"),
        ({"axes": {"C": [3], "lr": [0.1]}}, "optimizer takes beta, which is no axis"),
        ({"axes": {**ONE, "C": []}}, "axis C has no values"),
        ({"axes": {**ONE, "C": [3, 3]}}, "axis C has a value twice"),
        ({"axes": {**ONE, "C": 3}}, "axis C must be a list of values, got 3"),
        ({"axes": {**ONE, "C": "ab"}}, "axis C must be a list of values, got 'ab'"),
        ({"axes": {**ONE, "C": [3, np.nan]}}, "axis C has a value that is no number: nan"),
        ({"axes": {**ONE, "C": [3, None]}}, "axis C takes numbers, words and .* got a NoneType"),
        ({"axes": {**ONE, "C": [[3], [4, 5]]}}, "axis C takes numbers, words and .* got a list"),
        ({"axes": {**ONE, "C": np.ones((2, 2))}}, "axis C takes numbers, words .* got a ndarray"),
        ({"axes": {**ONE, "C": [3, "four"]}}, "axis C has both words and numbers"),
        ({"problem": Online()}, "problem must be a function of axes, got Online"),
        ({"optimizer": None}, "optimizer must be a function of axes, got None"),
        ({"axes": {**ONE, "t": [3]}}, "'t' is no name for an axis"),
        ({"axes": {**ONE, "x y": [3]}}, "'x y' is no name for an axis"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"dtype": "float32"}, "dtype must be torch.float32 or torch.float64, got 'float32'"),
        ({"dtype": torch.int32}, "dtype must be torch.float32 or torch.float64, got torch.int32"),
        ({"points": -1}, "points must be at least 0"),
        ({"client": "127.0.0.1:1"}, "client must be a dask.distributed.Client, got '127.0.0.1:1'"),
        ({"problem": lambda C: 5}, "problem must give a Problem, got a int"),
        ({"problem": lambda C: Online(replicas=2)}, "make the seed an axis"),
        ({"optimizer": lambda params, lr, beta: None}, "must give a torch.optim.Optimizer"),
    ],
)
def test_what_is_no_grid_is_refused_in_one_line(changes, says):
    usual = {"problem": PROBLEMS["online"], "optimizer": OPTIMIZERS["adam"], "axes": ONE}
    with pytest.raises((ValueError, TypeError), match=says) as refused:
        grid(**{**usual, "steps": 10, **changes})
    assert "\n" not in str(refused.value)


def test_a_client_that_is_none_leaves_no_store(tmp_path):
    usual = {"problem": PROBLEMS["online"], "optimizer": OPTIMIZERS["adam"], "axes": ONE}
    with pytest.raises(TypeError, match="client must be"):
        grid(**usual, steps=10, client=object(), store=tmp_path / "a.zarr")
    assert not (tmp_path / "a.zarr").exists()


def test_what_must_not_be_played_eagerly_is_an_error():
    class Draws(torch.optim.SGD):
        def step(self, closure=None):
            super().step(closure)
            self.param_groups[0]["params"][0].data.add_(torch.rand(1).item())

    def play(**how):
        return grid(
            lambda: Online(), lambda params, lr: Draws(params, lr), {"lr": [0.1]}, steps=9, **how
        )

    assert play().engine == 2
    with pytest.raises(UnreadableError, match="draws random numbers"):
        play(eager=False)
