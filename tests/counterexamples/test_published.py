"""The published matrix: kept with the package, and refused once it is no longer today's."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from made_up import made_up

from breaking_adam import Online
from breaking_adam.counterexamples import criteria, matrix, published
from breaking_adam.counterexamples.entrants import PUBLISHED, entrants
from breaking_adam.counterexamples.published import PublishedError
from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.rules.schedules import constant

TWO = {name: COUNTEREXAMPLES[name] for name in ("reddi_cycle", "reddi_random")}
ONE = TWO["reddi_cycle"]


def x_at(optimizer, one, factor, seed, part):
    """A curve of its own for each run."""
    return np.cos(part * (3 + factor + seed)) * (0.3 if "Adam" in optimizer else 1.1)


@pytest.fixture(scope="module")
def ds():
    return made_up(["adam", "sgd"], list(TWO.values()), x_at)


@pytest.fixture
def path(ds, tmp_path):
    published.save(ds, tmp_path / "a.zarr.zip", TWO)
    return tmp_path / "a.zarr.zip"


def test_what_is_saved_comes_back(ds, path):
    back = published.load(path, TWO)
    for name in "outcome", "own_alpha", "predicted", "alpha", "part", "problem", "optimizer":
        np.testing.assert_array_equal(back[name], ds[name])
    for name in "x_curve", "distance":
        # Thirteen bits of a number are kept: half a unit of the last is 2⁻¹³ of it.
        np.testing.assert_allclose(back[name], ds[name], rtol=2**-13)
    assert json.loads(back.attrs["versions"])["torch"]
    assert back.attrs["command"]
    assert published.load(path, {"reddi_cycle": ONE}).problem.values.tolist() == ["reddi_cycle"]


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, alpha=0.5),
        replace(ONE, steps=ONE.steps + 1),
        replace(ONE, near=0.2),
        replace(ONE, schedule=constant),
        replace(ONE, problem=partial(Online, 1010.0, -10.0, 102)),
        replace(ONE, problem=partial(Online, 1010.5, -10.0, 101)),
        replace(ONE, problem=partial(Online, 1010.0, -10.0, 101, x0=0.5)),
    ],
)
@pytest.mark.slow
def test_another_problem_is_refused_by_its_name(other, path):
    with pytest.raises(PublishedError, match="of another reddi_cycle") as refused:
        published.load(path, {**TWO, "reddi_cycle": other})
    assert "\n" not in str(refused.value)


def test_what_is_drawn_makes_another_problem(path):
    shuffled = replace(
        TWO["reddi_random"],
        problem=lambda seed=0: COUNTEREXAMPLES["reddi_random"].problem(seed=seed + 7),
    )
    with pytest.raises(PublishedError, match="of another reddi_random"):
        published.load(path, {**TWO, "reddi_random": shuffled})


@pytest.mark.slow
def test_a_title_changes_nothing_and_neither_does_a_comment(path, monkeypatch):
    published.load(path, {**TWO, "reddi_cycle": replace(ONE, paper="another", ours="all")})
    code = published._code(criteria)
    assert "The words of an outcome" not in code
    assert "is no finite number" in code
    monkeypatch.setattr(matrix, "FACTORS", matrix.FACTORS[1:])
    with pytest.raises(PublishedError):
        published.load(path, TWO)


def test_other_criteria_are_refused(path, monkeypatch):
    code = published._code
    monkeypatch.setattr(
        published, "_code", lambda module: code(module).replace("TREND = 0.4", "TREND = 0.5")
    )
    with pytest.raises(PublishedError):
        published.load(path, TWO)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 nothing", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_matrix_is_refused(content, tmp_path):
    path = tmp_path / "b.zarr.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PublishedError, match="holds no matrix"):
        published.load(path, TWO)


def test_a_row_of_ones_own_joins_it_and_takes_the_place_of_its_like(ds):
    own = made_up(["rmsprop", "sgd"], list(TWO.values()), lambda *_: 0 * _[-1] - 1)
    both = published.joined(own, ds)
    assert both.optimizer.values.tolist() == [
        *("torch.optim.RMSprop", "torch.optim.SGD", "torch.optim.Adam")
    ]
    np.testing.assert_array_equal(both.outcome[:2], own.outcome)
    np.testing.assert_array_equal(both.outcome[2], ds.outcome[0])


@pytest.mark.slow
def test_the_packages_own_is_of_today():
    """Else `make stand`."""
    held = published.load(published.PATH, COUNTEREXAMPLES)
    assert set(held.optimizer.values) == set(PUBLISHED)
    assert held.problem.values.tolist() == list(COUNTEREXAMPLES)
    assert published.PATH.stat().st_size < 1.5e6


@pytest.mark.slow
def test_what_is_published_is_what_is_played():
    problems = [COUNTEREXAMPLES[name] for name in ("bowl", "scale_tiny")]
    players = ["torch.optim.SGD", "torch.optim.Adam", "breaking_adam.AdamNC"]
    played = matrix.play(entrants(players), problems)
    held = published.load(published.PATH, {one.name: one for one in problems})
    held = held.sel(optimizer=players)
    np.testing.assert_array_equal(held.outcome, played.outcome)
    np.testing.assert_allclose(held.distance, played.distance, rtol=1e-3, atol=1e-9)
