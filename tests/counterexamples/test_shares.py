"""A matrix over the cores is the matrix of one process."""

import multiprocessing
import os
import shutil
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from processes import ends
from test_matrix import Draws

from breaking_adam.counterexamples import matrix, shares, table
from breaking_adam.counterexamples.entrants import entrants
from breaking_adam.tracing import UnreadableError

pytestmark = pytest.mark.slow

SMALL = [
    replace(table.COUNTEREXAMPLES[name], steps=2500, seeds=seeds)
    for name, seeds in (("reddi_cycle", 1), ("reddi_random", 2))
]


@pytest.fixture(autouse=True, scope="module")
def _two_are_enough():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "FEW", 1)
        yield


@pytest.fixture(autouse=True)
def _nobody_is_left():
    """No process that works outlives the call that has begun it."""
    there = multiprocessing.active_children()
    yield
    for child in set(multiprocessing.active_children()) - set(there):
        assert ends(child)


class Loud(torch.optim.SGD):
    """One that says what it is, on standard error; here alone, so that it goes there by value."""

    def __init__(self, params, lr):
        super().__init__(params, lr)
        print("loud", file=sys.stderr)


PLAYERS = ["sgd", "adam(betas=(0.5, 0.9))", "pytorch_optimizer.Lion", Loud]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """What two processes have come to, what they have told, and where it is kept."""
    store, lines, begun = tmp_path_factory.mktemp("runs"), [], []
    how = {"tell": lines.append, "at": begun.append, "store": store}
    ds, seconds = shares.play(entrants(PLAYERS), SMALL, cores=2, **how)
    return SimpleNamespace(ds=ds, seconds=seconds, lines=lines, begun=begun, store=store)


@pytest.fixture(scope="module")
def alone():
    """What one process comes to."""
    return matrix.play(entrants(PLAYERS), SMALL)


def assert_same(a, b):
    assert a.optimizer.values.tolist() == b.optimizer.values.tolist()
    for name in b.data_vars:
        np.testing.assert_array_equal(a[name], b[name])


def test_each_core_has_a_share_and_all_come_together(shared, alone):
    assert_same(shared.ds, alone)
    assert shared.ds.attrs == alone.attrs
    assert "pytorch_optimizer" in alone.attrs["versions"]
    assert sorted(shared.begun) == sorted(2 * ["reading", "reddi_cycle", "reddi_random"])
    assert list(shared.seconds) == ["reading", "reddi_cycle", "reddi_random"]
    assert {line for line in shared.lines if "loud" in line} == {"loud"}
    assert {path.name for path in shared.store.iterdir()} == set(alone.optimizer.values)


@pytest.mark.parametrize(("players", "cores"), [(PLAYERS[::-1], 3), (PLAYERS[1:2], 1)])
def test_any_call_finds_what_is_done_for_its_optimizers(players, cores, shared):
    """On however many cores."""
    begun = []
    how = {"cores": cores, "at": begun.append, "store": shared.store}
    again = shares.play(entrants(players), SMALL, **how).ds
    assert "reading" not in begun
    assert_same(again, shared.ds.sel(optimizer=[each.name for each in entrants(players)]))


def test_one_more_is_played_alone_beside_those_that_are_there(shared, alone, tmp_path, monkeypatch):
    """And on another number of cores."""
    store = tmp_path / "runs"
    shutil.copytree(shared.store, store)
    written = {path: path.stat().st_mtime_ns for path in store.rglob("c/*")}
    played, real = [], matrix._read_ahead
    monkeypatch.setattr(
        matrix,
        "_read_ahead",
        lambda entered, problems: (played.extend(entered), real(entered, problems))[1],
    )
    one = "torch.optim.RMSprop"
    more = [PLAYERS[0], one, *PLAYERS[1:]]
    ds = shares.play(entrants(more), SMALL, cores=1, store=store).ds
    assert [each.name for each in played] == [one]
    assert written
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert ds.optimizer.values.tolist() == [each.name for each in entrants(more)]
    assert_same(ds.sel(optimizer=alone.optimizer), alone)
    assert_same(ds.sel(optimizer=[one]), matrix.play(entrants([one]), SMALL))


def test_a_worker_tells_whole_lines(monkeypatch):
    """A print is written in parts, and those of two workers come in turn."""
    told = []
    monkeypatch.setattr(shares, "_events", SimpleNamespace(put=told.append))
    lines = shares._Lines()
    for part in "its", " step", " raises\nand", "\n", "\n", "then", " that":
        assert lines.write(part) == len(part)
    assert told == [(False, "its step raises"), (False, "and")]


def test_the_seconds_of_a_problem_are_those_of_all_cores_shared_by_them(alone, monkeypatch):
    parts = [
        shares.Played(alone.isel(optimizer=[k]), {"reading": k, "reddi_cycle": 2.0})
        for k in range(3)
    ]
    took = []
    monkeypatch.setattr(shares, "_in_processes", lambda count, *_: (took.append(count), parts)[1])
    for cores, busy in (2, 2), (64, 2):  # of three optimizers there are two shares
        _, seconds = shares.play(entrants(PLAYERS[:3]), SMALL, cores=cores)
        assert took.pop() == busy
        assert seconds == {"reading": 3 / busy, "reddi_cycle": 6 / busy}


def test_ctrl_c_ends_all_of_them():
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shares.play(entrants(PLAYERS), SMALL, cores=2, at=stop)


class DrawsToo(Draws):
    """Another one that cannot be read."""


def test_what_cannot_be_read_is_left_out_and_nobody_else(alone, tmp_path):
    """Of a share the other one plays, and of a share that is left out none."""
    lines = []
    how = {"eager": False, "tell": lines.append, "cores": 2, "store": tmp_path}
    players = [PLAYERS[0], Draws, PLAYERS[1], Loud, DrawsToo]
    ds, _ = shares.play(entrants(players), SMALL, **how)
    assert_same(ds, alone.isel(optimizer=[0, 1, 3]))
    left_out = [line for line in lines if "is left out: it draws random numbers" in line]
    who = sorted(line.split()[0] for line in left_out)
    assert who == ["test_matrix.Draws", "test_shares.DrawsToo"]
    with pytest.raises(UnreadableError, match="none of the optimizers"):
        shares.play(entrants([Draws]), SMALL, **{**how, "store": None})


class Fails(torch.optim.SGD):
    """One that raises where it is to play, and not before."""

    def __init__(self, params, lr):
        if multiprocessing.parent_process() is not None:
            raise ValueError("not here")
        super().__init__(params, lr)


class Sleeps(torch.optim.SGD):
    """One that takes its time where it is to play."""

    def __init__(self, params, lr):
        if multiprocessing.parent_process() is not None:
            time.sleep(600)
        super().__init__(params, lr)


def test_a_share_that_fails_does_not_wait_for_the_others():
    players = entrants([Sleeps, "sgd", Fails])
    with pytest.raises(ValueError, match="not here"):
        shares.play(players, SMALL, cores=2)


class Gone(torch.optim.SGD):
    """One that ends its process."""

    def step(self, closure=None):
        os._exit(3)


def test_a_process_that_dies_is_an_error_and_no_wait():
    with pytest.raises(RuntimeError, match="terminated abruptly"):
        shares.play(entrants([Gone, "sgd"]), SMALL, cores=2)


@pytest.mark.parametrize(("count", "cores"), [(1, 8), (2, 1)])
def test_few_optimizers_or_one_core_take_no_process(count, cores, monkeypatch):
    monkeypatch.setattr(shares, "workers", None)
    ds, _ = shares.play(entrants(PLAYERS[:count]), SMALL[:1], cores=cores)
    assert ds.sizes["optimizer"] == count
