"""What must be so before anything is imported, and after every test."""

import os

import pytest

# Keras reads it once, whoever imports it first.
os.environ["KERAS_BACKEND"] = "torch"

# Workers side by side share the cores; torch, OpenMP and the processes that tests start heed it.
_workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // _workers)))


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    yield
    from processes import end_all

    end_all()
