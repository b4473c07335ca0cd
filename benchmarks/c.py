"""The hand-written C of loop.c, cells.c and pass.c, built for this machine."""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from breaking_adam.problems.periods import divisor_of


class Settings(ctypes.Structure):
    """loop.c's settings, at the paper's values."""

    _fields_ = (
        ("large", ctypes.c_double),
        ("small", ctypes.c_double),
        ("inverse", ctypes.c_uint64),
        ("shift", ctypes.c_uint64),
        ("largest", ctypes.c_uint64),
        ("threshold", ctypes.c_uint64),
        ("seed", ctypes.c_uint64),
        ("alpha", ctypes.c_double),
        ("beta1", ctypes.c_double),
        ("beta2", ctypes.c_double),
        ("eps", ctypes.c_double),
        ("low", ctypes.c_double),
        ("high", ctypes.c_double),
        ("x_star", ctypes.c_double),
        ("decay", ctypes.c_double),
        ("power", ctypes.c_double),
        ("momentum", ctypes.c_double),
        ("centered", ctypes.c_double),
        ("dampening", ctypes.c_double),
        ("lr_decay", ctypes.c_double),
    )


PAPER = Settings(
    *(1010.0, -10.0),
    *(int(n) for n in divisor_of(101)),
    *(math.ceil(0.01 * 2**64), 0),
    *(1e-3, 0.9, 0.99, 1e-8),
    *(-1.0, 1.0, -1.0),
    *(1.0, 0.0),  # β1 as it is
    *(0.0, 0.0),
    *(0.0, 0.0),
)


#: How the sources are compiled; a square root need not tell errno of its errors.
FLAGS = ("-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", "-fno-math-errno")


@cache
def library(source: str = "loop.c") -> Any:
    """The source as a shared library, or None with a message where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        print("no C compiler (cc): the comparison with C is left out")
        return None
    built = Path(tempfile.mkdtemp()) / "library.so"
    subprocess.run([compiler, *FLAGS, _path(source), "-o", built, "-lm"], check=True)
    return ctypes.CDLL(str(built))


def vectorised(source: str) -> str:
    """What the compiler says of the loops of the source that it vectorised; empty for none."""
    told = subprocess.run(
        [shutil.which("cc") or "cc", *FLAGS, "-fopt-info-vec", _path(source), "-o", os.devnull],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    return "; ".join(
        line.rpartition(": ")[2] for line in told.splitlines() if "loop vectorized" in line
    )


def _path(source: str) -> Path:
    return Path(__file__).with_name(source)


def one_pass(name: str, addresses: np.ndarray, sizes: np.ndarray, numbers: np.ndarray) -> None:
    """Run a pass of pass.c over tensors that lie at the addresses, shape (tensors, columns)."""
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (addresses, sizes, numbers)]
    library("pass.c")[name](ctypes.c_int64(len(sizes)), *pointers)


def one_lane(name: str, steps: int) -> np.ndarray:
    """Run a loop over one replica; (x, the rule's three numbers, regret high, low) at its end."""
    state = np.zeros(6)
    library()[name](ctypes.byref(PAPER), ctypes.c_int64(steps), ctypes.c_void_p(state.ctypes.data))
    return state


def lanes(name: str, steps: int, replicas: int) -> np.ndarray:
    """Run a loop over many replicas; shape (6, replicas)."""
    state = np.zeros((6, replicas))
    rows = [ctypes.c_void_p(row.ctypes.data) for row in state]
    library()[name](ctypes.byref(PAPER), ctypes.c_int64(steps), ctypes.c_int64(replicas), *rows)
    return state
