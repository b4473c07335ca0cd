"""What a grid is of: the two functions, their axes, and how each cell is played and recorded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from breaking_adam.engine.advance import Schedule
from breaking_adam.grids.axes import Axes, taken
from breaking_adam.problems import Problem

#: Values of some axes, by their names.
Point = dict[str, Any]

#: The points by which every cell is judged.
JUDGED = 32


@dataclass(frozen=True, kw_only=True)
class Work:
    """A grid, or a tile of one: see :func:`breaking_adam.grid` for the arguments."""

    problem: Callable[..., Any]
    optimizer: Callable[..., Any]
    axes: Axes
    steps: int
    schedule: Schedule
    points: int
    dtype: torch.dtype
    eager: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """The cells along each axis."""
        return tuple(map(len, self.axes.values()))

    @property
    def of_problem(self) -> list[str]:
        """The axes that the problem takes."""
        return taken(self.problem, self.axes, what="problem")

    @property
    def of_optimizer(self) -> list[str]:
        """The axes that the optimizer takes."""
        return taken(self.optimizer, self.axes, what="optimizer", besides=1)

    def make_problem(self, point: Point) -> Problem:
        """The problem at a point of its axes."""
        with _precision(self.dtype):
            problem = self.problem(**point)
        if not isinstance(problem, Problem):
            raise TypeError(f"problem must give a Problem, got a {type(problem).__name__}")
        if problem.replicas != 1:
            raise ValueError(
                f"problem must have one replica, got {problem.replicas}: make the seed an axis"
            )
        return problem

    def make_optimizer(self, problem: Problem, point: Point) -> torch.optim.Optimizer:
        """The optimizer of the problem's x at a point of its axes."""
        with _precision(self.dtype):
            optimizer = self.optimizer(problem.parameters(), **point)
        if not isinstance(optimizer, torch.optim.Optimizer):
            kind = type(optimizer).__name__
            raise TypeError(f"optimizer must give a torch.optim.Optimizer, got a {kind}")
        if not any(each is problem.x for g in optimizer.param_groups for each in g["params"]):
            raise ValueError("optimizer must be of the parameters that it is given, but x is not")
        return optimizer

    @property
    def tail(self) -> int:
        """The step after which the last tenth begins."""
        return self.steps - max(1, self.steps // 10)

    @property
    def judged(self) -> np.ndarray:
        """The steps after which x and R_t/t decide the verdict."""
        return _spaced(self.steps, JUDGED)

    @property
    def drawn(self) -> np.ndarray:
        """The steps of the curves."""
        return _spaced(self.steps, self.points) if self.points else np.array([], np.int64)

    @property
    def marks(self) -> np.ndarray:
        """All steps after which something is recorded or begins; the last is the last step."""
        begin = np.array([self.tail] if self.tail else [], np.int64)
        return np.union1d(np.union1d(self.judged, self.drawn), begin)


def _spaced(steps: int, points: int) -> np.ndarray:
    """So many steps up to the last, evenly; all of them where there are fewer."""
    k = np.arange(1, points + 1, dtype=np.int64)
    return np.unique(np.maximum(1, k * steps // points))


@contextmanager
def _precision(dtype: torch.dtype) -> Any:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
