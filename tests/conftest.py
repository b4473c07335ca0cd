"""What must be so before anything is imported, and after every test."""

import gc
import os

import pytest

# Imports make a million objects, and whatever compiles many that soon go: the collector need not
# walk them over and over.
gc.disable()

# Keras reads it once, whoever imports it first.
os.environ["KERAS_BACKEND"] = "torch"

# Workers side by side share the cores; torch, OpenMP and the processes that tests start heed it.
# The process that starts the workers sets nothing: they would inherit its number.
if _workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 0)):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // _workers)))


def pytest_collection_finish():
    gc.freeze()
    gc.set_threshold(50_000, 20)
    gc.enable()


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    yield
    from processes import end_all

    end_all()


@pytest.fixture
def short_walks(monkeypatch):
    """A rule that is read walks 500 steps before it is trusted, not 2,000.

    For tests that hold what comes of it against the eager run themselves.
    """
    from breaking_adam.grids import lockstep, readings
    from breaking_adam.tracing import Reader

    *others, steps = Reader.__init__.__defaults__
    assert steps == lockstep.STEPS
    monkeypatch.setattr(Reader.__init__, "__defaults__", (*others, 500))
    monkeypatch.setattr(lockstep, "STEPS", 500)
    monkeypatch.setattr(readings, "_KEPT", {})  # no other test is served what walked less
