"""The stand's command: the matrix in a table, in JSON and on a page, and what it refuses."""

import json
from dataclasses import replace

import pytest
from made_up import made_up

from breaking_adam.cli import refusals, stand, stand_report
from breaking_adam.counterexamples import published, table
from breaking_adam.counterexamples.criteria import WORDS
from breaking_adam.counterexamples.shown import shown
from breaking_adam.grids import tile

#: Short, and with fewer seeds; all have one cost but the last.
SMALL = {
    name: replace(table.COUNTEREXAMPLES[name], steps=2500, seeds=seeds)
    for name, seeds in (("three_steps", 1), ("reddi_cycle", 1), ("reddi_random", 2))
}
FILES = {"summary.json", "stand.png", "stand.html", "stand.zarr"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A published matrix of Adam and AdamW that nobody has played."""
    path = tmp_path_factory.mktemp("made") / "published.zarr.zip"
    ds = made_up(["adam", "adamw"], list(SMALL.values()), lambda *_: 0 * _[-1] + 0.99)
    published.save(ds, path, SMALL)
    return path


@pytest.fixture
def small(made, monkeypatch):
    """Short problems, and that matrix."""
    monkeypatch.setattr("breaking_adam.counterexamples.verdicts.COUNTEREXAMPLES", SMALL)
    monkeypatch.setattr(published, "PATH", made)


def run(capsys, *arguments):
    """The command's output."""
    assert stand.main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_ones_own_optimizer_stands_beside_the_published(small, tmp_path, capsys):
    """Nothing of the published rows is played: they are where nobody's runs would be."""
    words = ["--optimizer", "sgd", "--logdir", tmp_path / "logs", "--json"]
    told = json.loads(run(capsys, *words))
    cells = {(cell["optimizer"], cell["problem"]): cell for cell in told["cells"]}
    rows = {name for name, _ in cells}
    assert rows == {"torch.optim.SGD", "torch.optim.Adam", "torch.optim.AdamW"}
    assert len(cells) == 9
    for cell in told["cells"]:
        assert set(cell) >= {"optimizer", "problem", "verdict", "solved", "best", "predicted"}
        assert set(cell["best"]) == {"alpha", "distance"}
        assert cell["verdict"] in WORDS
        assert cell["published"] == (cell["optimizer"] != "torch.optim.SGD")
    adam = cells["torch.optim.Adam", "reddi_cycle"]
    assert (adam["verdict"], adam["solved"]) == ("wrong point", 0)
    assert adam["best"] == {"alpha": 1.0, "distance": pytest.approx(1.99, rel=1e-3)}
    assert adam["predicted"] == "wrong point"
    assert cells["torch.optim.SGD", "three_steps"]["verdict"] == "solves"
    assert cells["torch.optim.SGD", "three_steps"]["predicted"] is None
    (directory,) = (tmp_path / "logs").iterdir()
    assert {path.name for path in directory.iterdir()} == FILES
    assert json.loads((directory / "summary.json").read_text()) == told


@pytest.mark.slow
def test_the_table_fits_and_says_where_the_theory_is_not_right(small, tmp_path, capsys):
    out = run(capsys, "--optimizer", "sgd", "adam", "--logdir", tmp_path / "logs")
    told, _, _ = out.partition("\nfigure:")
    assert max(map(len, told.splitlines())) <= 80
    letters, *rows = [line.split() for line in told.splitlines()[:5]]
    adam = next(row for row in rows if row[:2] == [">", "Adam"])
    assert any(row[0] == "AdamW" for row in rows)  # which nobody asked for
    place = letters.index("b")  # of reddi_cycle, the second problem
    assert adam[2 + place] == "x"
    plain = " ".join(told.split())
    assert "Adam solves 0 of 3 problems at one step size at least and on average 0% of" in plain
    assert "reddi_cycle, a rare large gradient, in a fixed order: wrong point; around" in plain
    theory = next(row for row in rows if row[:2] == ["in", "theory"])
    assert theory[2:][place] == "x"
    # Adam solves three_steps (the drift is −0.8), and nobody has played these runs.
    assert "torch.optim.Adam on three_steps at α = 0.5: solves in theory" in out.replace(
        "\n   ", ""
    )
    assert "played in" in out
    # Nothing is left to play of what is published.
    assert "played in" not in run(capsys, "--optimizer", "adam", "--logdir", tmp_path / "logs")


def test_a_problem_that_is_solved_at_a_single_step_size_is_told_so():
    """Three problems: at all step sizes, at one alone, and in a few seeds that do not count."""
    problems = [*SMALL.values()]

    def x_at(optimizer, one, factor, seed, part):
        solves = {
            "three_steps": True,
            "reddi_cycle": factor == 1,
            "reddi_random": seed == 0,
        }[one.name]
        return 0 * part + (-1.0 if solves else 0.99)

    one = shown(made_up(["sgd"], problems, x_at), ["torch.optim.SGD"])
    told = stand_report.as_text(one, SMALL)
    row = next(line.split() for line in told.splitlines() if line.startswith("> SGD"))
    assert sorted(row[2:]) == ["0", "9", "x"]  # 1 in 13 is below a tenth
    told = " ".join(told.split())
    share = (1 + 1 / 13 + 1 / 2) / 3
    assert (
        "SGD solves 2 of 3 problems at one step size at least (1 of them at a single one: "
        f"reddi_cycle) and on average {share:.0%} of a problem's runs, but not reddi_random" in told
    )


def test_alone_and_fewer_problems_and_a_file_of_it(small, tmp_path, capsys):
    words = ["--alone", "--optimizer", "sgd", "--problem", "reddi_cycle", "--json"]
    words += ["--logdir", tmp_path / "logs", "--save", tmp_path / "a.zarr.zip"]
    words += ["--page", tmp_path / "a.html", "--figure", tmp_path / "a.svg"]
    told = json.loads(run(capsys, *words))
    assert [(c["optimizer"], c["problem"]) for c in told["cells"]] == [
        ("torch.optim.SGD", "reddi_cycle")
    ]
    kept = published.load(tmp_path / "a.zarr.zip", {"reddi_cycle": SMALL["reddi_cycle"]})
    assert kept.attrs["command"].startswith("python -m breaking_adam.stand --alone --optimizer")
    assert kept.optimizer.values.tolist() == ["torch.optim.SGD"]
    assert "<html" in (tmp_path / "a.html").read_text()[:200]
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")


def test_a_row_joins_fewer_problems_with_fewer_seeds(small, tmp_path, capsys):
    words = ["--optimizer", "sgd", "--problem", "three_steps", "--json"]
    told = json.loads(run(capsys, *words, "--logdir", tmp_path / "logs"))
    assert {cell["problem"] for cell in told["cells"]} == {"three_steps"}
    assert len(told["cells"]) == 3
    assert {cell["runs"] for cell in told["cells"]} == {13}


@pytest.mark.slow
def test_a_stopped_command_goes_on_in_its_store(small, tmp_path, capsys, monkeypatch):
    words = ["--optimizer", "sgd", "--store", tmp_path / "runs", "--logdir", tmp_path / "logs"]
    first = json.loads(run(capsys, *words, "--json"))["cells"]
    assert {path.name for path in (tmp_path / "runs" / "torch.optim.SGD").iterdir()} == {
        f"{name}.zarr" for name in SMALL
    }
    monkeypatch.setattr(tile, "play", None)  # what is there is not played again
    assert json.loads(run(capsys, *words, "--json"))["cells"] == first


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--optimizer", "adma"], "argument --optimizer: there is no optimizer 'adma'"),
        (["--optimizer", "adam(lr=1)"], "argument --optimizer: torch.optim.Adam(lr=1): lr is"),
        (["--optimizer", "odd_optimizers.RaisesAtOnce"], "argument --optimizer: odd_optimizers"),
        (["--optimizer", "my_optimizers.NoClosure"], "argument --optimizer"),
        (["--problem", "reddi"], "argument --problem: invalid choice"),
        (["--zoo", "--optimizer", "adam"], "argument --zoo"),
        (["--zoo", "--scheduler", "tcp://10.0.0.1:1"], "argument --zoo"),
        (["--scheduler", "tcp://127.0.0.1:1"], "argument --scheduler: no cluster at"),
        (["--figure", "a.doc"], "argument --figure"),
        (["--page", "nowhere/a.html"], "argument --page: there is no directory 'nowhere'"),
        (["--save", "."], "argument --save: '.' cannot be written"),
        (["--store", ""], "argument --store: it has no name"),
        (["--store", "/proc/x/y"], "argument --store: nothing can be written in '/proc/x/y': No"),
        (["--store", "/dev/null"], "argument --store: nothing can be written in '/dev/null': Not"),
        (["--logdir", "/dev/null"], "argument --logdir"),
        (["--size", "9x9"], "argument --size"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(
    arguments, says, small, tmp_path, monkeypatch, capsys
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(refusals, "PATIENCE", 0.2)
    if "--optimizer" not in arguments:
        arguments = [*arguments, "--optimizer", "sgd"]
    with pytest.raises(SystemExit) as ended:
        stand.main(arguments)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert says in told.err
    assert not list((tmp_path / "here").iterdir())


def test_a_published_matrix_of_another_day_is_refused(small, monkeypatch, capsys):
    problem = replace(SMALL["reddi_cycle"], steps=2501)
    monkeypatch.setitem(SMALL, "reddi_cycle", problem)
    with pytest.raises(SystemExit):
        stand.main(["--optimizer", "sgd"])
    error = capsys.readouterr().err
    assert "of another reddi_cycle" in error
    assert "--alone" in error


def test_ctrl_c_says_what_was_reached_and_what_is_kept(small, tmp_path, monkeypatch, capsys):
    from breaking_adam.counterexamples import matrix

    real = matrix._play_one

    def stopped(one, *rest, **how):
        if one.name == "reddi_random":
            raise KeyboardInterrupt
        return real(one, *rest, **how)

    monkeypatch.setattr(matrix, "_play_one", stopped)
    words = ["--optimizer", "sgd", "--store", str(tmp_path / "runs")]
    with pytest.raises(SystemExit) as ended:
        stand.main([*words, "--logdir", str(tmp_path / "logs")])
    assert ended.value.code == 130
    assert capsys.readouterr().err.endswith(
        f"stand: stopped in reddi_random: the same command goes on in {tmp_path / 'runs'}\n"
    )
    assert len(list((tmp_path / "runs").glob("*/*"))) == 2
    assert not (tmp_path / "logs").exists()


@pytest.mark.slow
def test_a_store_of_another_day_is_refused_in_one_line(small, tmp_path, monkeypatch, capsys):
    words = ["--problem", "reddi_cycle", "--alone", "--store", str(tmp_path / "store")]
    words += ["--logdir", str(tmp_path / "logs")]
    run(capsys, "--optimizer", "sgd", *words)
    run(capsys, "--optimizer", "adam", *words)  # which has a place of its own there
    monkeypatch.setitem(SMALL, "reddi_cycle", replace(SMALL["reddi_cycle"], steps=2501))
    with pytest.raises(SystemExit):
        stand.main(["--optimizer", "adam", *words])
    (line,) = capsys.readouterr().err.strip().splitlines()[-1:]
    assert "argument --store: " in line
    assert "holds another grid: steps is 2500 there and 2501 here" in line
    assert len(list((tmp_path / "logs").iterdir())) == 2
