"""Grids on disk and on a cluster: the same bits, however often they are stopped."""

import os
import signal
import sys
import threading
import time

import numpy as np
import pytest
import torch
import xarray
from processes import LONGEST, forked, wait_for

from breaking_adam import Online, grid, inverse_sqrt
from breaking_adam.grids import tile, tiling
from breaking_adam.grids.grid import work_of
from breaking_adam.grids.store import DONE, Store, StoreError
from breaking_adam.rules.schedules import constant
from breaking_adam.support import files


def problem(period):
    return Online(period, -1, period=period)


def optimizer(params, beta2, amsgrad):
    return torch.optim.Adam(params, 0.1, betas=(0.5, beta2), amsgrad=amsgrad)


AXES = {
    "period": range(2, 42),
    "beta2": 1 - np.geomspace(0.5, 1e-3, 40),
    "amsgrad": [False, True],
}


def play(steps=2000, axes=AXES, schedule=inverse_sqrt, **how):
    return grid(problem, optimizer, axes, steps=steps, schedule=schedule, points=5, **how)


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch):
    """Sixteen of them."""
    monkeypatch.setattr(tiling.chunks, "__defaults__", (256,))


@pytest.fixture(scope="module")
def whole():
    before, tiling.chunks.__defaults__ = tiling.chunks.__defaults__, (256,)
    yield play()
    tiling.chunks.__defaults__ = before


def assert_same(a, b):
    assert set(a.data_vars) == set(b.data_vars)
    for name in a.data_vars:
        assert a[name].dims == b[name].dims
        np.testing.assert_array_equal(a[name].values, b[name].values)
        assert a[name].attrs.keys() == b[name].attrs.keys()
    for name in a.coords:
        np.testing.assert_array_equal(a[name].values, b[name].values)


@pytest.mark.slow
def test_a_store_holds_the_same_bits(whole, tmp_path, monkeypatch):
    kept = play(store=tmp_path / "a.zarr")
    assert_same(kept, whole)
    assert_same(xarray.open_zarr(tmp_path / "a.zarr", consolidated=False).drop_vars(DONE), whole)
    chunk = kept.x.encoding["chunks"]
    assert np.prod(chunk) <= 256
    # And what is there is not played again.
    monkeypatch.setattr(tile, "play", None)
    assert_same(play(store=tmp_path / "a.zarr"), whole)


@pytest.mark.slow
def test_a_stopped_call_goes_on_and_plays_no_tile_twice(whole, tmp_path, monkeypatch):
    played, real = [], tile.play

    def counted(work, *rest):
        if len(played) == 5:
            raise KeyboardInterrupt
        played.append(work.axes["period"])
        return real(work, *rest)

    monkeypatch.setattr(tile, "play", counted)
    with pytest.raises(KeyboardInterrupt):
        play(store=tmp_path / "a.zarr")
    played.insert(0, None)  # one more than the first time, so that it does not stop again
    total = []

    def rest(work, *others):
        total.append(work.axes["period"])
        return real(work, *others)

    monkeypatch.setattr(tile, "play", rest)
    assert_same(play(store=tmp_path / "a.zarr"), whole)
    tiles = len(list(tiling.blocks(whole.x.shape, tiling.chunks(whole.x.shape))))
    assert len(total) == tiles - 5


def _play_slowly(path):
    tiling.chunks.__defaults__ = (256,)
    play(store=path)


@pytest.mark.slow
def test_a_killed_process_leaves_a_store_that_goes_on(whole, tmp_path):
    path = tmp_path / "a.zarr"
    process = forked(_play_slowly, path)
    wait_for(lambda: len(list((path / DONE).glob("c/*"))) >= 2)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert_same(play(store=path), whole)


def _make_until(path, moment):
    """Begin to make a store, and be killed at what is so manieth to be written of it."""
    written = 0

    def count(event, arguments):
        nonlocal written
        is_written = event in ("os.mkdir", "os.rename") or (
            event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if is_written and str(path.parent) in str(arguments[0]):
            written += 1
            if written == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    work = work_of(problem, optimizer, FEW, 50, inverse_sqrt, 5)
    sys.addaudithook(count)
    Store(path, work)


#: Axes of a small grid.
FEW = {"period": [3, 5], "beta2": [0.5, 0.9], "amsgrad": [False]}


@pytest.mark.slow
@pytest.mark.parametrize("moment", [2, 4, 9, 20, 32])
def test_a_process_that_is_killed_while_it_makes_a_store_is_in_nobodys_way(moment, tmp_path):
    path = tmp_path / "runs" / "a.zarr"
    process = forked(_make_until, path, moment)
    process.join(LONGEST)
    assert process.exitcode == -signal.SIGKILL, "it was made before"
    assert_same(play(50, FEW, store=path), play(50, FEW))


def test_of_two_who_make_a_store_the_later_takes_that_of_the_earlier(tmp_path, monkeypatch):
    path, real = tmp_path / "a.zarr", Store._write_empty

    def late(self, aside):
        real(self, aside)
        monkeypatch.setattr(Store, "_write_empty", real)
        play(50, FEW, store=path)

    monkeypatch.setattr(Store, "_write_empty", late)
    assert_same(play(50, FEW, store=path), play(50, FEW))
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"steps": 2001}, "steps is 2000 there and 2001 here"),
        ({"axes": {**AXES, "amsgrad": [True, False]}}, "amsgrad"),
        ({"axes": {**AXES, "period": range(3, 43)}}, "axis period|problem"),
        ({"schedule": constant}, "schedule is inverse_sqrt there and constant here"),
    ],
)
def test_other_settings_are_refused_with_what_differs(changes, says, tmp_path):
    axes = {name: list(values)[:2] for name, values in AXES.items()}
    play(axes=axes, store=tmp_path / "a.zarr")
    if "axes" in changes:
        changes = {"axes": {name: list(v)[:2] for name, v in changes["axes"].items()}}
    with pytest.raises(StoreError, match=says) as refused:
        play(**{"axes": axes, **changes}, store=tmp_path / "a.zarr")
    assert "\n" not in str(refused.value)


def test_another_schedule_of_the_same_name_is_refused(tmp_path):
    def late(c):
        def schedule(t):
            return c / t

        return schedule

    play(50, FEW, late(1.0), store=tmp_path / "a.zarr")
    with pytest.raises(StoreError, match="schedule_content is"):
        play(50, FEW, late(0.5), store=tmp_path / "a.zarr")


def test_a_store_that_another_process_writes_to_is_refused(tmp_path):
    play(50, FEW, store=tmp_path / "a.zarr")
    lock = files.claim(tmp_path / "a.zarr")
    try:
        with pytest.raises(StoreError, match="another process writes to"):
            play(50, FEW, store=tmp_path / "a.zarr")
    finally:
        os.close(lock)


def test_another_function_with_the_same_ends_is_refused(tmp_path):
    axes = {"period": [3, 5, 7], "beta2": [0.9], "amsgrad": [False]}
    play(axes=axes, store=tmp_path / "a.zarr")

    def other(period):
        return Online(period, -1, period=4 if period == 5 else period)

    with pytest.raises(StoreError, match="makes other cells"):
        grid(
            other,
            optimizer,
            axes,
            steps=2000,
            schedule=inverse_sqrt,
            points=5,
            store=tmp_path / "a.zarr",
        )


def test_what_is_no_store_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(StoreError, match="no grid's store"):
        play(store=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_words_on_an_axis_can_be_stored(tmp_path):
    def named(params, optimizer):
        return {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[optimizer](params, 0.1)

    axes = {"optimizer": ["adam", "sgd"], "period": [2, 3]}
    ds = grid(problem, named, axes, steps=50, store=tmp_path / "a.zarr")
    assert ds.optimizer.values.tolist() == ["adam", "sgd"]
    assert np.isfinite(ds.x).all()


def _on_a_cluster(path):
    import dask
    from distributed import Client, LocalCluster

    # Forks of the server that this one is a fork of: nobody imports anything.
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    tiling.chunks.__defaults__ = (256,)
    whole = play(steps=20_000)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        killed = threading.Event()

        def kill():
            while len(list((path / DONE).glob("c/*"))) < 2:
                time.sleep(0.01)
            os.kill(victim, signal.SIGKILL)
            killed.set()

        thread = threading.Thread(target=kill)
        thread.start()
        ds = play(steps=20_000, store=path, client=client)
        thread.join()
        assert killed.is_set()
        assert_same(ds, whole)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_comes_to_the_same_bits(tmp_path):
    # Of its own: a cluster's threads and loops are no other test's.
    process = forked(_on_a_cluster, tmp_path / "a.zarr")
    process.join(LONGEST)
    assert process.exitcode == 0, "its traceback is on standard error"
