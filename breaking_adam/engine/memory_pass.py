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
from breaking_adam.engine.step import Specialisation, pairs, stepper, tuples
from breaking_adam.support.compilable import compilable

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
    at, width = step.rule.at, len(step.rule.state) + 2
    narrow = tuples(step.coefficients, step.dtype).narrow
    hyper_of = tuples(hypers, np.dtype("float64")).narrow
    stretch = _stretch(step, storage)

    @c_function(TASK, step, storage, hypers)
    def run(first, last, work):
        memory.widest_vectors()
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
            if lowest < highest:
                stretch(addresses[i], lowest, highest, c, alpha, decays)

    return run


def _stretch(step: Specialisation, storage: str) -> Any:
    """(addresses, first, last, c, alpha, decays): step these coordinates of a row of tensors."""
    one, width, alone = stepper(step), len(step.rule.state) + 2, memory.STORAGE[storage]
    columns, load, _ = memory.columns(width, alone)
    _, _, store = memory.columns(width - 1, alone, among=width)

    @compilable
    def moved(values, c, alpha, decays):
        x, state = one(values[-2], values[:-2], values[-1], c, alpha, decays)
        return state + (x,)  # noqa: RUF005 - Numba's subset

    @compilable
    def one_by_one(addresses, first, last, c, alpha, decays):
        memory.widest_vectors()
        tensors = columns(addresses, 0)
        for j in range(first, last):
            store(tensors, j, moved(load(tensors, j), c, alpha, decays))

    if storage not in memory.PAIRS:
        return one_by_one
    size, together = alone.bytes, memory.PAIRS[storage]
    columns_of_two, load_two, _ = memory.columns(width, together)
    _, _, store_two = memory.columns(width - 1, together, among=width)
    lower, upper, paired = pairs(width)

    @compilable
    def two_by_two(addresses, first, last, c, alpha, decays):
        memory.widest_vectors()
        tensors, words = columns_of_two(addresses, size * first), (last - first) // 2
        for j in range(words):
            values = load_two(tensors, j)
            below = moved(lower(values), c, alpha, decays)
            above = moved(upper(values), c, alpha, decays)
            store_two(tensors, j, paired(below, above))
        one_by_one(addresses, first + 2 * words, last, c, alpha, decays)

    return two_by_two
