# ruff: noqa: N803 - C is the paper's letter
"""Cells of optimizers without a written rule: read from their own step, and played in lanes."""

import itertools
import math
import random
from functools import partial

import numpy as np
import pytest
import torch
from odd_optimizers import LosesItsWay, RaisesAfterTheWalk

from breaking_adam import Online, Stochastic, build, grid, inverse_sqrt
from breaking_adam.engine.advance import Clock
from breaking_adam.grids import readings, tiling
from breaking_adam.grids.cell import game_of
from breaking_adam.grids.lockstep import walk
from breaking_adam.grids.reads import Reads
from breaking_adam.problems.power import Power
from breaking_adam.rules.schedules import constant
from breaking_adam.tracing import UnreadableError

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("short_walks")]

STEPS, POINTS = 640, 4
COMPILED, READ, EAGER = range(3)

PROBLEMS = {
    "online": lambda C: Online(C, -1, period=C, x0=0.25),
    "stochastic": lambda C: Stochastic(C, -1, probability=1.1 / (C + 1), seed=C),
    "power": lambda C: Power(4, x0=1 + C / 20, domain=(-2.0, 3.0)),
}


class Plain(torch.optim.Optimizer):
    """Gradient descent, from which the others differ by a line."""

    def __init__(self, params, lr=0.1, **options):
        super().__init__(params, {"lr": lr, "step": 0, **options})

    @torch.no_grad()
    def step(self, closure=None):
        if closure is not None:
            with torch.enable_grad():
                closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    group["step"] += 1
                    self.move(p, p.grad, group)

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"])


class WarmUp(Plain):
    """A hundredth of the step size for so many steps."""

    def __init__(self, params, lr=0.1, warm=4500):
        super().__init__(params, lr, warm=warm)

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] * (0.01 if group["step"] <= group["warm"] else 1.0))


class Calms(Plain):
    """Asks its coordinate which way to go; far out it is another."""

    def move(self, p, g, group):
        far = abs(p.flatten()[0].item()) > 0.5
        p.add_(g, alpha=-group["lr"] * (0.125 if far else 1.0))


class Norm(Plain):
    def move(self, p, g, group):
        p.add_(g / (1.0 + g.norm()), alpha=-group["lr"])


class Ways(Plain):
    """Goes another way for each of its numbers, of which it keeps none where one is 0."""

    def __init__(self, params, lr=0.1, momentum=0.0):
        super().__init__(params, lr, momentum=momentum)

    def move(self, p, g, group):
        if group["momentum"] != 0:
            state = self.state[p]
            state["m"] = g = group["momentum"] * state.get("m", torch.zeros_like(p)) + g
        p.add_(g, alpha=-group["lr"])


class Tabled(Plain):
    """Looks its number up where nobody can follow it."""

    def __init__(self, params, lr=0.1, kind=1.0):
        super().__init__(params, lr, kind=kind)

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] * float(np.sqrt(group["kind"])))


class Hidden(Plain):
    """Counts where nobody sees it."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, lr)
        count = iter(range(1, 10**9))
        self.next = lambda: next(count)

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] / self.next())


class DrawsAtNaN(Plain):
    """Cannot be read once its coordinate is no number."""

    def move(self, p, g, group):
        if math.isnan(p.flatten()[0].item()):
            g = torch.randn_like(g)
        p.add_(g, alpha=-group["lr"])


class Noisy(Plain):
    def move(self, p, g, group):
        p.add_(g + torch.randn_like(g), alpha=-group["lr"])


OPTIMIZERS = {
    "NAdam": torch.optim.NAdam,
    "RAdam": partial(torch.optim.RAdam, decoupled_weight_decay=True, weight_decay=0.01),
    "Adamax": torch.optim.Adamax,
    "Adadelta": torch.optim.Adadelta,
    "Rprop": torch.optim.Rprop,
    "ASGD": partial(torch.optim.ASGD, t0=100),
    "Calms": Calms,
    "Norm": Norm,
}

try:
    import pytorch_optimizer as zoo
except ImportError:
    ZOO = {}
else:
    ZOO = {
        name: getattr(zoo, name)
        for name in (
            *("ADOPT", "AdEMAMix", "AdaBelief", "AdaBound", "AdaShift", "LaProp", "Lion"),
            *("Prodigy", "ScheduleFreeAdamW", "StableAdamW", "Yogi"),
        )
    }


def a_trial(problem, optimizer, engine, steps, schedule=constant):
    trial, _ = build(problem, optimizer, engine=engine, steps=steps, schedule=schedule)
    trial.run()
    return problem


@pytest.fixture(autouse=True)
def _in_double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def assert_is(cell, model, steps):
    """The cell is the run, to 1e-12 of the largest x and slope."""
    x, regret = model.x.item(), model.regret.item() / steps
    assert cell.x.item() == pytest.approx(x, rel=1e-12, abs=1e-12)
    assert cell.average_regret.item() == pytest.approx(regret, rel=1e-12, abs=1e-11)


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, *ZOO])
def test_every_cell_is_its_trial(optimizer):
    """One kind of optimizer on three kinds of problem: one reading."""
    kind = {**OPTIMIZERS, **ZOO}[optimizer]
    schedule = [constant, inverse_sqrt][len(optimizer) % 2]
    axes = {"problem": list(PROBLEMS), "C": [2, 5, 11], "lr": [0.003, 0.1]}
    before = len(readings._KEPT)

    def make(params, lr):
        return kind(params, lr=lr)

    def problem(problem, C):
        return PROBLEMS[problem](C)

    ds = grid(problem, make, axes, steps=STEPS, schedule=schedule)
    assert (ds.engine == READ).all()
    assert len(readings._KEPT) <= before + 1
    for engine in "read", "eager":
        cell = ds.isel({name: random.randrange(size) for name, size in ds.x.sizes.items()})
        model = problem(str(cell.problem.values), int(cell.C))
        a_trial(model, make(model.parameters(), float(cell.lr)), engine, STEPS, schedule)
        assert_is(cell, model, STEPS)


def test_hyperparameters_are_inputs_of_one_rule():
    def make(params, beta1, beta2, lr):
        return torch.optim.NAdam(params, lr=lr, betas=(beta1, beta2))

    before = len(readings._KEPT)
    axes = {"beta1": [0.0, 0.5, 0.9], "beta2": [0.3, 0.9, 0.999], "lr": [0.01, 0.1], "C": [3, 7]}
    ds = grid(PROBLEMS["online"], make, axes, steps=STEPS)
    assert (ds.engine == READ).all()
    assert len(readings._KEPT) == before + 1
    for _ in range(3):
        cell = ds.isel({name: random.randrange(size) for name, size in ds.x.sizes.items()})
        model = PROBLEMS["online"](int(cell.C))
        own = {name: float(cell[name]) for name in ("beta1", "beta2", "lr")}
        a_trial(model, make(model.parameters(), **own), "eager", STEPS)
        assert_is(cell, model, STEPS)


@pytest.mark.parametrize("warm", [[4500], [4500, 4700, 10_000]])
def test_a_way_that_comes_after_the_walk_is_taken_when_it_comes(warm):
    """For all lanes at one step, or for each at its own."""
    axes = {"C": [2, 5], "lr": [0.01, 0.02], "warm": warm}
    ds = grid(PROBLEMS["online"], WarmUp, axes, steps=5000)
    assert (ds.engine == READ).all()
    for k in range(max(2, len(warm))):  # one that ends at each step, with either C and either lr
        cell = ds.isel(C=k % 2, lr=k // 2, warm=k % len(warm))
        model = PROBLEMS["online"](int(cell.C))
        own = {"lr": float(cell.lr), "warm": int(cell.warm)}
        a_trial(model, WarmUp(model.parameters(), **own), "eager", 5000)
        assert_is(cell, model, 5000)


def test_settings_that_go_other_ways_share_a_rule():
    axes = {"momentum": [0.0, 0.5, 0.9], "C": [3, 5]}
    ds = grid(PROBLEMS["online"], Ways, axes, steps=STEPS)
    assert (ds.engine == READ).all()
    for momentum in axes["momentum"]:
        model = PROBLEMS["online"](5)
        a_trial(model, Ways(model.parameters(), momentum=momentum), "eager", STEPS)
        assert_is(ds.sel(momentum=momentum, C=5), model, STEPS)


def test_settings_that_cannot_be_read_together_are_read_one_by_one():
    axes = {"kind": [1.0, 4.0], "C": [3, 5]}
    ds = grid(PROBLEMS["online"], Tabled, axes, steps=STEPS)
    assert (ds.engine == READ).all()
    for kind in axes["kind"]:
        model = PROBLEMS["online"](3)
        a_trial(model, Tabled(model.parameters(), kind=kind), "eager", STEPS)
        assert_is(ds.sel(kind=kind, C=3), model, STEPS)


@pytest.mark.parametrize(
    ("kind", "why"), [(Noisy, "random"), (Hidden, "out of sight|lockstep|something else")]
)
def test_what_cannot_be_read_is_played_eagerly_and_the_caller_told_why(kind, why, monkeypatch):
    from breaking_adam.grids import processes

    monkeypatch.setattr(processes, "SHORT", 0.0)
    told = []
    ds = grid(
        PROBLEMS["online"],
        lambda params, lr: kind(params, lr),
        {"C": [3], "lr": [0.01]},
        steps=50,
        tell=told.append,
    )
    assert (ds.engine == EAGER).all()
    (line,) = told
    assert "1 of 1 cells run eagerly" in line
    assert f": {kind.__name__}, as " in line
    assert np.any([word in line for word in why.split("|")])


@pytest.mark.parametrize("kind", [LosesItsWay, RaisesAfterTheWalk])
def test_cells_that_cannot_be_read_on_are_played_eagerly_from_the_start(kind):
    def play():
        return grid(PROBLEMS["online"], kind, {"C": [3], "lr": [0.01]}, steps=5200)

    if kind is RaisesAfterTheWalk:
        with pytest.raises(ArithmeticError):
            play()
    else:
        assert (play().engine == EAGER).all()


@pytest.mark.parametrize("kind", [partial(torch.optim.Adadelta, rho=0.1), DrawsAtNaN])
def test_lanes_that_diverge_leave_the_others_alone(kind):
    """And no optimizer is asked for a step that it would take from NaN."""
    ds = grid(
        lambda start: Power(4, x0=start),
        lambda params, lr: kind(params, lr=lr),
        {"start": [0.5, 30.0], "lr": [0.1, 1e200]},
        steps=300,
    )
    words = ds.verdict.flag_meanings.split()
    assert (ds.engine == READ).all()
    assert words[int(ds.verdict.sel(start=30.0, lr=1e200))] == "diverged"
    model = Power(4, x0=0.5)
    a_trial(model, kind(model.parameters(), lr=0.1), "eager", 300)
    assert_is(ds.sel(start=0.5, lr=0.1), model, 300)


def test_a_rule_that_does_not_hold_where_it_was_read_is_refused():
    """Or it would be read there forever."""
    problem = Online(dtype=torch.float64)
    game, optimizer = game_of(problem), Plain([problem.x])
    reads = Reads([optimizer], game, constant)
    with pytest.raises(UnreadableError, match="does not hold where it was read"):
        reads.learn(optimizer, reads.course(game, Clock(1, 1, 1)), reads.read)


def test_tiles_share_a_reading(monkeypatch):
    monkeypatch.setattr(tiling.chunks, "__defaults__", (8,))
    walked, walk = [], readings.walk
    monkeypatch.setattr(readings, "walk", lambda *given: (walked.append(given), walk(*given)))
    axes = {"C": range(2, 18), "lr": [0.01, 0.02]}
    ds = grid(PROBLEMS["online"], lambda params, lr: Norm(params, lr), axes, steps=STEPS)
    assert (ds.engine == READ).all()
    assert len(walked) == 2  # the first of its settings, and the last


@pytest.mark.parametrize("kind", [Plain, torch.optim.NAdam])
def test_each_precision_has_a_reading_of_its_own(kind):
    """That of x, and torch's default, in which NAdam keeps a number."""
    axes = {"C": [3, 5], "lr": [0.1]}
    for own, default in itertools.product([torch.float64, torch.float32], repeat=2):
        torch.set_default_dtype(default)
        assert (grid(PROBLEMS["online"], kind, axes, steps=50, dtype=own).engine == READ).all()
    assert len(readings._KEPT) == 4


def test_what_takes_long_is_shared_by_processes_and_comes_to_the_same(monkeypatch):
    axes, told = {"C": [2, 3, 5], "lr": [0.01, 0.1]}, []

    def play():
        how = {"steps": 50, "tell": told.append}
        return grid(PROBLEMS["online"], lambda params, lr: Hidden(params, lr), axes, **how)

    here = play()
    monkeypatch.setattr("breaking_adam.grids.processes.SHORT", -1.0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("multiprocessing.parent_process", lambda: None)  # whoever runs the tests
    shared = play()
    assert told[-1].startswith("6 of 6 cells run eagerly, on 2 processes")
    assert len(np.unique(here.x)) == 6
    for name in here.data_vars:
        np.testing.assert_array_equal(shared[name], here[name])


class Slips(Plain):
    FURTHER = 1.0

    def move(self, p, g, group):
        p.add_(g, alpha=-group["lr"] * self.FURTHER)


def test_a_rule_that_is_not_quite_the_optimizers_goes_astray_in_its_walk(monkeypatch):
    problem = Online(dtype=torch.float64)
    game = game_of(problem)
    reads = Reads([Slips([problem.x])], game, constant)
    walk(reads, Slips([problem.x]), [game, None])
    monkeypatch.setattr(Slips, "FURTHER", 1 + 1e-9)
    with pytest.raises(UnreadableError, match="after step 1 of a lockstep its x is"):
        walk(reads, Slips([problem.x]), [game, None])
