"""The runs of Figure 1: both problems, with the step size of the reproductions and the theory's."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import NamedTuple

import torch

from breaking_adam.optimizers.find import make_optimizer
from breaking_adam.plots.figure1 import Row, theory_of
from breaking_adam.problems import Online, Problem, Stochastic
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.trials.callbacks.progress import Progress
from breaking_adam.trials.record import record
from breaking_adam.trials.series import Series

#: α of each schedule. The paper states neither; 0.001 is the public reproductions'.
STEP_SIZES = {"constant": 0.001, "inverse-sqrt": 0.5}

OPTIMIZERS = ("adam", "amsgrad")


class End(NamedTuple):
    """Where a run ended.

    Args:
        step_size: α_t, as text.
        problem: "online" or "stochastic".
        optimizer: its short name.
        x: x_T.
        average_regret: R_T/T.
        second_half: R_T/T of the second half alone, where the way to x* no longer weighs.
    """

    step_size: str
    problem: str
    optimizer: str
    x: float
    average_regret: float
    second_half: float


class Figure1(NamedTuple):
    """A row to draw for each step size, and where each run ended."""

    rows: list[Row]
    ends: list[End]


def figure_1(steps: int, seed: int = 0, at: Callable[[str], None] = lambda _: None) -> Figure1:
    """Run Adam and AMSGrad with betas 0.9 and 0.99 on both problems, with both step sizes.

    Args:
        steps: of each run.
        seed: of the stochastic problem's draws.
        at: is called with the name of each run as it begins.
    """
    rows, ends = [], []
    for schedule, alpha in STEP_SIZES.items():
        online = Online(dtype=torch.float64)
        stochastic = Stochastic(seed=seed, dtype=torch.float64)
        series: dict[Problem, list[Series]] = {online: [], stochastic: []}
        for problem, drawn in series.items():
            for name in OPTIMIZERS:
                at(f"{name}, {_kind(problem)}, {schedule}")
                run = play(problem, name, schedule, steps)
                drawn.append(run)
                ends.append(end(run, problem, schedule))
        rows.append(
            Row(
                f"$α_t$ = {alpha:g}{'/√t' if schedule == 'inverse-sqrt' else ', constant'}",
                series[online],
                theory_of(online),
                series[stochastic],
                theory_of(stochastic),
            )
        )
    return Figure1(rows, ends)


def play(problem: Problem, name: str, schedule: str, steps: int) -> Series:
    """A run of the optimizer of that name on a fresh copy of the problem."""
    problem = copy.deepcopy(problem)
    alpha = STEP_SIZES[schedule]
    optimizer = make_optimizer(name, problem, lr=alpha, betas=(0.9, 0.99), eps=1e-8)
    return record(
        name,
        problem,
        optimizer,
        engine="compiled",
        steps=steps,
        every=max(1, steps // 2000),
        schedule=SCHEDULES[schedule],
        callbacks=[Progress(f"{name}, {_kind(problem)}, {schedule}", steps)],
    )


def end(run: Series, problem: Problem, schedule: str) -> End:
    """Where the run ended, and what its second half cost."""
    half = int(run.t.searchsorted(run.t[-1] / 2))
    second_half = (run.regret[-1] - run.regret[half]) / max(1, run.t[-1] - run.t[half])
    return End(
        f"{STEP_SIZES[schedule]:g}" + ("/√t" if schedule == "inverse-sqrt" else ""),
        _kind(problem),
        run.name,
        float(run.x[-1]),
        float(run.average_regret[-1]),
        float(second_half),
    )


def _kind(problem: Problem) -> str:
    return type(problem).__name__.lower()
