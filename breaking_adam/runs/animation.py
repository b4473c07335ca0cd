"""A run once more as an animation, with what the steps of its optimizers are made of."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from breaking_adam.optimizers.find import make_optimizer
from breaking_adam.plots.mechanism import Film, mechanism
from breaking_adam.plots.picture import Picture
from breaking_adam.problems import LinearProblem, Problem
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.runs.interrupts import Interrupts
from breaking_adam.runs.problem_settings import StochasticSettings
from breaking_adam.runs.rehearsal import make_problem
from breaking_adam.runs.settings import Settings
from breaking_adam.support.calls import Call
from breaking_adam.support.results import save_animation
from breaking_adam.trials.build import build
from breaking_adam.trials.window import Window, watch

#: The most windows of a film.
WINDOWS = 56

T = TypeVar("T")


class _InterruptedError(Exception):
    """What ends the animation that a signal has interrupted."""


def animate(
    settings: Settings,
    names: Sequence[str],
    title: str,
    picture: Picture,
    path: Path,
    interrupts: Interrupts,
) -> None:
    """Play the run again, of several replicas the first, and save its animation.

    Args:
        settings: the run's.
        names: what its optimizers are called.
        title: above the picture.
        picture: its size.
        path: where to, as a .gif or an .mp4.
        interrupts: one of which leaves the file as it was.
    """

    def until_interrupted(items: Iterable[T]) -> Iterator[T]:
        for item in tqdm(items, desc="animation", unit="", disable=None, leave=False):
            yield item  # even then the first one: a writer without a frame fails
            if interrupts.signal is not None:
                raise _InterruptedError

    with contextlib.suppress(_InterruptedError):
        films = [
            Film(name, list(until_interrupted(_windows(settings, call))))
            for name, call in zip(names, settings.calls, strict=True)
        ]
        problem = _problem(settings)
        assert isinstance(problem, LinearProblem)
        figure, draw, frames = mechanism(films, (problem.x_star, problem.x_worst), title, picture)
        save_animation(figure, map(draw, until_interrupted(range(frames))), path)


def moments(steps: int, cycle: float, count: int) -> list[int]:
    """The steps before each of at most so many windows of two cycles, evenly in log t.

    >>> moments(1000, 100, 4)
    [0, 200, 400, 800]
    """
    length = 2 * round(cycle)
    windows = np.geomspace(1, max(1, steps // length), count).round()
    return [length * (int(k) - 1) for k in np.unique(windows)]


def _problem(settings: Settings) -> Problem:
    """The run's problem, of one replica: the first is the same run among any number."""
    problem = settings.problem
    if isinstance(problem, StochasticSettings):
        problem = dataclasses.replace(problem, replicas=1)
    return make_problem(problem)


def _windows(settings: Settings, call: Call) -> Iterator[Window]:
    problem = _problem(settings)
    optimizer = make_optimizer(call, problem, **settings.typed)
    engine, schedule = settings.engine, SCHEDULES[settings.schedule]
    length = min(settings.steps, 2 * round(problem.cycle))
    for begin in moments(settings.steps, problem.cycle, WINDOWS):
        if begin > problem.steps:
            build(problem, optimizer, engine=engine, steps=begin, schedule=schedule)[0].run()
        yield watch(problem, optimizer, length, schedule=schedule)
