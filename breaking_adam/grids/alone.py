"""A cell without machine code, played as the Trial that it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torchbearer

from breaking_adam.grids.ends import Found, How, Recording
from breaking_adam.grids.work import Point, Work
from breaking_adam.problems import Problem
from breaking_adam.trials.build import build, seconds_per_step
from breaking_adam.trials.verdict import known_of


class Watch(torchbearer.Callback):
    """Note what a recording needs, after every step.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
    """

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.recording = Recording(work, 1)
        self._marks = set(work.marks.tolist())
        self._tail, self._begin = np.zeros((3, 1)), work.tail

    def on_start(self, state: Any) -> None:
        if self._begin == 0:
            self._tail[0] = state[torchbearer.MODEL].x.item()

    def on_step_training(self, state: Any) -> None:
        problem = state[torchbearer.MODEL]
        x = problem.x.detach().numpy().astype(np.float64)
        if problem.steps == self._begin:
            self._tail[0] = x
        elif problem.steps > self._begin:
            distance = x - self._tail[0]
            self._tail[1:] += distance, distance * distance
        if problem.steps in self._marks:
            self.recording.record(problem.steps, x, problem.score.regret)

    def on_end(self, state: Any) -> None:
        self.recording.end(self._tail)


def play(work: Work, of_problem: Point, of_optimizer: Point) -> Found:
    """Play one cell eagerly."""
    problem, optimizer = _made(work, of_problem, of_optimizer)
    known = known_of(problem)
    watch = Watch(work)
    trial, _ = build(
        problem,
        optimizer,
        engine="eager",
        steps=work.steps,
        schedule=work.schedule,
        callbacks=[watch],
    )
    trial.run()
    return watch.recording.ends(
        {name: np.array([value]) for name, value in known.items()},
        np.array([problem.has_regret]),
        How.EAGER,
    )


def seconds(work: Work, of_problem: Point, of_optimizer: Point) -> float:
    """About how long it takes to play a cell eagerly."""
    return work.steps * seconds_per_step(*_made(work, of_problem, of_optimizer), limit=0.5)


def _made(
    work: Work, of_problem: Point, of_optimizer: Point
) -> tuple[Problem, torch.optim.Optimizer]:
    problem = work.make_problem(of_problem)
    return problem, work.make_optimizer(problem, of_optimizer)
