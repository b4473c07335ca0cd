"""``python -m breaking_adam.watch``: one run on any counterexample, or on a problem as spelled."""

import json
import subprocess
import sys

import pytest

from breaking_adam import load, play, watch, watched
from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.problems.names import call_of
from breaking_adam.runs.fields import SettingError
from breaking_adam.runs.output import Output
from breaking_adam.runs.problem_settings import WatchSettings
from breaking_adam.runs.rehearsal import make_problem
from breaking_adam.runs.stored import from_json, to_json


def run(capsys, *words):
    assert watch.main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_help_lists_every_counterexample_in_a_line_and_imports_nothing_heavy():
    code = (
        "import sys\nfrom breaking_adam.watch import main\n"
        "try:\n    main(['--help'])\nfinally:\n"
        "    heavy = {'torch', 'numba', 'matplotlib', 'numpy'} & set(sys.modules)\n"
        "    print(*heavy, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    lines = done.stdout.splitlines()
    for name, one in COUNTEREXAMPLES.items():
        (line,) = (line for line in lines if line.startswith(f"  {name} "))
        assert line.endswith(one.title)
        assert len(line) <= 80


@pytest.mark.slow
def test_a_counterexample_is_run_as_it_is_played(tmp_path, capsys):
    found = run(capsys, "quartic", "--optimizer", "adam", "--logdir", str(tmp_path))
    assert (found["problem"], found["call"]) == ("quartic", "power")
    assert (found["steps"], found["lr"], found["schedule"]) == (100_000, 1e-3, "constant")
    (adam,) = found["runs"]
    assert adam["verdict"] == "best point"
    # ε = 1e-8 ends in descent: √(ε/(2αT)).
    assert adam["distance"] == abs(adam["x"]) == pytest.approx(7.07e-6, rel=0.05)
    assert adam["worst_average_regret"] is None
    assert adam["reason"].startswith("x stays at 0, |x − x*| ≤ ")
    place = tmp_path / "quartic"
    assert (place / "quartic.png").stat().st_size > 10_000
    assert (place / "Power_adam").is_dir()


@pytest.mark.slow
def test_where_no_price_tells_the_table_shows_the_distance(tmp_path, capsys):
    words = ("--optimizer", "sgd", "--steps", "3000", "--logdir", str(tmp_path))
    for name, score in ("heavy", "|x_T-x*|"), ("lopsided", "|x_T-x*|"), ("reddi_cycle", "R_T/T"):
        assert watch.main([name, *words]) == 0
        assert score in capsys.readouterr().out.splitlines()[0]


def test_what_is_typed_goes_before_the_problems_own(tmp_path, capsys):
    typed = ("--steps", "500", "--lr", "0.25", "--schedule", "late-inverse-sqrt", "--seed", "7")
    found = run(
        capsys, "lopsided", "--optimizer", "torch.optim.Adam", *typed, "--logdir", str(tmp_path)
    )
    assert (found["steps"], found["lr"], found["seed"]) == (500, 0.25, 7)
    assert found["schedule"] == "late-inverse-sqrt"
    (adam,) = found["runs"]
    # The class's own decays, and the step size that was typed.
    assert adam["hyperparameters"]["betas"] == [0.9, 0.999]
    assert adam["hyperparameters"]["lr"] == 0.25


def test_a_problem_is_what_it_is_spelled_as(tmp_path, capsys):
    words = ("--optimizer", "sgd(lr=0.5)", "--steps", "30", "--logdir", str(tmp_path))
    found = run(capsys, "power(k=2, scale=1.5, x0=-2.0)", *words, "--log-every", "1")
    assert (found["problem"], found["counterexample"]) == ("power", None)
    assert found["schedule"] == "constant"
    # x falls by a factor of 1 − 0.75 a step.
    assert found["runs"][0]["x"] == pytest.approx(-2 * 0.25**30, rel=1e-12, abs=0)


def test_replicas_have_a_median_and_a_band(tmp_path, capsys):
    words = ("--optimizer", "adam", "--steps", "2000", "--logdir", str(tmp_path))
    found = run(capsys, "eleven_random", *words, "--replicas", "7")
    assert found["replicas"] == 7
    ds = load(tmp_path / "eleven_random")
    assert {"x_q25", "distance", "distance_q75"} <= set(ds)
    assert (ds.distance >= abs(ds.x) - 1e-12).all()  # a median of sizes, and the size of a median
    assert ds.distance[-1] == found["runs"][0]["distance"]


@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_the_settings_make_the_counterexample_again(name):
    one = COUNTEREXAMPLES[name]
    settings = watched(name, seed=3)
    assert (settings.steps, settings.lr) == (one.steps, one.alpha)
    output = Output()
    assert from_json(json.loads(json.dumps(to_json(settings, output)))) == (settings, output)
    made = make_problem(settings.problem)
    takes_seed = "seed" in one.problem().settings
    expected = one.problem(seed=3) if takes_seed else one.problem()
    assert repr(made) == repr(expected)
    assert made.constants == expected.constants
    assert made.x.item() == expected.x.item()
    assert settings.problem.nearness == one.near
    assert call_of(made) == call_of(expected)


def test_from_python_it_is_the_same(tmp_path):
    settings = watched("bowl", optimizer=["torch.optim.RMSprop"], steps=20_000)
    (result,) = play(settings, Output(logdir=str(tmp_path))).runs
    # The 2-cycle is near for the usual 5%, and not for what is near here.
    assert result.distance == pytest.approx(0.005, rel=1e-4)
    assert result.verdict == "undecided"
    assert result.reason.startswith("x stays off 0, from ")


@pytest.mark.slow
def test_who_runs_off_has_diverged(tmp_path):
    settings = watched("pulled_apart", optimizer=["adam(betas=(0.0, 0.5))"])
    (result,) = play(settings, Output(logdir=str(tmp_path))).runs
    assert result.verdict == "diverged"
    assert result.reason.startswith("x goes away from -2: it was ")
    assert result.x > 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "argument NAME: give a counterexample or a problem to watch"),
        ([""], "argument NAME: '' is none of three_steps, "),
        (["nonsense"], "argument NAME: 'nonsense' is none of three_steps, "),
        (["os.getcwd"], "argument NAME: 'os.getcwd' is none of "),
        (["power(k=5)"], "argument NAME: power(k=5): k must be even, got 5"),
        (["power(foo=1)"], "argument NAME: power(foo=1): "),
        (["power(4)"], "argument NAME: power takes keywords alone"),
        (["power(k=4"], "argument NAME: 'power(k=4' is no call"),
        (["heavy_tails(seed=3)"], "argument NAME: heavy_tails has no seed: it is one for all"),
        (["online(domain=None)"], "argument NAME: online(domain=None): domain must be bounded"),
        (["quartic", "--x0", "1"], "unrecognized arguments: --x0"),
        (["quartic", "--replicas", "0"], "argument --replicas: 0 is not from 1"),
        (["quartic", "--resume", "logs"], "argument NAME: a resumed run keeps its own settings"),
    ],
)
def test_wrong_input_is_one_line_and_leaves_nothing(words, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        status = watch.main(words)
    except SystemExit as leaving:
        status = leaving.code
    assert status == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert says in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_run_of_another_command_is_not_carried_on(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    play(watched("scale_one", steps=100, optimizer=["sgd"]))
    from breaking_adam import online

    for door, other in (online, "logs/scale_one"), (watch, None):
        if other is None:
            online.main(["--steps", "100", "--optimizer", "sgd"])
            other, expected = "logs/online", "python -m breaking_adam.online"
        else:
            expected = "python -m breaking_adam.watch"
        capsys.readouterr()
        with pytest.raises(SystemExit):
            door.main(["--resume", other])
        assert f"is a run of {expected}" in capsys.readouterr().err


def test_what_a_watched_problem_needs_is_said_by_its_settings():
    with pytest.raises(SettingError, match="near: "):
        WatchSettings(call="power", near=0.0)
    with pytest.raises(SettingError, match="is none of"):
        watched("nothing")
    with pytest.raises(SettingError, match="steps: "):
        watched("bowl", steps=0)
