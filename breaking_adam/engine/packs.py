"""Packs of lanes in memory, and what problem and optimizer do to them.

A pack is WIDTH lanes: cells of a grid, each with an optimizer and a problem of its own. Its
memory is rows of WIDTH words of eight bytes. In the middle is its ``Head``, where problem and
optimizer meet; the rows after it are the problem's and those before it the optimizer's. So a pass
over a pack is compiled for a problem, or for an optimizer, and never for a pair of them: the
optimizer's has the loop over the steps, and calls the problem's at its address.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import cache
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from breaking_adam.engine.advance import Clock, Schedule
from breaking_adam.engine.compilation import c_function
from breaking_adam.engine.memory import pointer_to
from breaking_adam.engine.rows import Kinds, flat, reader
from breaking_adam.problems.cost import Cost
from breaking_adam.problems.two_sum import add
from breaking_adam.rules.marked import compilable as marked
from breaking_adam.support.compilable import compilable

#: The lanes of a pack: what they carry and are set to stays in the first-level cache.
WIDTH = 64

#: The bytes of a row.
ROW = 8 * WIDTH

#: A pack's first row is no lane's, but for what its optimizers share. It ends with how many lanes
#: play, how many steps the last pass has made, and the lane that it has stopped for.
PLAYING, MADE, STRANGE = range(WIDTH - 3, WIDTH)

#: Lanes that a vector holds at most: a pack's width is a multiple of it.
VECTOR = 16

#: The steps after which what they add to the regret is added to its sum. That is exact; within so
#: few steps a double is exact enough.
TERMS = 64


class Head(IntEnum):
    """The rows in the middle of a pack; the first four are in the problem's dtype."""

    X = 0
    LOW = 1  # where x is kept
    HIGH = 2
    G = 3  # the slope at x
    REGRET = 4  # as two doubles
    REST = 5
    TERM = 6  # what the last few steps add to it
    BEGIN = 7  # x where the tail begins
    DISTANCE = 8  # over the tail, the sum of x's distance to that
    SQUARE = 9  # and of its square


HEAD = len(Head)

DOUBLE = np.dtype("float64")

doubles = pointer_to(types.float64)
_integers, _naturals = pointer_to(types.int64), pointer_to(types.uint64)


@cache
def reals(dtype: np.dtype[Any]) -> Any:
    """(address, rows) -> the rows from there on, as numbers of a dtype; compiled."""
    pointer, per_row = pointer_to(numba.from_dtype(dtype)), ROW // dtype.itemsize

    @compilable
    def rows_at(address, rows):
        return numba.carray(pointer(address), (rows, per_row))

    return rows_at


#: Of a pass of a problem: (own, head, t, width). Both own and head are where a pack's head is, for
#: numbers of x's dtype and for those of eight bytes: at one address LLVM would take rows of both
#: for ones that may overlap, and have each call compare every two of them. So many lanes play.
SLOPES = types.void(types.intp, types.intp, types.intp, types.intp)


@cache
def slopes(cost: Cost, dtype: np.dtype[Any], kinds: Kinds) -> Any:
    """The pass of a problem: f_t'(x) of each lane, and what f_t(x) − f_t(x*) adds to its regret.

    Args:
        cost: the problem's.
        dtype: of x.
        kinds: of what a lane is set to, (x*, constants, key).
    """
    read, f_at, at = reader(kinds, HEAD), cost.at, reals(dtype)
    rows, term = HEAD + len(list(flat(kinds))), int(Head.TERM)
    x, g = int(Head.X), int(Head.G)

    @c_function(SLOPES, cost, dtype, kinds)
    def run(own, head, t, width):
        lanes, floats = at(own, HEAD), numba.carray(doubles(head), (rows, WIDTH))
        integers = numba.carray(_integers(head), (rows, WIDTH))
        naturals = numba.carray(_naturals(head), (rows, WIDTH))
        for j in range(width):
            x_star, constants, key = read(floats, integers, naturals, j)
            f, slope = f_at(lanes[x, j], t, key, constants)
            f_star, _ = f_at(x_star, t, key, constants)
            lanes[g, j] = slope
            floats[term, j] += f - f_star

    return run


@cache
def given() -> Any:
    """The pass of no problem at all: the slopes are there."""

    @c_function(SLOPES)
    def run(own, head, t, width):
        pass

    return run


@cache
def factors(schedule: Schedule) -> Any:
    """The schedule, to be called at its address; any function of t that Numba can compile."""
    marked(schedule)

    @c_function(types.float64(types.intp), schedule)
    def run(s):
        return float(schedule(s))

    return run


def _call_slopes(_context: Any, address: Any, head: Any, t: Any, width: Any) -> Any:
    def code(_: Any, builder: Any, __: Any, arguments: Any) -> None:
        word = arguments[0].type
        function = ir.FunctionType(ir.VoidType(), [word] * 4).as_pointer()
        builder.call(builder.inttoptr(arguments[0], function), [arguments[1], *arguments[1:]])

    return types.void(address, head, t, width), code


def _call_factor(_context: Any, address: Any, s: Any) -> Any:
    def code(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        function = ir.FunctionType(ir.DoubleType(), [arguments[0].type]).as_pointer()
        return builder.call(builder.inttoptr(arguments[0], function), arguments[1:])

    return types.float64(address, s), code


#: Call a pass of a problem, and a schedule, at its address.
call_slopes: Any = intrinsic(_call_slopes)
call_factor: Any = intrinsic(_call_factor)


@compilable
def count_regret(floats, head, width):
    """Add what the last steps have added to the regret."""
    high, low, term = head + 4, head + 5, head + 6
    for j in range(width):
        floats[high, j], floats[low, j] = add(floats[high, j], floats[low, j], floats[term, j])
        floats[term, j] = 0.0


@compilable
def count_tail(lanes, floats, head, width):
    """Add x's distance to where the tail began, and its square."""
    begin, total, squares = head + 7, head + 8, head + 9
    for j in range(width):
        distance = lanes[head, j] - floats[begin, j]
        floats[total, j] += distance
        floats[squares, j] += distance * distance


@compilable
def kept(lanes, head, j, x):
    """Π_F, which leaves NaN as it is."""
    low, high = lanes[head + 1, j], lanes[head + 2, j]
    x = low if x < low else x  # one after the other, each is one instruction
    return high if x > high else x


class Packs:
    """The memory of some packs.

    Args:
        before: how many rows a pack has before its head.
        dtype: of x.
        tasks: what each lane's problem is set to, shape (rows, packs, WIDTH).
        playing: how many lanes of each pack play, shape (packs,).
    """

    def __init__(
        self, before: int, dtype: np.dtype[Any], tasks: np.ndarray, playing: np.ndarray
    ) -> None:
        rows, packs, _ = tasks.shape
        self.before, self.dtype, self.playing = before, dtype, playing
        self.memory = _aligned((packs, before + HEAD + rows, WIDTH))
        self.memory[:, before + HEAD :] = tasks.transpose(1, 0, 2)
        if before:
            self.memory[:, 0, PLAYING] = playing

    def row(self, k: int, dtype: np.dtype[Any] = DOUBLE) -> np.ndarray:
        """A row of every pack, as numbers of a dtype; shape (packs, WIDTH)."""
        return self.memory[:, k].view(dtype)[:, :WIDTH]

    def head(self, row: Head) -> np.ndarray:
        """A row of every pack's head, shape (packs, WIDTH)."""
        own = row <= Head.G
        return self.row(self.before + row, self.dtype if own else DOUBLE)

    def with_before(self, before: int) -> Packs:
        """The same with other rows before the head, all of which are 0 but how many play."""
        tasks = self.memory[:, self.before + HEAD :].transpose(1, 0, 2)
        packs = Packs(before, self.dtype, tasks, self.playing)
        packs.memory[:, before : before + HEAD] = self.memory[:, self.before : self.before + HEAD]
        return packs

    def run(
        self,
        run: Any,
        slopes: Any,
        factor: Any,
        clock: Clock,
        steps: int,
        in_tail: bool,
        first: int = 0,
        last: int | None = None,
    ) -> np.ndarray:
        """Have packs play; how many steps each has made, shape (packs,)."""
        last = len(self.memory) if last is None else last
        run.ctypes(
            self.memory.ctypes.data,
            first,
            last,
            self.memory[0].nbytes,
            slopes.address,
            factor.address,
            *clock,
            steps,
            in_tail,
        )
        return self.memory[first:last, 0, MADE].astype(np.int64)

    def look(self, slopes: Any, t: int, lanes: int = WIDTH) -> np.ndarray:
        """The slopes of all lanes where they are, which counts towards the regret."""
        for pack in self.memory:
            head = pack[self.before :].ctypes.data
            slopes.ctypes(head, head, t, lanes)
        return self.head(Head.G)


def _aligned(shape: tuple[int, ...]) -> np.ndarray:
    """Zeros that begin where a line of the cache does."""
    words = np.zeros(math.prod(shape) + 8)
    begin = -words.ctypes.data % 64 // 8
    return words[begin : begin + math.prod(shape)].reshape(shape)
