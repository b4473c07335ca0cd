"""The matrix, played: what it is made of, how it is stopped, and what it says in Python."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import breaking_adam
from breaking_adam import grid
from breaking_adam.counterexamples import matrix, table
from breaking_adam.counterexamples.criteria import WORDS, Outcome
from breaking_adam.counterexamples.entrants import entrants
from breaking_adam.grids import processes
from breaking_adam.tracing import UnreadableError

#: Short, and with fewer seeds.
SMALL = {
    name: replace(table.COUNTEREXAMPLES[name], steps=2500, seeds=seeds)
    for name, seeds in (("reddi_cycle", 1), ("reddi_random", 3))
}
PLAYERS = ["sgd", "adam(betas=(0.5, 0.9))"]


@pytest.fixture(scope="module")
def played():
    return matrix.play(entrants(PLAYERS), list(SMALL.values()))


def test_a_cell_is_the_grid_of_its_problem_its_sweep_and_its_seeds(played):
    def optimizer(params, lr):
        return torch.optim.Adam(params, lr, betas=(0.5, 0.9))

    one = SMALL["reddi_random"]
    alone = grid(
        lambda seed: one.problem(seed=seed),
        optimizer,
        {"lr": [0.5 * factor for factor in matrix.FACTORS], "seed": range(3)},
        steps=one.steps,
        schedule=one.schedule,
        points=matrix.POINTS,
    )
    cell = played.sel(optimizer="torch.optim.Adam(betas=(0.5, 0.9))", problem="reddi_random")
    np.testing.assert_array_equal(cell.x_curve, np.median(alone.x_curve, axis=1).astype(np.float32))
    # The median of x + 1 over the last quarter of the run, which has 15 of 61 points.
    last = alone.x_curve[..., -15:].median("t")
    np.testing.assert_array_equal(cell.distance, (last + 1).astype(np.float32))


def test_the_sweep_is_thirteen_half_decades_around_1():
    np.testing.assert_allclose(np.diff(np.log10(matrix.FACTORS)), 0.5, atol=1e-4)
    assert matrix.FACTORS[6] == 1
    assert len(matrix.FACTORS) == 13


@pytest.mark.filterwarnings("error")
def test_a_curve_is_the_median_of_the_seeds_that_are_numbers_still():
    x = np.array([[1.0, 5.0, np.nan], [2.0, 4.0, 9.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(matrix.median_of_seeds(x), [3.0, 4.0, np.nan])


def test_there_are_no_runs_where_nothing_is_drawn_but_one(played):
    assert played.sizes == {"optimizer": 2, "problem": 2, "alpha": 13, "seed": 3, "part": 61}
    cycle = played.sel(problem="reddi_cycle")
    assert (cycle.outcome[..., 0] != matrix.NONE).all()
    assert (cycle.outcome[..., 1:] == matrix.NONE).all()
    assert np.isnan(cycle.distance[..., 1:]).all()
    assert (played.sel(problem="reddi_random").outcome != matrix.NONE).all()
    words = played.outcome.attrs["flag_meanings"].split()
    assert words[Outcome.AT_AN_END] == "at_an_end"
    assert played.own_alpha.values.tolist() == [[1.0, 0.5]] * 2
    said = {name: WORDS[k] for name, k in zip(PLAYERS, played.predicted[:, 0].values, strict=True)}
    assert said["adam(betas=(0.5, 0.9))"] == "wrong point"
    assert played.predicted[0, 0] == matrix.NONE


def test_a_stand_that_is_stopped_goes_on_where_it_was(played, tmp_path):
    def stop(name):
        if name == "reddi_random":
            raise KeyboardInterrupt

    how = {"store": tmp_path / "runs"}
    with pytest.raises(KeyboardInterrupt):
        matrix.play(entrants(PLAYERS), list(SMALL.values()), at=stop, **how)
    kept = sorted((tmp_path / "runs").glob("*/*"))
    names = "torch.optim.Adam(betas=(0.5, 0.9))", "torch.optim.SGD"
    assert kept == [tmp_path / "runs" / name / "reddi_cycle.zarr" for name in names]
    chunks = [path for store in kept for path in store.rglob("c/**/*") if path.is_file()]
    written = [path.stat().st_mtime_ns for path in chunks]
    again = matrix.play(entrants(PLAYERS), list(SMALL.values()), **how)
    assert written
    assert [path.stat().st_mtime_ns for path in chunks] == written
    for name in played.data_vars:
        np.testing.assert_array_equal(again[name], played[name])


class Draws(torch.optim.SGD):
    """One that cannot be read: each step draws a number."""

    def step(self, closure=None):
        super().step(closure)
        for group in self.param_groups:
            for x in group["params"]:
                x.data.add_(torch.rand(1).item())


def test_what_cannot_be_read_is_an_error_where_it_would_take_hours():
    with pytest.raises(UnreadableError, match="draws random numbers"):
        matrix.play(entrants([Draws, *PLAYERS]), list(SMALL.values()), eager=False)


def test_a_line_about_cells_that_play_eagerly_says_whose_they_are_and_where(monkeypatch):
    monkeypatch.setattr(processes, "SHORT", -1.0)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr("breaking_adam.grids.alone.play", None)  # it is not played, then
    lines = []
    with pytest.raises(TypeError):
        matrix.play(entrants(["sgd", Draws]), [SMALL["reddi_cycle"]], tell=lines.append)
    (line,) = lines
    assert line.startswith("reddi_cycle: 13 of 26 cells run eagerly")
    assert "Draws, as it draws random numbers" in line


def test_a_name_that_no_file_could_have_is_an_optimizers_all_the_same(tmp_path):
    def made(params, lr):
        return torch.optim.SGD(params, lr)

    made.__qualname__ = "a/b<c>\u03b1"
    (each,), one = entrants([made]), replace(SMALL["reddi_cycle"], steps=100)
    kept = matrix.play([each], [one], store=tmp_path)
    (own,) = tmp_path.iterdir()
    assert own.name == "test_matrix.a%2Fb%3Cc%3E%CE%B1"
    np.testing.assert_array_equal(kept.distance, matrix.play([each], [one]).distance)


def test_verdicts_in_python_are_words_in_a_data_frame(monkeypatch, played):
    monkeypatch.setattr("breaking_adam.counterexamples.verdicts.COUNTEREXAMPLES", SMALL)
    ds = breaking_adam.verdicts([torch.optim.SGD, PLAYERS[1]])
    assert ds.verdict.dims == ("optimizer", "problem")
    assert set(np.unique(ds.verdict)) <= set(WORDS)
    assert ds.predicted.values.tolist()[1] == ["wrong point", "wrong point"]
    frame = ds.to_dataframe()
    assert frame.index.names == ["optimizer", "problem", "alpha", "seed"]
    runs = frame[frame.outcome != ""]
    assert len(runs) == 2 * 13 * (1 + 3)
    solved = (runs.outcome == "solves").groupby(["optimizer", "problem"]).mean()
    for (optimizer, problem), share in solved.items():
        assert ds.solved.sel(optimizer=optimizer, problem=problem) == share
    np.testing.assert_array_equal(ds.distance, played.distance)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((["adma"],), "did you mean adam"),
        (([],), "no optimizer to play"),
        ((["adam"], ["reddi_cicle"]), "did you mean reddi_cycle"),
    ],
)
def test_what_there_is_not_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        breaking_adam.verdicts(*arguments)
