"""The whole of an experiment on a tiny set: in processes, stopped, killed and carried on."""

import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import xarray as xr
from mnist_files import write_mnist
from processes import apart, wait_for
from sets import images

from breaking_adam.networks import estimate
from breaking_adam.networks.drawing import panels
from breaking_adam.networks.execution import ClusterError, cluster, connect, processes
from breaking_adam.networks.experiments import ALGORITHMS
from breaking_adam.networks.figure2 import STORE, figure_2, source_of
from breaking_adam.networks.jobs import work
from breaking_adam.networks.search import Plan
from breaking_adam.networks.sources import load
from breaking_adam.networks.store import read

TINY = {
    "logistic": Plan("logistic", 20, seeds=2, per_decade=1, batch=16, beta2=(0.99,)),
    "network": Plan(
        "network",
        20,
        seeds=2,
        per_decade=1,
        batch=16,
        beta2=(0.99,),
        algorithms=("adam-none", "amsgrad-none", "adam-inverse-sqrt"),
    ),
}


def here(jobs):
    """One job after another, in this process."""
    return ((job, work(job)) for job in jobs)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(write_mnist(tmp_path_factory.mktemp("mnist"), train=120, test=40))


@pytest.fixture(scope="module", params=TINY)
def whole(request, data, tmp_path_factory):
    directory = tmp_path_factory.mktemp(request.param)
    return figure_2(TINY[request.param], directory, here, data), directory


@pytest.mark.slow
def test_all_there_is_to_tell(whole):
    outcome, directory = whole
    plan = outcome.plan
    assert len(outcome.rows) == 2 * len(plan.compared)
    orders = {pair.order for pair in outcome.pairs}
    assert orders == (
        {"none", "after_max", "before_max"} if plan.experiment == "logistic" else {"none"}
    )
    for pair in outcome.pairs:
        difference = np.subtract(pair.amsgrad, pair.adam)
        assert pair.difference == pytest.approx(difference.mean())
        assert np.isfinite(difference).all()
    logs = directory / plan.experiment
    assert len(list(logs.iterdir())) == int(outcome.report.done.sum())
    assert not list((directory / "checkpoints").iterdir())


def test_a_search_and_no_report_is_tested_on_images_that_are_held_out():
    for plan in TINY.values():
        assert [source_of(plan, None, stage).search for stage in ("search", "report")] == [1, 0]


@pytest.mark.slow
def test_what_is_drawn_are_means_and_standard_deviations_over_the_seeds(whole):
    outcome, _ = whole
    (row,) = panels(outcome)
    assert row.title.endswith("$β_2$ = 0.99")
    for shown, split in zip(row.panels, ("train", "test"), strict=True):
        assert [line.label for line in shown.lines] == [
            ALGORITHMS[name].label for name in outcome.plan.compared
        ]
        for line, name in zip(shown.lines, outcome.plan.compared, strict=True):
            (alpha,) = (c.alpha for c in outcome.choices if (c.algorithm, c.split) == (name, split))
            cell = outcome.report.sel(algorithm=name, beta2=0.99, alpha=alpha)
            one, other = cell[f"{split}_loss"].values
            np.testing.assert_allclose(line.y, (one + other) / 2)
            sd = abs(one - other) / 2**0.5
            np.testing.assert_allclose(line.band[1] - line.y, sd)
            # On logarithmic axes it ends at a tenth of the mean.
            np.testing.assert_allclose(line.band[0], np.maximum(line.y - sd, line.y / 10))
            assert line.t.tolist() == cell.iteration.values.tolist()


class CutError(Exception):
    pass


@pytest.mark.slow
def test_cut_off_and_carried_on_to_the_bit(whole, data, tmp_path):
    outcome, directory = whole

    def cut(jobs):
        for i, job in enumerate(jobs):
            if i == 3:
                raise CutError
            yield job, work(job)

    for _ in range(2):
        with pytest.raises(CutError):
            figure_2(outcome.plan, tmp_path, cut, data)
    seen = []
    again = figure_2(
        outcome.plan, tmp_path, here, data, lambda stage, done, of: seen.append((stage, done))
    )
    assert seen[0][1] > 0
    assert again.pairs == outcome.pairs
    for stage in ("search", "report"):
        group = f"{outcome.plan.experiment}/{stage}"
        one, other = (read(where / STORE, group) for where in (directory, tmp_path))
        if (stage, outcome.plan.experiment) == ("search", "logistic"):
            xr.testing.assert_allclose(one, other, rtol=1e-6)  # other lanes share a product
        else:
            xr.testing.assert_identical(one, other)


@pytest.mark.slow
def test_processes_come_to_the_same(whole, data, tmp_path):
    outcome, _ = whole
    with processes(2) as execute:
        again = figure_2(outcome.plan, tmp_path, execute, data)
    xr.testing.assert_identical(again.report, outcome.report)
    assert again.pairs == outcome.pairs


@pytest.mark.slow
def test_cifarnet_on_tiny_batches_and_how_long_it_will_take(tmp_path, monkeypatch):
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        made = images(4, (3, 32, 32))
        rows = np.column_stack([made.labels, made.pixels.reshape(4, -1)])
        (tmp_path / f"{name}.bin").write_bytes(rows.tobytes())
    plan = Plan(
        "cifarnet",
        iterations=2,
        seeds=2,
        batch=4,
        beta2=(0.99,),
        alphas=(0.001,),
        algorithms=("adam-none", "amsgrad-none"),
    )
    outcome = figure_2(plan, tmp_path, here, str(tmp_path))
    (train, test) = outcome.pairs
    assert (train.seeds, test.alpha_adam) == (2, 0.001)
    assert np.isfinite([*train.adam, *train.amsgrad, *test.adam, *test.amsgrad]).all()
    sets = load(source_of(plan, str(tmp_path), "report"))
    assert sets.train.x.is_contiguous(memory_format=torch.channels_last)
    # By a clock that goes on by a second whenever it is looked at.
    monkeypatch.setattr(estimate, "time", SimpleNamespace(perf_counter=count().__next__))
    # Four trainings of two steps, with an evaluation of a batch after each: a third of a step.
    assert estimate.seconds(plan, sets, workers=1) == pytest.approx(4 * (2 + 2 / 3))


def test_how_many_steps_there_are_by_hand():
    # 4 trainings of 100 steps with 5 points, each a batch to evaluate, at a third of a step.
    algorithms = "adam", "adam-none"
    plan = Plan("network", 100, 2, beta2=(0.9,), algorithms=algorithms, alphas=(0.1,), points=5)
    each = 100 + 5 / 3
    for workers, rounds in (1, 4), (2, 2), (3, 2), (4, 1):
        assert estimate.steps(plan, 128, workers) == pytest.approx(rounds * each)
    # Two α are a search of 4, and each split may have another α to report.
    searching = replace(plan, alphas=(0.1, 0.2))
    assert estimate.steps(searching, 128, workers=4) == pytest.approx((1 + 2) * each)


def on_a_cluster():
    from distributed import LocalCluster

    plan = replace(TINY["network"], alphas=(0.01,), algorithms=("adam-none", "amsgrad-none"))
    with tempfile.TemporaryDirectory() as place:
        torch.set_num_threads(1)
        data = str(write_mnist(Path(place) / "data", train=120, test=40))
        one, other = Path(place) / "one", Path(place) / "other"
        one.mkdir()
        other.mkdir()
        expected = figure_2(plan, one, here, data)
        workers = {"n_workers": 1, "threads_per_worker": 2, "processes": False}
        with (
            LocalCluster(**workers, dashboard_address=None) as running,
            cluster(running.scheduler_address) as execute,
        ):
            got = figure_2(plan, other, execute, data)
    xr.testing.assert_identical(got.report, expected.report)


@pytest.mark.slow
def test_a_cluster_comes_to_the_same():
    apart(on_a_cluster)  # Dask leaves threads behind


def test_no_cluster():
    with pytest.raises(ClusterError, match="no Dask scheduler answers at 'tcp://127"):
        connect("tcp://127.0.0.1:9", patience=0.5)


LONG = """
import signal, sys
from pathlib import Path
from breaking_adam.networks.execution import processes
from breaking_adam.networks.figure2 import figure_2
from breaking_adam.networks.search import Plan
if __name__ == "__main__":
    plan = Plan("network", 20_000, seeds=2, batch=16, beta2=(0.99,), alphas=(0.01,),
                algorithms=("adam-none", "amsgrad-none"))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with processes(2) as execute:
        figure_2(plan, Path(sys.argv[1]), execute, sys.argv[2])
"""


def descendants(pid):
    """The processes that it has started and that still run, and all that these have."""
    words = ["ps", "-o", "pid=", "--ppid", str(pid)]
    listed = subprocess.run(words, capture_output=True, text=True, check=False)
    children = [int(word) for word in listed.stdout.split()]
    return children + [each for child in children for each in descendants(child)]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_its_parent(data, tmp_path, number):
    script = tmp_path / "long.py"
    script.write_text(LONG)
    process = subprocess.Popen([sys.executable, script, tmp_path, data], stderr=subprocess.DEVNULL)
    try:
        logs = tmp_path / "network"
        wait_for(lambda: logs.is_dir() and len(list(logs.iterdir())) == 2)
        started = descendants(process.pid)
        assert len(started) >= 2
        process.send_signal(number)
        assert process.wait(60) != 0
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))
        saved = list((tmp_path / "checkpoints").glob("network_*.pt"))
        assert len(saved) == (2 if number == signal.SIGINT else 0)
    finally:
        process.kill()
