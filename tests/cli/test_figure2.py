"""The command figure2 as a whole: on a tiny set, its JSON, stopped, carried on, and refused."""

import json
import re
import signal
import sys
from functools import partial

import numpy as np
import pytest
from mnist_files import write_mnist
from processes import Command, wait_for

from breaking_adam import figure2
from breaking_adam.cli import figure2_report as report
from breaking_adam.networks import execution, request
from breaking_adam.networks.figure2 import Outcome
from breaking_adam.networks.request import request as asked
from breaking_adam.networks.results import Pair, Row
from breaking_adam.networks.search import Plan
from breaking_adam.networks.settings import Settings
from breaking_adam.runs.fields import SettingError

TINY = ["--seeds", "2", "--per-decade", "1", "--beta2", "0.99", "--workers", "2"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(write_mnist(tmp_path_factory.mktemp("mnist"), train=200, test=40))


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    """A run's directory, and what it printed."""
    place = tmp_path_factory.mktemp("figure2")
    process = Command(
        place, "figure2", *TINY, "--data", data, "--iterations", "20", "--figure", "f.svg"
    )
    assert process.wait() == 0, process.err
    return place / "logs" / "figure2", process.out


@pytest.mark.slow
def test_json_holds_the_pairs(run, capsys):
    directory, _ = run
    assert figure2.main(["--resume", str(directory), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((directory / "summary.json").read_text())
    cells = {(p["experiment"], p["beta2"], p["order"], p["split"]) for p in told["pairs"]}
    assert cells == {
        (experiment, 0.99, order, split)
        for experiment in ("logistic", "network")
        for order in ("none", "after_max", "before_max")
        for split in ("train", "test")
    }
    for pair in told["pairs"]:
        difference = np.subtract(pair["amsgrad"], pair["adam"])
        assert pair["seeds"] == len(difference) == 2
        assert pair["difference"] == pytest.approx(difference.mean())
        assert pair["sd"] == pytest.approx(difference.std(ddof=1))
        assert pair["seeds_agreeing"] == sum(np.sign(difference) == np.sign(difference.mean()))
        assert {type(pair[key]) for key in ("alpha_adam", "alpha_amsgrad")} == {float}
        assert type(pair["at_edge"]) is bool
    assert {(c["experiment"], c["split"]) for c in told["controls"]} == {
        ("network", "train"),
        ("network", "test"),
    }
    assert (told["eps"], told["demonstration"]) == (1e-8, False)


@pytest.mark.slow
def test_the_table_fits_and_says_what_it_is_of(run):
    directory, out = run
    table, *_ = out.partition("\nfigure:")  # whose path is as long as it is
    assert max(map(len, table.splitlines())) <= 80
    for words in (
        "20 iterations of 128 images, 2 seeds",
        "ε is 1e-08",
        "Adam, α/√t",
        "paired by seed",
        "AMSGrad (optax) − Adam",
        "Adam, α/√t − Adam",
    ):
        assert words in out
    assert "demonstration" not in out
    picture = (directory.parents[1] / "f.svg").read_text()
    for words in "training loss", "test loss", "AMSGrad (paper)", "iteration":
        assert words in picture


def told_of(rows=(), pairs=(), alphas=()):
    """The lines about an experiment that came to that."""
    plan = Plan("network", beta2=(0.99,), alphas=alphas)
    outcome = Outcome(plan, [], None, list(rows), list(pairs), [])
    return report.text(Settings((plan,), "somewhere", {}), [outcome])


def test_an_alpha_at_the_edge_of_its_grid_is_said_to_be():
    def rows(name, at_edge):
        common = {"loss": 0.5, "loss_sd": 0.1, "accuracy": 0.9, "accuracy_sd": 0.1, "seeds": 3}
        return [
            Row("network", name, 0.99, split, alpha, at_edge, **common)
            for split, alpha in (("train", 0.01), ("test", 0.001))
        ]

    told = told_of([*rows("adam", False), *rows("amsgrad-none", True)])
    assert re.search(r"Adam +0\.01 .* 0\.001 ", told)
    assert re.search(r"AMSGrad \(paper\) +0\.01\* .* 0\.001\* ", told)
    assert "* This α is at the edge of its grid" in told
    assert "edge" not in told_of(rows("adam", False))


def test_an_alpha_that_was_not_looked_for_is_called_no_best_one():
    for alphas, is_best in ((), True), ((0.1, 0.2), True), ((0.1,), False):
        told = " ".join(told_of(alphas=alphas).split())
        assert ("Each α is the best of its grid" in told) is is_best
        assert ("no better one was looked for" in told) is not is_best


def test_better_is_what_every_seed_says():
    def pair(split, difference, agreeing):
        return Pair("network", 0.99, "none", split, [], [], difference, 0.1, 5, agreeing, 1, 1, 0)

    for difference, agreeing, word in (-1, 5, "AMSGrad"), (1, 5, "Adam"), (-1, 4, "undecided"):
        told = told_of(pairs=[pair("train", difference, agreeing)])
        assert re.search(rf"AMSGrad \(paper\) − Adam +train .*{agreeing} of 5 +{word}$", told, re.M)


@pytest.mark.slow
def test_a_run_carried_on_keeps_its_settings_and_its_images(run, data, capsys, tmp_path):
    directory, _ = run
    with pytest.raises(SystemExit, match="2"):
        figure2.main(["--resume", str(directory), "--seeds", "3"])
    assert "--seeds: a resumed run keeps its own settings" in capsys.readouterr().err
    settings = json.loads((directory / "settings.json").read_text())
    settings["digests"]["mnist"] = "0" * 16
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    with pytest.raises(SystemExit, match="2"):
        figure2.main(["--resume", str(tmp_path)])
    assert "are not those it began with" in capsys.readouterr().err


@pytest.mark.slow
def test_ctrl_c_tells_how_to_carry_on_and_the_numbers_are_the_same(run, data, tmp_path):
    directory, _ = run
    words = [*TINY, "--data", data, "--iterations", "20", "--experiment", "logistic"]
    process = Command(tmp_path, "figure2", *words)
    wait_for((tmp_path / "logs/figure2/results.zarr/logistic/report").exists)
    process.send(signal.SIGINT)
    assert process.wait() == 130
    told = process.err.splitlines()
    assert told[-2] == "to carry on: python -m breaking_adam.figure2 --resume logs/figure2"
    assert told[-1].startswith("python -m breaking_adam.figure2: stopped in logistic: what it had")
    second = Command(tmp_path, "figure2", "--resume", "logs/figure2")
    assert second.wait() == 0, second.err
    summaries = [
        json.loads((where / "summary.json").read_text())
        for where in (directory, tmp_path / "logs/figure2")
    ]
    for key in "rows", "pairs":
        whole, again = (
            [each for each in summary[key] if each["experiment"] == "logistic"]
            for summary in summaries
        )
        assert again == whole


def test_without_data_it_is_a_demonstration():
    settings = asked()
    assert settings.data is None
    assert [plan.experiment for plan in settings.plans] == ["logistic", "network"]
    assert {plan.iterations for plan in settings.plans} == {request.SHORT["iterations"]}


def test_with_data_it_is_the_papers_experiment(data):
    plans = asked(data=data).plans
    assert {(p.iterations, p.per_decade, p.seeds, p.batch) for p in plans} == {(5000, 4, 5, 128)}


def test_optimizers_are_chosen(data):
    (plan,) = asked(["network"], data=data, optimizer=["amsgrad-none", "adam-none"]).plans
    assert plan.compared == ("amsgrad-none", "adam-none")
    assert {each.algorithm for each in plan.search()} == set(plan.compared)


def test_a_download_goes_to_the_cache(monkeypatch, data, tmp_path):
    write_mnist(tmp_path / "mnist", train=30, test=20)
    monkeypatch.setattr(request.images, "download", lambda name: tmp_path / name)
    assert asked(download=True).data == str(tmp_path)
    with pytest.raises(SettingError, match="says already where"):
        asked(download=True, data=data)


@pytest.mark.slow
def test_two_at_once_are_refused(run, capsys):
    import os

    from breaking_adam.support import files

    directory, _ = run
    lock = files.claim(directory)
    try:
        assert figure2.main(["--resume", str(directory)]) == 1
    finally:
        os.close(lock)
    assert "is being run by another process; to carry on:" in capsys.readouterr().err


def test_no_cluster_is_said_before_anything_is_made(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(execution, "connect", partial(execution.connect, patience=0.2))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        figure2.main(["--scheduler", "tcp://127.0.0.1:9"])
    assert "--scheduler: no Dask scheduler answers at 'tcp://127" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_the_extra_packages_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(SystemExit, match="2"):
        figure2.main([])
    assert "pip install -c constraints.txt -e '.[data,grid]'" in capsys.readouterr().err
