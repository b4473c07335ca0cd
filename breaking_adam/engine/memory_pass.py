"""A step of real tensors, in one pass over their memory."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types

from breaking_adam.engine import memory
from breaking_adam.engine.compilation import c_function
from breaking_adam.engine.openmp import TASK
from breaking_adam.engine.step import Specialisation, stepper, tuples

_integers, _doubles = memory.pointer_to(types.intp), memory.pointer_to(types.float64)


class Work(NamedTuple):
    """What a pass is to do, in memory that it is given the address of.

    A row of ``addresses`` holds where one tensor's states, x and g begin, and ``sizes`` its
    number of coordinates; ``numbers`` are alpha, two weight decays and the hyperparameters.
    """

    addresses: np.ndarray
    sizes: np.ndarray
    numbers: np.ndarray
    t: int

    def pack(self) -> np.ndarray:
        """The integers that the pass reads at its address."""
        arrays = self.addresses, self.sizes, self.numbers
        return np.array([self.t, len(self.sizes), *(array.ctypes.data for array in arrays)])


@cache
def over_memory(step: Specialisation, storage: str, hypers: int) -> Any:
    """Step t of the coordinates first to last of a list of tensors, in one pass over them.

    The tensors must not overlap. ``storage`` is the type in memory, which for a half is narrower
    than the step's arithmetic; ``hypers`` is the number of hyperparameters.
    """
    one, at = stepper(step), step.rule.at
    width = len(step.rule.state) + 2
    narrow = tuples(step.coefficients, step.dtype).narrow
    hyper_of = tuples(hypers, np.dtype("float64")).narrow
    columns, load, _ = memory.columns(width, storage)
    _, _, store = memory.columns(width - 1, storage, among=width)

    @c_function(TASK, step, storage, hypers)
    def run(first, last, work):
        t, n, rows, sizes_, numbers_ = numba.carray(_integers(work), 5)
        addresses = numba.carray(_integers(rows), (n, width))
        sizes = numba.carray(_integers(sizes_), n)
        numbers = numba.carray(_doubles(numbers_), 3 + hypers)
        alpha, decays = numbers[0], (numbers[1], numbers[2])
        c = narrow(at(t, alpha, hyper_of(numbers[3:])))
        begin = 0
        for i in range(n):
            lowest, highest = max(first - begin, 0), min(last - begin, sizes[i])
            begin += sizes[i]
            tensors = columns(addresses[i])
            for j in range(lowest, highest):
                values = load(tensors, j)
                x, state = one(values[-2], values[:-2], values[-1], c, alpha, decays)
                store(tensors, j, state + (x,))  # noqa: RUF005 - Numba's subset

    return run
