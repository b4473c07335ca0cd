"""``--animate``: what is played for it, what is refused, and what is left after Ctrl-C."""

import json
import signal

import numpy as np
import pytest
from matplotlib.animation import writers
from PIL import Image

from breaking_adam import Settings, StochasticSettings, online
from breaking_adam.plots import mechanism
from breaking_adam.plots.picture import PAPER
from breaking_adam.runs import animation
from breaking_adam.runs.interrupts import Interrupts
from breaking_adam.support.calls import parse


@pytest.fixture(autouse=True)
def _few_frames(monkeypatch):
    monkeypatch.setattr(animation, "WINDOWS", 3)
    monkeypatch.setattr(mechanism, "FIRST", 5)
    monkeypatch.setattr(mechanism, "LAST", 2)


@pytest.mark.parametrize("steps", [1, 202, 1000, 6_000_000, 10**12])
def test_windows_are_within_the_run_apart_and_begin_a_period(steps):
    begins = animation.moments(steps, 101, 50)
    assert begins[0] == 0
    assert len(begins) <= 50
    assert all(begin % 101 == 0 for begin in begins)
    assert all(np.diff(begins) >= 202)
    assert steps < 404 or steps - 2 * 202 < begins[-1] <= steps - 202


@pytest.mark.slow
def test_a_film_is_of_the_run_that_the_settings_ask_for():
    problem = StochasticSettings(replicas=7, seed=3)
    settings = Settings(problem=problem, steps=2000, lr=0.25, schedule="inverse-sqrt")
    first, *_ = animation._windows(settings, parse("amsgrad"))
    one = Settings(problem=StochasticSettings(seed=3), steps=2000, lr=0.25, schedule="inverse-sqrt")
    again, *_ = animation._windows(one, parse("amsgrad"))
    for found, expected in zip(first, again, strict=True):
        np.testing.assert_array_equal(found, expected)
    assert abs(first.step[0]) == pytest.approx(0.25)  # of Adam's first step, corrected


@pytest.mark.slow
def test_the_command_saves_it_and_says_where(tmp_path, capsys):
    path = tmp_path / "a.gif"
    words = ["--steps", "2000", "--period", "3", "--dpi", "60", "--logdir", str(tmp_path)]
    assert online.main([*words, "--animate", str(path)]) == 0
    assert f"animation:   {path}\n" in capsys.readouterr().out
    with Image.open(path) as image:
        assert image.n_frames > 5
    path.unlink()
    resume = ["--resume", str(tmp_path / "online"), "--json"]
    assert online.main(resume) == 0
    assert json.loads(capsys.readouterr().out)["animate"] == str(path)
    assert path.is_file()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a.png", "ends in none of .gif, .mp4"),
        ("none/a.gif", "there is no directory 'none'"),
        (".gif", "ends in none of .gif, .mp4"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_anything_runs(
    path, says, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert online.main(["--animate", path]) == 2
    line = capsys.readouterr().err
    assert line.startswith("python -m breaking_adam.online: error: argument --animate: ")
    assert says in line
    assert line.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_ffmpeg_one_line_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(writers, "is_available", lambda name: name != "ffmpeg")
    assert online.main(["--animate", "a.mp4"]) == 2
    line = capsys.readouterr().err
    assert ".mp4 takes ffmpeg, which is not installed: ask for a .gif" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("at", ["before", "as the frames begin"])
def test_ctrl_c_leaves_the_file_as_it_was(at, tmp_path, monkeypatch):
    path = tmp_path / "a.gif"
    path.write_bytes(b"before")
    interrupts, own = Interrupts(), animation.mechanism

    def begun(*given):
        interrupts.signal = signal.SIGINT
        return own(*given)

    if at == "before":
        interrupts.signal = signal.SIGINT
    monkeypatch.setattr(animation, "mechanism", begun)
    settings = Settings(steps=1000)
    animation.animate(settings, ["adam", "amsgrad"], "title", PAPER, path, interrupts)
    assert path.read_bytes() == b"before"
