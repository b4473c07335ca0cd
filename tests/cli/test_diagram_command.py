"""The command that draws phase diagrams: published ones, one's own, and what it refuses."""

import json

import pytest

from breaking_adam.cli import diagram, refusals
from breaking_adam.grids import tile

OWN = [
    *("--problem", "online(large=C, small=-1, period=C)"),
    *("--optimizer", "rmsprop(alpha=beta2, lr=1, eps=0)", "adam(lr=1, betas=(0, beta2))"),
    *("--x", "C=2:12:3", "--y", "beta2=0.5:0.999:4:log1m"),
]


def run(*arguments):
    assert diagram.main([*map(str, arguments)]) == 0


@pytest.mark.slow
def test_a_diagram_of_ones_own_is_drawn_and_told(tmp_path, capsys):
    run(*OWN, "--steps", 20_000, "--json", "--logdir", tmp_path)
    told = json.loads(capsys.readouterr().out)
    assert told["steps"] == 20_000
    assert told["y"] == "β2"
    rmsprop, adam = told["panels"]
    assert rmsprop["cells"] == [3, 4]
    # 1 − β2 is 0.5, 0.063, 0.0079, 0.001, and the edge 4/C² is 1, 0.08, 0.028: three are beyond.
    assert rmsprop["wrong"] == adam["wrong"] == 3 / 12
    assert rmsprop["agreement"] is None
    (directory,) = tmp_path.iterdir()
    assert {p.name for p in directory.iterdir()} == {"summary.json", "diagram.png"}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_published_diagram_tells_how_well_it_agrees(suffix, tmp_path, capsys):
    path = tmp_path / f"shi.{suffix}"
    run("shi", "--cells", 5, "--steps", 5000, "--figure", path, "--logdir", tmp_path)
    out = capsys.readouterr().out
    assert "as predicted" in out
    assert "AMSGrad, β1 = 0.9" in out
    assert max(map(len, out.splitlines()[:5])) <= 80
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert path.read_bytes().startswith(start)


@pytest.mark.slow
def test_biases_are_told_as_what_they_are(tmp_path, capsys):
    options = ["bias", "--cells", 2, "--steps", 2000, "--logdir", tmp_path]
    run(*options, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["y"] == "|x − x*|"
    noise, _, parabolas, _ = told["panels"]
    # β2 is the axis of both, and only what draws is played with more than one seed.
    assert (noise["cells"], parabolas["cells"]) == ([2, 16], [2, 1])
    assert parabolas["clear"] == 1
    assert "wrong" not in noise
    run(*options)
    out = capsys.readouterr().out
    assert "clear of x*" in out
    assert "wrong" not in out
    assert max(map(len, out.splitlines()[:6])) <= 80


@pytest.mark.slow
def test_a_stopped_command_goes_on_in_its_store(tmp_path, capsys, monkeypatch):
    options = [*OWN, "--store", tmp_path / "runs", "--logdir", tmp_path, "--json"]
    run(*options, "--steps", 500)
    first = json.loads(capsys.readouterr().out)
    monkeypatch.setattr(tile, "play", None)  # what is there is not played again
    run(*options, "--steps", 500)
    assert json.loads(capsys.readouterr().out)["panels"] == first["panels"]
    with pytest.raises(SystemExit):
        run(*options, "--steps", 501)
    error = capsys.readouterr().err
    assert "argument --store" in error
    assert "steps is 500 there and 501 here" in error


def but(option, *values):
    """OWN with another value of the option, or without it."""
    place = OWN.index(option)
    last = next((i for i in range(place + 1, len(OWN)) if OWN[i].startswith("--")), len(OWN))
    return [*OWN[:place], *((option, *values) if values else ()), *OWN[last:]]


@pytest.mark.parametrize(
    ("arguments", "named", "says"),
    [
        ([], "--problem", "needed"),
        (["reddi"], "NAME", "invalid choice"),
        (["shi", "--problem", "online"], "--problem", "has its own"),
        (["shi", "--cells", "1"], "--cells", "not from 2"),
        ([*OWN, "--cells", "9"], "--cells", "--x and --y"),
        (but("--y"), "--y", "needed"),
        (but("--x", "C=2:12"), "--x", "is not NAME=LOW:HIGH:COUNT"),
        (but("--x", "C=12:2:5"), "--x", "LOW < HIGH"),
        (but("--x", "C=0:2:5:log"), "--x", "above 0"),
        (but("--x", "C=2:inf:5"), "--x", "no finite number"),
        (but("--x", "C=nan:3:5"), "--x", "no finite number"),
        (but("--x", "beta2=0:0.5:5"), "--y", "beta2 is the axis of --x already"),
        (but("--y", "beta2=0:1:5:log1m"), "--y", "below 1"),
        (but("--y", "beta2=0:0.5:5:cubic"), "--y", "none of linear"),
        (but("--problem", "offline(large=C)"), "--problem", "did you mean online?"),
        (but("--problem", "online(lrage=C)"), "--problem", "did you mean large?"),
        (but("--problem", "online(large=exit())"), "--problem", "made of numbers"),
        (but("--problem", "online(large=C, period=gamma)"), "--problem", "gamma"),
        (but("--optimizer", "adma(eps=0)"), "--optimizer", "did you mean adam"),
        (but("--optimizer", "adam(betas=(0, gamma))"), "--optimizer", "gamma"),
        (but("--optimizer", "sgd(lr=C)"), "--optimizer", "beta2"),
        ([*OWN, "--scheduler", "tcp://127.0.0.1:1"], "--scheduler", "no cluster at"),
        ([*OWN, "--figure", "/nowhere/a.png"], "--figure", "/nowhere"),
        ([*OWN, "--store", "/dev/null"], "--store", "nothing can be written in '/dev/null'"),
        (
            [*OWN, "--store", "/dev/null/runs"],
            "--store",
            "nothing can be written in",
        ),
        ([*OWN, "--logdir", "/dev/null"], "--logdir", "/dev/null"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(
    arguments, named, says, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(refusals, "PATIENCE", 0.2)
    with pytest.raises(SystemExit) as ended:
        diagram.main(arguments)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert named in told.err
    assert says in told.err
    assert not list(tmp_path.iterdir())
