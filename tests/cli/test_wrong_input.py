"""Wrong input to every option of every command: one line, the right status, nothing left behind."""

import json
from pathlib import Path

import pytest
import torch
from odd_optimizers import LATE

from breaking_adam import (
    conformance,
    figure1,
    figure2,
    online,
    readable,
    stochastic,
    theorems,
    watch,
)

COMMANDS = {
    "online": online,
    "stochastic": stochastic,
    "watch": watch,
    "figure1": figure1,
    "figure2": figure2,
    "theorems": theorems,
    "conformance": conformance,
    "readable": readable,
}
NUMBERS = ["nan", "inf", "-inf", "1e999", "", "many", "-1", "1,5", "½", "0x10", "1 2"]
COUNTS = [*NUMBERS, "0", "1.5", "9" * 30, "9" * 5000]
SEEDS = [*NUMBERS, "1.5", "18446744073709551616", "9" * 5000]
REALS = [*NUMBERS, "--"]
PATHS = ["file/x", "/proc/x", "x" * 5000, "file"]
FIGURES = {
    **dict.fromkeys(["", "x", "file", "x.doc", "x.pgf", "file/x"], "ends in none of"),
    "nowhere/x.png": "there is no directory 'nowhere'",
    "file/x.png": "there is no directory 'file'",
    "x" * 5000 + ".png": "cannot be written: File name too long",
    "dir.png": "cannot be written",
    "/proc/no.png": "cannot be written",
}
OPTIMIZERS = [
    "",
    "adman",
    "ädam",
    "torch.optim.",
    ".Adam",
    "..optim.Adam",
    "torch.optim.Nothing",
    "no.such.module",
    "torch.nn.Linear",
    "torch.optim.Optimizer",
    "torch.optim.SparseAdam",
    "torch.pi",
    "os.getcwd",
    "builtins.dict",
    "antigravity\n.x",
    "odd_optimizers.NOT_ONE",
    "odd_optimizers.RaisesWhenMade",
    "odd_optimizers.RaisesAtOnce",
    "odd_optimizers.Hoards",
    "x" * 5000,
]
RUN = {
    "--optimizer": OPTIMIZERS,
    "--steps": COUNTS,
    "--lr": [*REALS, "0"],
    "--betas": ["nan 0.9", "0.9 1", "0.9", "a b", "-0.1 0.9", "0.9 inf", ""],
    "--eps": REALS,
    "--schedule": ["", "cosine", "ÿ"],
    "--first-step": SEEDS,
    "--engine": ["", "jax"],
    "--log-every": COUNTS,
    "--checkpoint-every": REALS,
    "--resume": ["", "nowhere", "file", "x" * 5000],
    "--logdir": PATHS,
    "--figure": list(FIGURES),
    "--dtype": ["", "float8", "int64"],
    "--seed": SEEDS,
    "--nonsense": ["", "1"],
}
TABLE = {
    "online": RUN,
    "stochastic": {**RUN, "--replicas": [*COUNTS, "10000001"]},
    "watch": {key: values for key, values in RUN.items() if key != "--first-step"},
    "figure1": {"--steps": COUNTS, "--seed": SEEDS, "--figure": list(FIGURES), "--logdir": PATHS},
    "figure2": {
        "--experiment": ["", "mnist", "cifarnet"],
        "--optimizer": ["", "amsgrad", "torch.optim.Adam"],
        "--data": ["nowhere", "file", "", "x" * 5000],
        **dict.fromkeys(["--iterations", "--seeds", "--search-seeds", "--per-decade"], COUNTS),
        "--points": COUNTS,
        "--workers": COUNTS,
        "--alphas": [*REALS, "0"],
        "--beta2": [*REALS, "1"],
        "--resume": ["", "nowhere", "file", "dir.png", "x" * 5000],
        "--figure": ["x.doc", "nowhere/x.png"],
        "--logdir": PATHS,
    },
    "theorems": {"--only": ["", "theorem-7"], "--figures": ["file", "nope"], "--logdir": PATHS},
    "conformance": {"--steps": [*COUNTS, "1000001"], "--seed": SEEDS},
}


def outcome(command, arguments):
    try:
        return COMMANDS[command].main(arguments)
    except SystemExit as leaving:
        return leaving.code


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "dir.png").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "option"), [(command, option) for command in TABLE for option in TABLE[command]]
)
@pytest.mark.slow
def test_one_line_names_the_option_and_nothing_is_left(command, option, place, capsys):
    name = ["quartic"] if command == "watch" and option != "--resume" else []
    for value in TABLE[command][option]:
        words = value.split(" ") if option == "--betas" else [value]
        assert outcome(command, [*name, option, *words]) == 2, value
        captured = capsys.readouterr()
        assert captured.out == "", value
        assert captured.err.count("\n") == 1, (value, captured.err)
        assert option in captured.err, (value, captured.err)
        assert sorted(path.name for path in place.iterdir()) == ["dir.png", "file"], value


@pytest.mark.parametrize("command", ["online", "figure1"])
@pytest.mark.parametrize("path", FIGURES)
def test_a_figure_is_refused_for_what_is_wrong_with_it(command, path, place, capsys):
    assert outcome(command, ["--figure", path]) == 2
    assert FIGURES[path] in capsys.readouterr().err


def test_compiled_is_refused_where_there_is_no_rule(place, capsys):
    words = ["--engine", "compiled", "--optimizer", "torch.optim.NAdam"]
    assert outcome("online", words) == 2
    assert "argument --engine: torch.optim.NAdam has no written rule" in capsys.readouterr().err
    assert not (place / "logs").exists()


@pytest.mark.parametrize(
    ("optimizer", "reason"),
    [
        ("my_optimizers.IgnoresClosure", "begin it with loss = closure()"),
        ("adam(lr=1e999)", "lr must be a number"),
        ("my_optimizers.NeedsGradient --lr 1", "argument --lr: 1 is taken by none of my_opt"),
        ("adam amsgrad --betas 0.9 0.99 0.999", "--betas: 0.9 0.99 0.999 is taken by none of adam"),
        ("my_optimizers.NeedsGradient --schedule inverse-sqrt", "has no lr that a schedule could"),
        ("adam(betas=(0.9, 1e999))", "betas must be a number"),
    ],
)
def test_what_no_run_could_begin_with_is_refused(optimizer, reason, place, capsys):
    words = [optimizer] if "(" in optimizer else optimizer.split()
    assert outcome("online", ["--optimizer", *words]) == 2
    assert reason in capsys.readouterr().err
    assert not (place / "logs").exists()


@pytest.mark.slow
def test_what_some_optimizers_do_not_take_is_told(place, capsys):
    words = ["--optimizer", "adam", "sgd", "my_optimizers.Three", "sgd(momentum=0.5)"]
    assert outcome("online", [*words, "--betas", "0.5", "0.6", "--steps", "300"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("--betas leaves out sgd, my_optimizers.Three, sgd(momentum=0.5): ")


@pytest.mark.slow
def test_a_step_that_needs_a_gradient_runs_eagerly_and_says_why(place, capsys):
    words = ["--optimizer", "my_optimizers.NeedsGradient", "--steps", "300"]
    assert outcome("online", words) == 0
    captured = capsys.readouterr()
    assert "runs eagerly, as its step raises AttributeError" in captured.err
    assert "where a parameter has no gradient" in captured.err
    assert "with hyperparameters of its own" in captured.out


def test_hyperparameters_that_are_no_numbers_are_done_without(place, capsys):
    words = ["--optimizer", "my_optimizers.NoNumbers", "--steps", "300", "--json"]
    assert outcome("online", words) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert run["hyperparameters"]["lr"] is None


def test_a_log_directory_that_links_to_nothing_is_refused(place, capsys):
    Path("nowhere").symlink_to("gone")
    assert outcome("online", ["--steps", "300", "--logdir", "nowhere"]) == 2
    assert "argument --logdir: cannot make a directory in 'nowhere'" in capsys.readouterr().err


def test_a_path_that_is_no_text_can_be_used(place, capsys):
    name = b"\xff\xfe logs".decode(errors="surrogateescape")
    words = ["--steps", "2000", "--optimizer", "adam", "--logdir", name]
    assert outcome("online", words) == 0
    assert json.loads((place / name / "online/summary.json").read_text())["logdir"] == name
    assert outcome("online", ["--resume", f"{name}/online"]) == 0
    capsys.readouterr()


@pytest.mark.slow
def test_an_optimizer_that_raises_in_mid_run_is_named_with_the_step(place, capsys):
    words = ["--optimizer", "adam", "odd_optimizers.RaisesLate", "--steps", "2000"]
    assert outcome("online", [*words, "--log-every", "100"]) == 1
    captured = capsys.readouterr()
    line = captured.err.splitlines()[-1]
    assert f"odd_optimizers.RaisesLate failed in step {LATE}: ArithmeticError: one too many" in line
    assert "safe in logs/online: adam to step 2,000" in line
    assert "adam" in captured.out.splitlines()[2]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["eager", "compiled"])
@pytest.mark.parametrize("command", ["online", "stochastic"])
def test_nan_is_a_verdict_that_names_the_step(engine, command, place, capsys):
    words = ["--optimizer", "odd_optimizers.Poisoned", "adam", "--steps", "1500"]
    words += ["--engine", engine, "--log-every", "200", "--json"]
    assert outcome(command, words) == 0
    result = json.loads(capsys.readouterr().out)
    poisoned, adam = result["runs"]
    assert poisoned["verdict"] == "diverged"
    assert f"step {LATE}" in poisoned["reason"]
    assert (poisoned["steps"], poisoned["x"]) == (LATE, None)
    assert adam["steps"] == 1500
    again = outcome(command, ["--resume", f"logs/{command}", "--json"])
    assert (again, json.loads(capsys.readouterr().out)) == (0, result)


@pytest.mark.slow
def test_lbfgs_which_evaluates_again_ends_where_a_loop_of_torch_does(place, capsys):
    words = ["--optimizer", "torch.optim.LBFGS", "--steps", "150", "--lr", "1e-4", "--json"]
    assert outcome("online", words) == 0
    run = json.loads(capsys.readouterr().out)["runs"][0]
    assert (run["engine"], run["steps"]) == ("eager", 150)

    x = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    lbfgs = torch.optim.LBFGS([x], lr=1e-4)
    for t in range(1, 151):
        slope = 1010.0 if t % 101 == 1 else -10.0

        def closure(slope=slope):
            lbfgs.zero_grad()
            cost = (slope * x).sum()
            cost.backward()
            return cost

        lbfgs.step(closure)
        x.data.clamp_(-1, 1)
    assert run["x"] == pytest.approx(x.item(), rel=1e-12)
    assert abs(run["x"]) < 1  # no bound has put it there


def test_huge_values_in_range_are_run(place, capsys):
    words = ["--lr", "1e308", "--eps", "1e308", "--steps", "1000", "--first-step", str(10**12)]
    assert outcome("online", [*words, "--json", "--seed", str(2**64 - 1)]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 2


@pytest.mark.slow
def test_a_large_log_is_announced(place, capsys, monkeypatch):
    from breaking_adam.runs import play

    monkeypatch.setattr(play, "LARGE_LOG", 100_000)
    words = ["--optimizer", "adam", "--steps", "3000", "--log-every", "1", "--json"]
    assert outcome("online", words) == 0
    err = capsys.readouterr().err
    log = next(place.glob("logs/online/*/events*")).stat().st_size
    said = float(err.split("will be ")[1].split(" kB")[0]) * 1000
    assert said == pytest.approx(log, rel=0.03)
    assert "3,000 points" in err
