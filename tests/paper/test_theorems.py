"""The theorems, against plain Python in 50 decimal digits, written from the paper alone."""

import itertools
import json
from decimal import Decimal, localcontext
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from breaking_adam import AMSGrad, constructions, theorems
from breaking_adam.paper import (
    corollary_1,
    corollary_2,
    regret,
    theorem_1,
    theorem_2,
    theorem_3,
    theorem_4,
    theorem_5,
    theorem_6,
)
from breaking_adam.paper import theorems as registry
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.play import play
from breaking_adam.rules.schedules import inverse_sqrt
from breaking_adam.trials.build import build


def decimal_run(slopes, *, beta1, beta2, alpha, x, eps=0.0, remember=False):
    """x_2, x_3, … and R_1, R_2, … against −1 of Adam (or AMSGrad) with α/√t, to 50 digits.

    Either β is a number, or a function of t.
    """
    with localcontext() as context:
        context.prec = 50
        alpha, x = Decimal(alpha), Decimal(x)
        betas = [beta if callable(beta) else lambda t, b=beta: b for beta in (beta1, beta2)]
        m = v = regret = Decimal(0)
        largest = Decimal(0)
        xs, regrets = [], []
        for t, slope in enumerate(slopes, 1):
            beta1, beta2 = (Decimal(beta(t)) for beta in betas)
            g = Decimal(slope)
            regret += g * (x + 1)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            largest = max(v, largest)
            below = ((largest if remember else v) + Decimal(eps)).sqrt()
            x = x - alpha / Decimal(t).sqrt() * m / below
            x = min(max(x, Decimal(-1)), Decimal(1))
            xs.append(x)
            regrets.append(regret)
    return xs, regrets


def run(made, steps, every):
    """x and R_T of the construction, after each block."""
    return play("", made, steps, every)


def slopes(C, period, steps):  # noqa: N803
    return [C if t % period == 1 else -1 for t in range(1, steps + 1)]


@pytest.mark.parametrize("C", [2.25, 3.0, 10.0])
def test_theorem_1_in_50_digits(C):  # noqa: N803
    made = constructions.theorem_1(C)
    # β2 = 1/(1+C²), α = √(1−β2)/2: the page before Section 3, and the appendix.
    beta2 = 1 / (1 + C * C)
    alpha = sqrt(C * C / (1 + C * C)) / 2
    xs, regrets = decimal_run(slopes(C, 3, 600), beta1=0, beta2=beta2, alpha=alpha, x=1)
    assert all(x == 1 for x in xs[2::3])
    assert all(regrets[T - 1] >= (2 * Decimal(C) - 4) / 3 * T for T in range(3, 601, 3))
    played = run(made, 600, 1)
    np.testing.assert_allclose(played.x, np.array(xs, float), rtol=1e-12)
    np.testing.assert_allclose(played.regret, np.array(regrets, float), rtol=1e-12)
    (check,) = theorem_1.section(600, [C]).checks
    assert check.holds
    assert check.measured == pytest.approx(float(regrets[-1]) / 600, rel=1e-12)


def test_theorem_1_is_adams_and_not_amsgrads():
    made = constructions.theorem_1(3.0)
    amsgrad = AMSGrad(
        [made.problem.x], lr=made.constants["α"], betas=(0.0, 0.1), eps=0.0, bias_correction="none"
    )
    played = run(made._replace(optimizer=amsgrad), 3000, 3)
    assert (played.x < 1).all()
    assert played.regret[-1] < 2 / 3 * 3000 / 5


@pytest.mark.parametrize(("beta1", "beta2", "C"), [(0.0, 0.5, 20), (0.5, 0.5, 20), (0.5, 0.25, 0)])
def test_theorem_2_in_50_digits(beta1, beta2, C):  # noqa: N803
    if not C:
        with pytest.raises(ValueError, match="beta1 < √beta2"):
            constructions.theorem_2(beta1, beta2)
        return
    made = constructions.theorem_2(beta1, beta2)
    assert made.constants["C"] == C
    xs, regrets = decimal_run(slopes(C, C, 10 * C), beta1=beta1, beta2=beta2, alpha=0.1, x=1)
    assert all(x == 1 for x in xs[C - 1 :: C])
    assert all(regrets[k * C - 1] >= 2 * k for k in range(1, 11))
    played = run(made, 10 * C, 1)
    np.testing.assert_allclose(played.x, np.array(xs, float), rtol=1e-10)
    np.testing.assert_allclose(played.regret, np.array(regrets, float), rtol=1e-10)
    (check,) = theorem_2.section(30, [(beta1, beta2)]).checks
    assert check.holds
    assert check.bound == 2 / C


def test_theorem_2s_table_depends_on_beta2_alone_here():
    section = theorem_2.section(20, [(0.0, 0.5), (0.5, 0.5), (0.0, 0.9), (0.9, 0.9)])
    assert section.table == {
        "β1 = 0": {"β2 = 0.5": 20, "β2 = 0.9": 204},
        "β1 = 0.5": {"β2 = 0.5": 20},
        "β1 = 0.9": {"β2 = 0.9": 204},
    }
    assert all(check.holds for check in section.checks)


def exact_mean(C, delta, beta1, beta2, alpha, steps):  # noqa: N803
    """E[x_{t+1}] for t up to ``steps``, over all sequences of draws."""
    p = (1 + delta) / (C + 1)
    mean = np.zeros(steps)
    for rare in itertools.product([False, True], repeat=steps):
        x = m = v = 0.0
        weight = p ** sum(rare) * (1 - p) ** (steps - sum(rare))
        for t, is_rare in enumerate(rare):
            g = C if is_rare else -1.0
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            x = min(1.0, max(-1.0, x - alpha / sqrt(t + 1) * m / sqrt(v)))
            mean[t] += weight * x
    return mean


@pytest.mark.parametrize(("C", "beta1", "beta2"), [(10.0, 0.0, 0.9), (4.0, 0.9, 0.99)])
def test_theorem_3s_ensemble_has_the_exact_mean(C, beta1, beta2):  # noqa: N803
    expected = exact_mean(C, 0.1, beta1, beta2, 0.5, 10)
    made = constructions.theorem_3(C, 0.1, beta1, beta2, alpha=0.5, replicas=20_000)
    t, mean, error = theorem_3.ensemble("", made, 10, 1)
    np.testing.assert_array_equal(t, np.arange(1, 11))
    assert (np.abs(mean - expected) < 4.5 * error).all()
    # And the error is small enough to tell.
    assert (error < 0.01).all()


@pytest.mark.slow
def test_theorem_3():
    section = theorem_3.section(2000, 1000)
    assert len(section.checks) == 3
    for check, (_, delta, *_) in zip(section.checks, theorem_3.ENSEMBLES, strict=True):
        assert check.holds
        assert check.bound == delta
    # Adam has long come to +1, where it costs 2δ, and leaves it for a rare slope alone.
    (panel,) = section.panels
    assert all(1.8 < line.y[-1] <= 2 for line in panel.lines)


def test_theorem_3_does_not_hold_for_a_small_c():
    """With C = 2 the rare slope is not rare, and Adam goes to x*: the check can fail."""
    (check,) = theorem_3.section(2000, 1000, [(2.0, 0.5, 0.0, 0.9)]).checks
    assert not check.holds


@pytest.mark.parametrize("C", [3.0, 100.0])
def test_theorem_6_in_50_digits(C):  # noqa: N803
    made = constructions.theorem_6(C)
    # β2 = 2/((1+C²)C²) and an α below √(1−β2), here half of it.
    beta2 = 2 / (C**2 + C**4)
    betas = {"beta1": 0, "beta2": beta2, "alpha": sqrt(1 - beta2) / 2}
    xs, regrets = decimal_run(slopes(C, 3, 600), **betas, eps=1, x=1)
    assert xs[2] < 1  # x_4, which the printed proof has at 1
    assert all(x == 1 for x in xs[5::3])
    short = [T for T in range(3, 601, 3) if regrets[T - 1] < (2 * Decimal(C) - 4) / 3 * T]
    assert (short[:1] + short[-1:]) == ([6, 102] if C == 100 else [])
    played = run(made, 600, 1)
    np.testing.assert_allclose(played.x, np.array(xs, float), rtol=1e-12)
    np.testing.assert_allclose(played.regret, np.array(regrets, float), rtol=1e-12)
    regret, x_4 = theorem_6.section(600, [C]).checks
    assert regret.holds
    assert not x_4.holds
    assert x_4.misprint
    assert x_4.measured == pytest.approx(float(xs[2]), rel=1e-12)
    assert ("T = 6 … 102" in regret.detail) == (C == 100)


#: β_{1t} as its bound has it, and as a function of t.
MOMENTA = [
    (Momentum(0.9), lambda t: Decimal("0.9")),
    (Momentum(0.9, decay=0.5), lambda t: Decimal("0.9") / 2 ** (t - 1)),
    (Momentum(0.9, power=1.0), lambda t: Decimal("0.9") / t),
]


@pytest.mark.parametrize(("momentum", "beta1"), MOMENTA)
@pytest.mark.parametrize(
    ("construction", "settings"),
    [
        (constructions.theorem_4, {"beta2": 0.99, "remember": True}),
        (constructions.theorem_5, {"beta2": lambda t: 1 - 1 / Decimal(t)}),
    ],
)
def test_amsgrad_and_adamnc_are_the_papers_in_50_digits(construction, settings, momentum, beta1):
    made = construction(constructions.theorem_1(3.0).problem, momentum)
    shown = slopes(3, 3, 500)
    xs, regrets = decimal_run(shown, beta1=beta1, alpha=1, x=1, **settings)
    played = run(made, 500, 1)
    np.testing.assert_allclose(played.x, np.array(xs, float), rtol=0, atol=1e-14)
    np.testing.assert_allclose(played.regret, np.array(regrets, float), rtol=1e-12)


@pytest.mark.parametrize("claim", [theorem_4, corollary_1, theorem_5, corollary_2])
def test_the_bounds_hold_at_every_logged_step(claim):
    section = claim.section(50_000)
    assert section.holds
    assert len(section.checks) == {theorem_4: 10, theorem_5: 9}.get(claim, 3)
    for check in section.checks:
        assert check.holds != check.misprint
        assert (check.tightness <= 1) == check.holds
        assert np.isfinite([check.measured, check.bound]).all()


def test_the_bound_without_alpha_is_broken_as_arithmetic_says():
    """x stays near 1, so R_T ≈ 2T/3, against 4 · √T · √v̂ with √v̂ = 1.922, and a third term of 6."""
    check = theorem_4.check_without_alpha(10_000)
    assert not check.holds
    assert check.misprint
    assert check.measured == pytest.approx(2 / 3 * 10_000, rel=0.05)
    assert check.bound == pytest.approx(768.7 + 6.1, rel=1e-3)


def test_no_point_of_a_long_run_is_left_out():
    t = run(constructions.theorem_1(3.0), 30_000, 3).t
    assert t.tolist() == [*range(3, 30_001, 3)]


def test_adams_regret_grows_linearly_where_amsgrads_grows_as_the_root():
    adam = constructions.theorem_1(3.0)
    played = run(adam, 30_000, 30)
    assert regret.growth(played.t, played.regret) == pytest.approx(1, abs=0.01)
    amsgrad = constructions.theorem_4(constructions.theorem_1(3.0).problem, Momentum(0.0))
    played = run(amsgrad, 300_000, 300)
    assert regret.growth(played.t, played.regret) == pytest.approx(0.5, abs=0.05)


def test_constructions_are_ordinary_trials_on_either_engine():
    ends = []
    for engine in "eager", "compiled":
        made = constructions.theorem_6(3.0)
        trial, _ = build(
            made.problem, made.optimizer, engine=engine, steps=300, schedule=inverse_sqrt
        )
        trial.run()
        ends.append((made.problem.x.item(), made.problem.regret.item()))
    np.testing.assert_allclose(*ends, rtol=1e-12)


@pytest.mark.parametrize("alpha", [-0.1, 0.95])
def test_a_step_size_that_the_proof_does_not_allow_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha must be"):
        constructions.theorem_1(3.0, alpha)


@pytest.mark.slow
def test_the_command_prints_json_and_keeps_earlier_results(tmp_path, capsys, monkeypatch):
    short = theorem_3.section(400, 100)
    monkeypatch.setattr(theorem_3, "section", lambda: short)
    for _ in range(2):
        assert theorems.main(["--only", "theorem-3", "--json", "--logdir", str(tmp_path)]) == 0
        result = json.loads(capsys.readouterr().out)
        assert result["holds"] is True
        assert [one["name"] for one in result["theorems"]] == ["theorem-3"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["theorems", "theorems_2"]
    for directory in tmp_path.iterdir():
        assert {p.name for p in directory.iterdir()} == {"summary.json", "theorem-3.png"}


@pytest.mark.slow
def test_the_command_prints_a_table_and_fails_with_a_theorem(tmp_path, capsys, monkeypatch):
    arguments = ["--only", "theorem-1", "--logdir", str(tmp_path), "--figures", str(tmp_path)]
    monkeypatch.setenv("COLUMNS", "120")
    passing = theorem_1.section(300, [3.0])
    (check,) = passing.checks
    for changed, status, verdict in (
        ({}, 0, "Every theorem holds"),
        ({"holds": False}, 1, "does not hold"),
        # A misprint that fails is as it should be. One that holds is not, though all else does.
        ({"holds": False, "misprint": True}, 0, "Every theorem holds"),
        ({"holds": True, "misprint": True}, 1, "holds, though a misprint"),
    ):
        section = passing._replace(checks=[check, check._replace(**changed)])
        monkeypatch.setattr(theorem_1, "section", lambda section=section: section)
        assert theorems.main(arguments) == status
        out = capsys.readouterr().out
        assert verdict in out
        assert ("NOT every theorem" in out) == bool(status)
        assert "C = 3, β2 = 0.1, α = 0.474/√t" in out
    assert theorems.main([*arguments, "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["holds"] is result["theorems"][0]["holds"] is False
    keys = ["construction", "measured", "bound", "tightness", "holds", "detail", "printed"]
    assert [list(one) for one in result["theorems"][0]["checks"]] == [keys, keys]
    assert [one["printed"] for one in result["theorems"][0]["checks"]] == [False, True]
    assert (tmp_path / "theorem-1.png").stat().st_size > 1000


def test_one_theorem_that_fails_among_others_is_a_failure(tmp_path, capsys, monkeypatch):
    good = theorem_1.section(300, [3.0])
    bad = good._replace(checks=[check._replace(holds=False) for check in good.checks])
    monkeypatch.setattr(theorem_1, "section", lambda: good)
    monkeypatch.setattr(theorem_6, "section", lambda: bad)
    arguments = ["--only", "theorem-1", "theorem-6", "--logdir", str(tmp_path), "--json"]
    assert theorems.main(arguments) == 1
    result = json.loads(capsys.readouterr().out)
    assert [one["holds"] for one in result["theorems"]] == [True, False]
    assert result["holds"] is False


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--only", "theorem-9"], "--only"),
        (["--figures", "/nowhere"], "--figures"),
        (["--logdir", "/dev/null"], "--logdir"),
        (["--size", "1600"], "--size"),
        (["--size", "300x300"], "--size"),
        (["--dpi", "0"], "--dpi"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(arguments, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        theorems.main(arguments)
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert named in error
    assert not list(tmp_path.iterdir())


def test_every_file_of_a_theorem_is_among_the_names():
    files = Path(theorem_1.__file__).parent.glob("[ct]*_[0-9].py")
    assert sorted(registry.NAMES) == sorted(path.stem.replace("_", "-") for path in files)
