"""Whatever the Python API is given, it says what is wrong with it, or what it builds runs."""

import contextlib
import inspect
import math
import re
import warnings

import pytest
import torch
import torchbearer as tb
from draws import SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from breaking_adam import (
    AMSGrad,
    Online,
    Stochastic,
    TensorBoard,
    average_regret,
    est,
    greedy_update,
    loss,
)
from breaking_adam.optimizers import Adam, AdamNC, WeightDecay
from breaking_adam.problems.heavy_tails import HeavyTails
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.power import Power
from breaking_adam.problems.pseudo_huber import PseudoHuber
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.problems.zero_slopes import ZeroSlopes
from breaking_adam.trials.build import build
from breaking_adam.trials.compiled import compiled

ODD = st.sampled_from(
    [None, "", "1", "½", "nan", b"1", [], (), {}, object(), 1j, 10**400, True, [0.9], (0.9, 0.99)]
)
EDGES = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 1e308, -1e308, 5e-324, 2**64])
REALS = st.floats() | EDGES | st.floats(0, 1) | st.integers(-3, 10**6) | ODD
COUNTS = st.integers(-2, 50) | EDGES | st.floats() | ODD
BOX = {
    "domain": st.tuples(REALS, REALS) | st.just((-1.0, 1.0)) | ODD,
    "x0": REALS,
    "first_step": COUNTS | st.sampled_from([10**12, 2**63]),
    "replicas": COUNTS,
    "dtype": st.sampled_from([None, torch.float32, torch.float64, torch.float16, torch.int64, "x"]),
}
SLOPES = {"large": REALS, "small": REALS}
SEEDS = COUNTS | st.just(2**64 - 1)
PIECES = {"n": COUNTS, "order": st.sampled_from(["random", "cyclic"]) | ODD, "seed": SEEDS}
PROBLEMS = {
    Online: {**SLOPES, "period": COUNTS, **BOX},
    Stochastic: {**SLOPES, "probability": REALS, "seed": SEEDS, **BOX},
    Parabolas: {
        **SLOPES,
        **dict.fromkeys(["large_at", "small_at"], REALS),
        **PIECES,
        **BOX,
    },
    PulledApart: {"a": REALS, **PIECES, **BOX},
    Power: {"k": COUNTS, "scale": REALS, **BOX},
    PseudoHuber: {"scale": REALS, "first": REALS, **BOX},
    HeavyTails: {"tail": REALS, "seed": SEEDS, **BOX},
    ZeroSlopes: {"period": COUNTS, **BOX},
}
ADAM = {
    "lr": REALS,
    "betas": st.tuples(REALS, REALS) | ODD,
    "eps": REALS,
    "weight_decay": REALS,
}
OPTIMIZERS = {
    Adam: ADAM,
    AMSGrad: ADAM,
    AdamNC: {key: ADAM[key] for key in ADAM if key in inspect.signature(AdamNC).parameters},
}


def some(arguments):
    """Any part of the arguments, the others left out: most draws are wrong in one place."""
    return st.fixed_dictionaries({}, optional=arguments).filter(lambda drawn: len(drawn) <= 3)


def made(make, arguments):
    """What comes of it, or None after an error that names an argument and its value."""
    try:
        return make(**arguments)
    except (ValueError, TypeError) as error:
        text = str(error)
        assert names_an_argument(text, arguments, usual(make)), f"{text!r} of {arguments}"
        return None


def usual(make):
    """The default of each argument, which the others may forbid."""
    defaults = {name: each.default for name, each in inspect.signature(make).parameters.items()}
    return {**defaults, "x0": (0.0, 0.5, 1.0, 2.0, 10.0)}  # a problem's own


def names_an_argument(text, arguments, defaults):
    """Whether the text begins with an argument's name and says what its value is."""
    given = {}
    for name, value in {**defaults, **arguments}.items():
        parts = value if isinstance(value, (tuple, list)) else ()
        given[name] = [value, *parts]
        if name == "betas":
            given |= {f"beta{i}": [part] for i, part in enumerate(parts, 1)}
    return any(
        re.fullmatch(rf"{name} must .*, got {re.escape(shown)}(: .*)?", text)
        for name, values in given.items()
        for value in values
        for shown in (str(value), repr(value))
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("large must be a finite number, got nan", True),
        ("large must be a finite number, got nan: give another", True),
        ("large must be a finite number, got inf", False),
        ("small must be a finite number, got nan", False),
        ("something is wrong with nan", False),
        ("beta2 must be below 1, got 1.5", True),
        ("beta1 must be below 1, got 1.5", False),
        ("betas must be two numbers, got 0.5", True),
        ("small must be below 3, got 2", True),
        ("small must be below 3, got 1", False),
        ("", False),
    ],
)
def test_a_message_that_names_no_argument_or_another_value_is_no_good(text, says):
    given = {"large": math.nan, "betas": (0.5, 1.5)}
    assert names_an_argument(text, given, {"large": 1, "small": 2}) is says


@contextlib.contextmanager
def quiet():
    """Overflow in a run with slopes of 1e308 is what was asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("kind", PROBLEMS)
def test_problems(kind):
    @SETTINGS
    @given(some(PROBLEMS[kind]))
    def check(arguments):
        problem = made(kind, arguments)
        if problem is not None:
            assert_plays(problem, torch.optim.SGD(problem.parameters(), lr=0.01))

    check()


@pytest.mark.slow
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_optimizers(kind):
    @SETTINGS
    @given(some(OPTIMIZERS[kind]))
    def check(arguments):
        problem = Online(dtype=torch.float64)
        optimizer = made(lambda **words: kind(problem.parameters(), **words), arguments)
        if optimizer is not None:
            assert_plays(problem, optimizer)

    check()


def assert_plays(problem, optimizer):
    """Both engines take ten steps, and x is in the domain or no number any more."""
    low, high = torch.tensor(problem.domain, dtype=problem.x.dtype)
    with quiet():
        for engine in ("eager", "auto"):
            build(problem, optimizer, engine=engine, steps=problem.steps + 10, every=3)[0].run()
            x = problem.x.detach()
            assert bool(((x >= low) & (x <= high) | x.isnan()).all())


@pytest.mark.slow
@SETTINGS
@given(some({"weight_decay": REALS, "weight_decouple": st.booleans(), "absolute": st.booleans()}))
def test_weight_decay(arguments):
    decay = made(WeightDecay, arguments)
    if decay is not None:
        problem = Online(dtype=torch.float64)
        assert_plays(problem, Adam(problem.parameters(), weight_decay=decay))


@SETTINGS
@given(some({"block": COUNTS, "until": COUNTS, "every": COUNTS}))
def test_compiled(arguments):
    closure = made(compiled, arguments)
    if closure is not None:
        problem = Online()
        trial = tb.Trial(
            problem,
            torch.optim.SGD(problem.parameters(), lr=0.01),
            loss,
            [est(), average_regret()],
            [greedy_update],
            verbose=0,
        )
        trial.with_closure(closure).for_train_steps(3).run()
        until, most = arguments.get("until"), 3 * arguments.get("block", 1000)
        assert problem.steps <= (most if until is None else min(most, until))
        assert problem.steps > 0 or until == 0


@SETTINGS
@given(some({"batch_step_size": COUNTS}))
def test_tensorboard(tmp_path_factory, arguments):
    place = tmp_path_factory.mktemp("logs")
    board = made(lambda **words: TensorBoard(place, **words), arguments)
    if board is not None:
        problem = Online()
        optimizer = torch.optim.SGD(problem.parameters(), lr=0.01)
        trial = tb.Trial(problem, optimizer, loss, [est()], [greedy_update, board], verbose=0)
        trial.for_train_steps(3).run()
        assert next(board.run_dir.glob("events*")).stat().st_size
