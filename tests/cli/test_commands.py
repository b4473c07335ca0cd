"""The commands as they are typed."""

import dataclasses
import json
import re
import sys

import pytest
from processes import done

from breaking_adam import OnlineSettings, Output, Settings, StochasticSettings, online, stochastic


def typed(*arguments, cwd):
    """Run ``python -m breaking_adam...`` as a process of its own, its output a pipe."""
    return done([sys.executable, "-m", *map(str, arguments)], cwd, text=True)


@pytest.mark.slow
def test_the_list_of_commands_comes_without_importing_torch(tmp_path):
    code = "import sys, runpy; runpy.run_module('breaking_adam', run_name='__main__')"
    check = f"{code}; sys.exit('torch' in sys.modules or 'numba' in sys.modules)"
    listed = done([sys.executable, "-c", check], tmp_path, text=True)
    assert listed.returncode == 0
    assert "python -m breaking_adam.online" in listed.stdout
    assert "torch.optim.NAdam" in listed.stdout


@pytest.mark.slow
def test_output_in_a_pipe_is_a_table_without_control_characters(tmp_path):
    ended = typed("breaking_adam.online", "--steps", "20_000", cwd=tmp_path)
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert all(c.isprintable() or c == "\n" for c in ended.stdout)
    lines = ended.stdout.splitlines()
    assert lines[0].split() == [
        "optimizer",
        "engine",
        "x_T",
        "R_T/T",
        "verdict",
        "seconds",
        "steps/s",
    ]
    assert lines[2].split()[:2] == ["adam", "compiled"]
    assert lines[3].split()[:2] == ["amsgrad", "compiled"]
    assert "tensorboard --logdir logs/online" in ended.stdout
    assert (tmp_path / "logs/online/online.png").stat().st_size > 10_000


def test_json_is_alone_on_standard_output_and_says_it_all(tmp_path, capsys):
    status = stochastic.main(
        [
            *("--steps", "3e4", "--json", "--logdir", str(tmp_path), "--seed", "5"),
            *("--optimizer", "amsgrad", "sgd", "--schedule", "inverse-sqrt", "--replicas", "3"),
        ]
    )
    assert status == 0
    result = json.loads(capsys.readouterr().out)
    assert result["problem"] == "stochastic"
    assert (result["steps"], result["seed"], result["replicas"]) == (30_000, 5, 3)
    assert [run["optimizer"] for run in result["runs"]] == ["amsgrad", "sgd"]
    run = result["runs"][0]
    assert set(run) >= {
        *("optimizer", "engine", "x", "average_regret", "verdict", "seconds", "logdir")
    }
    assert json.loads((tmp_path / "stochastic/summary.json").read_text()) == result


@pytest.mark.slow
def test_both_engines_and_any_optimizer_come_to_the_same_table(tmp_path, capsys):
    def run(*arguments):
        online.main(["--json", "--logdir", str(tmp_path), "--steps", "1500", *arguments])
        captured = capsys.readouterr()
        return json.loads(captured.out)["runs"], captured.err

    (compiled,), _ = run("--optimizer", "adam")
    (eager,), note = run("--optimizer", "adam", "--engine", "eager")
    assert (compiled["engine"], eager["engine"]) == ("compiled", "eager")
    assert eager["x"] == pytest.approx(compiled["x"], rel=1e-12)
    assert eager["average_regret"] == pytest.approx(compiled["average_regret"], rel=1e-12)
    assert note == ""

    (nadam,), note = run("--optimizer", "torch.optim.NAdam")
    (eager,), _ = run("--optimizer", "torch.optim.NAdam", "--engine", "eager")
    assert (nadam["engine"], eager["engine"]) == ("compiled (read)", "eager")
    assert nadam["x"] == pytest.approx(eager["x"], rel=1e-12)
    assert note == ""

    (late,), note = run("--optimizer", "odd_optimizers.RaisesOnceMore")
    assert late["engine"] == "eager"
    assert note.count("\n") == 1
    assert "RaisesOnceMore runs eagerly, as its step raises ArithmeticError: about" in note


@pytest.mark.slow
def test_a_run_that_cannot_be_read_any_more_says_so_once(tmp_path, capsys):
    words = ["--optimizer", "odd_optimizers.LosesItsWay", "--steps", "6000", "--log-every", "700"]
    assert online.main([*words, "--json", "--logdir", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    (run,) = json.loads(captured.out)["runs"]
    assert (run["engine"], run["steps"]) == ("eager", 6000)
    assert captured.err == (
        "LosesItsWay runs eagerly from step 5,000 on, as it draws random numbers (randn_like)\n"
    )


@pytest.mark.slow
def test_a_second_command_leaves_the_first_ones_results(tmp_path, capsys):
    for _ in range(2):
        online.main(["--steps", "1000", "--logdir", str(tmp_path)])
    capsys.readouterr()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["online", "online_2"]
    for directory in tmp_path.iterdir():
        assert {"online.png", "summary.json"} <= {p.name for p in directory.iterdir()}


@pytest.mark.slow
def test_the_suffix_chooses_the_format(tmp_path, capsys):
    for suffix, begin in ("svg", b"<?xml"), ("pdf", b"%PDF"):
        path = tmp_path / f"a.{suffix}"
        online.main(["--steps", "1000", "--logdir", str(tmp_path / "l"), "--figure", str(path)])
        assert path.read_bytes().startswith(begin)
    assert str(path) in capsys.readouterr().out


WRONG = [
    (["--steps", "-5"], "--steps"),
    (["--steps", "0"], "--steps"),
    (["--steps", "1.5"], "--steps"),
    (["--steps", "many"], "--steps"),
    (["--lr", "0"], "--lr"),
    (["--lr", "nan"], "--lr"),
    (["--lr", "inf"], "--lr"),
    (["--betas", "1.5", "0.9"], "--betas"),
    (["--betas", "0.9"], "--betas"),
    (["--betas", "0.9", "-1"], "--betas"),
    (["--eps", "-1"], "--eps"),
    (["--schedule", "cosine"], "--schedule"),
    (["--first-step", "-1"], "--first-step"),
    (["--engine", "jax"], "--engine"),
    (["--log-every", "0"], "--log-every"),
    (["--dtype", "float8"], "--dtype"),
    (["--seed", "-1"], "--seed"),
    (["--seed", "x"], "--seed"),
    (["--optimizer"], "--optimizer"),
    (["--optimizer", "adman"], "--optimizer"),
    (["--optimizer", "torch.optim.Nothing"], "--optimizer"),
    (["--optimizer", "no.such.module"], "--optimizer"),
    (["--optimizer", "os.getcwd"], "--optimizer"),
    (["--optimizer", "torch.pi"], "--optimizer"),
    (["--optimizer", "adam", "adman"], "--optimizer"),
    (["--figure", "x.doc"], "--figure"),
    (["--figure", "nowhere/x.png"], "--figure"),
    (["--logdir", "file/logs"], "--logdir"),
    (["--logdir", "/proc/logs"], "--logdir"),
    (["--step", "5"], "--step"),
]


@pytest.mark.parametrize(("arguments", "option"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_a_wrong_option_is_named_in_one_line_and_leaves_nothing(
    arguments, option, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    try:
        status = online.main(arguments)
    except SystemExit as leaving:
        status = leaving.code
    captured = capsys.readouterr()
    assert status == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert option in captured.err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--betas", "1.5", "0.9"], ["--optimizer", "adman"]])
def test_a_wrong_option_ends_the_process_with_status_2(arguments, tmp_path):
    ended = typed("breaking_adam.stochastic", *arguments, cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert arguments[0] in ended.stderr
    assert list(tmp_path.iterdir()) == []


PROBLEMS = {"online": OnlineSettings, "stochastic": StochasticSettings}


@pytest.mark.parametrize("command", PROBLEMS)
def test_help_explains_every_setting(command, monkeypatch, capsys):
    """Each in words of its own, below or beside its name."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as leaving:
        {"online": online, "stochastic": stochastic}[command].main(["--help"])
    assert leaving.value.code == 0
    _, *entries = re.split(r"\n  (?=-)", capsys.readouterr().out)
    told = {}
    for entry in entries:
        name, *words = re.split(r"\s{2,}", entry)
        own = " ".join(words).partition("(default: ")[0]
        told[name.split()[0].rstrip(",")] = own
    fields = [*dataclasses.fields(Settings), *dataclasses.fields(Output)]
    names = {field.name for field in (*fields, *dataclasses.fields(PROBLEMS[command]))}
    options = {f"--{name.replace('_', '-')}" for name in names - {"problem"}}
    assert told.keys() == {*options, "-h", "--resume", "--json"}
    assert all(len(words) > 10 for words in told.values())
    assert len(set(told.values())) == len(told)
