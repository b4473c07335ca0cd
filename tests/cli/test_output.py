"""What comes out: JSON alone, any encoding, closed streams, tables that fit."""

import json
import sys

import processes
import pytest

from breaking_adam import online
from breaking_adam.cli.report import as_table
from breaking_adam.cli.table import table
from breaking_adam.runs.attempt import Result

SHORT = "--steps 3000 --log-every 100 --optimizer adam"


def shell(line, cwd, **environment):
    """A command line run by the shell, with its streams as it has them."""
    return processes.done(line.replace("python", sys.executable), cwd, shell=True, env=environment)


@pytest.mark.slow
def test_json_is_alone_though_an_optimizer_prints(tmp_path):
    words = "--json", "--steps", 20, "--optimizer", "my_optimizers.Prints"
    process = processes.Command(tmp_path, "online", *words)
    assert process.wait() == 0, process.err
    assert json.loads(process.out)["runs"][0]["optimizer"] == "my_optimizers.Prints"
    assert "stepping" in process.err


@pytest.mark.slow
def test_a_closed_standard_error_is_no_failure(tmp_path):
    line = f"python -m breaking_adam.online {SHORT} --json --engine eager 2>&-"
    done = shell(line, tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["complete"]
    done = shell("python -m breaking_adam.online --steps 0 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")


def test_an_encoding_without_greek_letters_gets_words(tmp_path):
    for encoding in ("ascii", "latin-1"):
        done = shell("python -m breaking_adam.online --help", tmp_path, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert "the step size alpha" in done.stdout.decode(encoding)
        line = f"python -m breaking_adam.online {SHORT} --betas 1"
        done = shell(line, tmp_path, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


LONG = "torch.optim.SGD(lr=0.1, momentum=0.9, nesterov=True)"


def result(optimizer, verdict="best point at a price", worst=0.2):
    used = {"lr": 0.1, "betas": [0.9, 0.99], "eps": 1e-8}
    numbers = {"steps": 10**12, "x": -1.0, "average_regret": 123456.7, "seconds": 123456.7}
    numbers |= {"distance": 0.0, "worst_average_regret": worst}
    return Result(
        optimizer=optimizer,
        engine="compiled",
        verdict=verdict,
        reason="it is so " * 20,
        steps_per_second=2e8,
        logdir="",
        hyperparameters=used,
        **numbers,
    )


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_table_fits_its_columns(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    text = as_table([result("adam"), result(LONG), result("x.y.Z" * 30)])
    assert max(map(len, text.splitlines())) <= columns
    for word in ("adam", "R_T/T", "best point at a price", "lr 0.1, betas 0.9 0.99, eps 1e-08"):
        assert word in text
    assert columns < 120 or "seconds" in text


def test_columns_are_dropped_in_their_order_and_only_where_it_takes_that():
    def headers(columns):
        spare = ["ccc", "bbb"]
        rows = [["1", "2", "3"]]
        return table(rows, ["aaa", "bbb", "ccc"], "lrr", spare=spare, columns=columns).split()[:3]

    assert headers(20) == ["aaa", "bbb", "ccc"]
    assert headers(12)[:2] == ["aaa", "bbb"]
    assert "ccc" not in headers(12)
    assert not {"bbb", "ccc"} & set(headers(6))


def test_numbers_are_never_broken():
    rows = [["C = 3, β2 = 0.1234, α = 0.474/√t and AMSGrad(optimized_update=False)", "1"]]
    words = table(rows, ["construction", "x"], "lr", columns=24).split()
    assert {"0.1234,", "0.474/"} <= set(words) or {"0.1234,", "0.474/√t"} <= set(words)
    assert "AMSGrad(" in words


def test_all_faulty_names_are_told_at_once_and_the_same_twice_is_refused(tmp_path, capsys):
    words = ["--logdir", str(tmp_path / "logs"), "--optimizer"]
    assert online.main([*words, "adman", "adam", "torch.optim.Nadam", "sgd(momentun=1)"]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    for meant in ("adam", "NAdam", "momentum"):
        assert meant in line.split("did you mean", 1)[1]
    for twice in (["adam", "adam"], ["adam(lr=0.1)", "adam( lr=1e-1 )"], ["adam", "adam()"]):
        with pytest.raises(SystemExit) as leaving:
            online.main([*words, *twice])
        assert leaving.value.code == 2
        assert "twice" in capsys.readouterr().err
    assert not (tmp_path / "logs").exists()


@pytest.mark.slow
def test_every_constant_of_the_problem_can_be_typed(tmp_path, capsys):
    """Theorem 2's problem mirrored, on [-2, 3]: the mean slope is -(5 - 4)/5, the width 5."""
    words = "--large -5 --small 1 --period 5 --x0 -.5 --domain -2 3e0 --steps 5000 --log-every 100"
    words += f" --name mine --logdir {tmp_path} --optimizer adam sgd(lr=1e-9) --json"
    assert online.main(words.split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["domain"] == [-2, 3]
    sgd = found["runs"][1]
    assert sgd["x"] == pytest.approx(-0.5, abs=1e-5)
    # Staying at −0.5 costs 1/5 for each of the 3.5 to x* = 3.
    assert sgd["average_regret"] == pytest.approx(3.5 / 5, abs=1e-5)
    assert found["directory"] == str(tmp_path / "mine")
    svg = ["--large", "4", "--figure", str(tmp_path / "a.svg"), "--logdir", str(tmp_path)]
    assert online.main([*svg, "--steps", "2000"]) == 0
    assert "large 4" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.slow
def test_size_and_dpi_are_the_pictures(tmp_path, capsys):
    def pixels(*words):
        path = tmp_path / "a.png"
        online.main(["--steps", "2000", "--figure", str(path), "--logdir", str(tmp_path), *words])
        return tuple(int.from_bytes(path.read_bytes()[i : i + 4], "big") for i in (16, 20))

    assert pixels()[0] >= 1600
    assert pixels("--size", "800x400", "--dpi", "150") == (800, 400)


@pytest.mark.slow
def test_labmls_experiment_ends_near_the_best_point_at_a_price_that_stays(tmp_path, capsys):
    words = ["--steps", "1e7", "--lr", "0.01", "--first-step", "0", "--logdir", str(tmp_path)]
    assert online.main([*words, "--json"]) == 0
    adam, amsgrad = json.loads(capsys.readouterr().out)["runs"]
    assert adam["verdict"] == "worst point"
    assert amsgrad["verdict"] == "best point at a price"
    assert amsgrad["x"] == pytest.approx(-0.954, abs=1e-3)
    assert amsgrad["average_regret"] == pytest.approx(0.330, abs=1e-3)
    assert "not falling" in amsgrad["reason"]
