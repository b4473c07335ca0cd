"""The whole of Figure 1, and why its step size matters."""

import json

import numpy as np
import pytest
import torch

from breaking_adam import Online, figure1
from breaking_adam.optimizers import AMSGrad
from breaking_adam.paper.figure1 import end, play
from breaking_adam.rules.schedules import constant, inverse_sqrt
from breaking_adam.trials.build import build
from breaking_adam.trials.callbacks.curves import Curves


def late_regret(alpha, schedule, steps):
    """AMSGrad's average regret over the second half of a run that begins at x*."""
    problem = Online(x0=-1.0, dtype=torch.float64)
    amsgrad = AMSGrad([problem.x], lr=alpha, betas=(0.9, 0.99), eps=0.0, bias_correction="none")
    curves = Curves()
    build(problem, amsgrad, steps=steps, every=steps // 2, schedule=schedule, callbacks=[curves])[
        0
    ].run()
    half, whole = curves["average_regret"] * curves.t
    return (whole - half) / (steps / 2)


def floor(alpha, periods=400):
    """The same in plain Python, over the last of many periods."""
    x, m, v, v_hat = -1.0, 0.0, 0.0, 0.0
    for _ in range(periods):
        regret = 0.0
        for g in [1010.0] + 100 * [-10.0]:
            regret += g * (x + 1)
            m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
            v_hat = max(v, v_hat)
            x = min(1.0, max(-1.0, x - alpha * m / v_hat**0.5))
    return regret / 101


def test_a_constant_step_leaves_a_floor_in_proportion_to_it():
    for alpha in 0.001, 0.0005:
        assert late_regret(alpha, constant, 101 * 4000) == pytest.approx(floor(alpha), rel=1e-3)
    assert floor(0.0005) == pytest.approx(floor(0.001) / 2, rel=1e-6)
    assert 0.03 < floor(0.001) < 0.036


def test_the_theorys_step_leaves_none():
    """With α/√t the regret of the later half falls as 1/√T."""
    short, long = (late_regret(0.5, inverse_sqrt, 101 * n) for n in (10_000, 40_000))
    assert long == pytest.approx(short / 2, rel=0.05)


@pytest.mark.slow
def test_the_command_draws_both_rows_and_tells_their_ends(tmp_path, capsys):
    picture = tmp_path / "whole.svg"
    arguments = ["--steps", "400000", "--figure", str(picture), "--logdir", str(tmp_path)]
    assert figure1.main([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert len(result["runs"]) == 8
    for run in result["runs"]:
        assert (run["x"] > 0.9) == (run["optimizer"] == "adam")
    text = picture.read_text(encoding="utf-8")
    for label in "0.5/√t", "0.001, constant", "stochastic", "20/101: staying at +1":
        assert label in text
    small = ["--size", "1920x1080", "--dpi", "150"]
    assert figure1.main(["--steps", "1000", "--logdir", str(tmp_path), *small]) == 0
    assert "in the second half" in capsys.readouterr().out
    header = (tmp_path / "figure1_2" / "figure1.png").read_bytes()[16:24]
    assert (int.from_bytes(header[:4]), int.from_bytes(header[4:])) == (1920, 1080)
    assert (tmp_path / "figure1_2" / "summary.json").exists()


@pytest.mark.slow
def test_another_seed_is_another_stochastic_problem_and_the_same_online_one(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("breaking_adam.plots.figure1.whole_figure_1", lambda *_: None)
    monkeypatch.setattr("breaking_adam.cli.figure1.save_figure", lambda *_: None)
    ends = []
    for seed in "0", "1":
        words = ["--steps", "2000", "--seed", seed, "--json", "--logdir", str(tmp_path)]
        assert figure1.main(words) == 0
        ends.append(json.loads(capsys.readouterr().out)["runs"])
    for one, other in zip(*ends, strict=True):
        assert (one == other) == (one["problem"] == "online")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--steps", "-1"], "--steps"),
        (["--figure", "x.txt"], "--figure"),
        (["--seed", "x"], "--seed"),
        (["--logdir", "/dev/null"], "--logdir"),
        (["--size", "1920"], "--size"),
        (["--size", "1920x10"], "--size"),
        (["--dpi", "1e9"], "--dpi"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(arguments, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        figure1.main(arguments)
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert named in error
    assert not list(tmp_path.iterdir())


def test_the_second_half_is_of_the_second_half():
    problem = Online(dtype=torch.float64)
    run = play(problem, "adam", "constant", 40_000)
    regret = np.interp([20_000, 40_000], run.t, run.average_regret * run.t)
    assert problem.steps == 0  # it played a copy
    assert end(run, problem, "constant") == (
        "0.001",
        "online",
        "adam",
        run.x[-1],
        run.average_regret[-1],
        pytest.approx((regret[1] - regret[0]) / 20_000),
    )
