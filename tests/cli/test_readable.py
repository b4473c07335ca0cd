"""The table of what can be read."""

import json

import pytest

from breaking_adam.cli import readable
from breaking_adam.trials.readable import Row


def output(capsys, *words):
    assert readable.main([*words]) == 0
    return capsys.readouterr().out


@pytest.mark.slow
def test_a_row_says_read_or_eager_and_why(monkeypatch, capsys):
    monkeypatch.setattr("breaking_adam.trials.readable.ENOUGH", 0.01)
    monkeypatch.setattr("breaking_adam.trials.readable.EAGER", 0.01)
    names = (
        "torch.optim.NAdam",
        "torch.optim.Adafactor",
        "torch.optim.LBFGS",
        "odd_optimizers.Hoards",
        "odd_optimizers.RaisesWhenMade(lr=1)",
        "my_optimizers.NeedsGradient",
        "odd_optimizers.RaisesAfterTheWalk(lr=1)",
    )
    rows = json.loads(output(capsys, "--json", *names))["rows"]
    nadam, adafactor, lbfgs, hoards, never, needs, late = rows
    engines = ["read", "read", "eager", "read", "", "eager", "eager"]
    assert [row["engine"] for row in rows] == engines
    assert "no gradient" in needs["why"]
    assert "far too many" in late["why"]
    assert (nadam["replicas"], nadam["branches"], nadam["alone"]) == (True, 1, "")
    assert (adafactor["replicas"], adafactor["branches"]) == (False, 4)
    assert "linalg_vector_norm" in adafactor["alone"]
    assert "closure" in lbfgs["why"]
    assert "free lunch" in never["why"]
    for row in (nadam, adafactor, hoards):
        assert row["speedup"] == pytest.approx(1000 * row["eager_us"] / row["compiled_ns"])
        assert min(row["compiled_ns"], row["eager_us"], row["seconds"]) > 0
    assert set(nadam) == set(Row._fields)


@pytest.mark.slow
def test_the_table_fits_and_says_what_it_comes_to(capsys):
    text = output(capsys, "torch.optim.SGD(momentum=0.9)", "torch.optim.LBFGS")
    assert max(map(len, text.splitlines())) <= 80
    assert text.splitlines()[2].split()[:3] == ["SGD(momentum=0.9)", "read", "lanes"]
    assert "LBFGS: eager, as its step raises TypeError" in text
    assert "1 of 2 are read, 1 of them for lanes" in text


def test_by_default_it_is_torchs_classes_and_variants(monkeypatch, capsys):
    monkeypatch.setattr("breaking_adam.trials.readable.measure", lambda call: Row(str(call)))
    rows = json.loads(output(capsys, "--json"))["rows"]
    names = [row["optimizer"] for row in rows]
    assert {f"torch.optim.{name}" for name in ("ASGD", "NAdam", "SparseAdam")} <= set(names)
    assert names[-len(readable.VARIANTS) :] == [f"torch.optim.{v}" for v in readable.VARIANTS]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["adman"], "argument NAME: there is no optimizer 'adman' (did you mean adam"),
        (["sgd(1)"], "argument NAME: sgd takes keywords alone"),
        (["adam", "--zoo"], "argument --zoo: give names or --zoo, not both"),
    ],
)
def test_bad_input_is_one_line(words, message, capsys):
    with pytest.raises(SystemExit) as end:
        readable.main(words)
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_zoo_that_is_not_there_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(readable, "ZOO", "no_such_zoo")
    with pytest.raises(SystemExit):
        readable.main(["--zoo"])
    assert "pip install -c constraints.txt --no-deps" in capsys.readouterr().err
