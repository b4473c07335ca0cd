"""A run's curves come back as a Dataset, finished or not."""

import json

import numpy as np
import pytest

from breaking_adam import (
    OnlineSettings,
    Output,
    Settings,
    StochasticSettings,
    load,
    make_optimizer,
    play,
    record,
)
from breaking_adam.runs.rehearsal import make_problem
from breaking_adam.runs.run_directory import CHECKPOINT, RunError


def test_the_curves_are_those_of_the_run(tmp_path):
    calls = ["adam(lr=0.01)", "sgd(lr=0.1, momentum=0.9)"]
    settings = Settings(optimizer=calls, steps=7000, schedule="inverse-sqrt", log_every=500)
    ds = load(play(settings, Output(logdir=tmp_path)).directory)
    assert ds.x.dims == ("t", "optimizer")
    assert ds.optimizer.values.tolist() == calls
    from breaking_adam.rules.schedules import inverse_sqrt

    for call in calls:
        problem = make_problem(OnlineSettings())
        series = record(
            call,
            problem,
            make_optimizer(call, problem),
            steps=7000,
            every=500,
            schedule=inverse_sqrt,
        )
        own = ds.sel(optimizer=call)
        np.testing.assert_array_equal(own.t, series.t)
        np.testing.assert_array_equal(own.x, series.x)
        np.testing.assert_array_equal(own.average_regret, series.average_regret)
    assert ds.attrs["schedule"] == "inverse-sqrt"
    assert ds.attrs["large"] == 1010
    assert json.loads(ds.attrs["settings"])["lr"] is None


def test_replicas_come_with_their_quartiles(tmp_path):
    problem, call = StochasticSettings(replicas=5), "adam(lr=0.01)"
    settings = Settings(problem=problem, optimizer=[call], steps=3000)
    ds = load(play(settings, Output(logdir=tmp_path)).directory)
    made = make_problem(problem)
    series = record(call, made, make_optimizer(call, made), steps=3000)
    for name, band in ("x", series.x_band), ("average_regret", series.average_regret_band):
        found = np.squeeze([ds[f"{name}_q25"], ds[name], ds[f"{name}_q75"]])
        np.testing.assert_array_equal(found[::2], band)
        assert (np.diff(found, axis=0) > 0).all()
    assert ds.average_regret_q25.attrs["long_name"].startswith("lower quartile")


@pytest.mark.slow
def test_what_is_not_finished_is_not_a_number(tmp_path):
    settings = Settings(optimizer=["adam", "sgd"], steps=3000)
    played = play(settings, Output(logdir=tmp_path))
    (played.directory / "Online_sgd" / CHECKPOINT).unlink()
    ds = load(played.directory)
    assert ds.optimizer.values.tolist() == ["adam"]
    longer = play(Settings(optimizer=["adam", "sgd"], steps=5000), Output(logdir=tmp_path))
    (longer.directory / "Online_sgd" / CHECKPOINT).write_bytes(
        (tmp_path / "online" / "Online_adam" / CHECKPOINT).read_bytes()
    )
    ds = load(longer.directory)
    assert np.isfinite(ds.x).sum("t").values.tolist() == [5, 3]


def test_what_is_no_run_is_refused_in_one_line(tmp_path):
    with pytest.raises(RunError, match="is no run"):
        load(tmp_path)
    played = play(Settings(optimizer=["sgd"], steps=1000), Output(logdir=tmp_path))
    path = played.directory / "Online_sgd" / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RunError, match="damaged"):
        load(played.directory)
    path.unlink()
    with pytest.raises(RunError, match="no curves yet"):
        load(played.directory)
