"""A problem played once, and what came of it over t."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torchbearer

from breaking_adam.problems import Problem
from breaking_adam.rules.schedules import constant
from breaking_adam.support import checks
from breaking_adam.trials.build import build
from breaking_adam.trials.callbacks.curves import Curves
from breaking_adam.trials.series import Series


def record(
    name: str,
    problem: Problem,
    optimizer: torch.optim.Optimizer,
    *,
    engine: str = "auto",
    steps: int,
    every: int = 1000,
    schedule: Callable[[int], float] = constant,
    callbacks: Sequence[torchbearer.Callback] = (),
    limit: int = 8192,
) -> Series:
    """Play the problem and record x and R_t/t, after every so many steps.

    Args:
        name: of the run.
        problem: to be played.
        optimizer: of ``problem.x``.
        engine: as of :func:`breaking_adam.build`, and so ``steps``, ``every``, ``schedule`` and
            ``callbacks``.
        steps: the number of steps of the problem at which to stop: one that has been played
            carries on up to there.
        every: the steps from point to point of a compiled run; an eager one keeps every step, as
            far as ``limit`` allows.
        schedule: α_t/α as a function of t.
        callbacks: what else to call.
        limit: the most points to keep, as of :class:`breaking_adam.Curves`.

    Raises:
        ValueError, TypeError: for an argument out of its range, or an optimizer whose step does
            not call its closure.

    >>> from breaking_adam import Online
    >>> problem = Online(dtype=torch.float64)
    >>> adam = torch.optim.Adam(problem.parameters(), lr=0.01, betas=(0.9, 0.99))
    >>> record("adam", problem, adam, steps=100_000).x[-1] > 0.9
    np.True_
    """
    steps = checks.integer("steps", steps, at_least=0)
    curves, before = Curves(limit=limit), problem.steps
    trial, _ = build(
        problem,
        optimizer,
        engine=engine,
        steps=steps,
        every=every,
        schedule=schedule,
        callbacks=[curves, *callbacks],
    )
    trial.run()
    if problem.steps == before < steps:
        raise TypeError(
            f"{type(optimizer).__name__} has a step that calls no closure: begin it with "
            "loss = closure()"
        )
    return curves.series(name)
