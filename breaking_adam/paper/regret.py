"""Regret against a bound from above: what Theorems 4 and 5 and the corollaries share.

Each is checked on the same problems, with the same β_{1t}, at every logged t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import NamedTuple

import numpy as np

from breaking_adam.paper import theorem_1
from breaking_adam.paper.construction import DTYPE, Construction
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.play import play
from breaking_adam.paper.section import Check
from breaking_adam.paper.sums import Sums, hindsight, sums
from breaking_adam.plots.panels import Bounded, Panel, below_bounds
from breaking_adam.problems import Online, Problem, Stochastic

#: The domain's diameter D.
D = 2.0

#: β2 of AMSGrad, and α of AMSGrad and AdamNC.
BETA2, ALPHA = 0.99, 1.0

#: The problems.
PROBLEMS: dict[str, Callable[[], Problem]] = {
    "online": lambda: Online(dtype=DTYPE),
    "stochastic": lambda: Stochastic(dtype=DTYPE),
    "Theorem 1's, C = 3": lambda: theorem_1.construction(3.0).problem,
}


class MomentumSchedule(NamedTuple):
    """β_{1t}, how it is written, and how mathtext writes it."""

    momentum: Momentum
    written: str
    mathtext: str


CONSTANT = MomentumSchedule(Momentum(0.9), "β1", "$β_1$")
FADING = MomentumSchedule(Momentum(0.9, decay=0.9), "β1 λ^(t−1)", "$β_1 λ^{t-1}$")
HARMONIC = MomentumSchedule(Momentum(0.9, power=1.0), "β1/t", "$β_1/t$")
MOMENTUM_SCHEDULES = CONSTANT, FADING, HARMONIC

#: How the claims say what is the same in all of them.
SETTING = "β1 = 0.9, λ = 0.9, α_t = 1/√t"


def growth(t: np.ndarray, y: np.ndarray) -> float:
    """The exponent a of y ∝ tᵃ, fitted over the last decade of t; −∞ where y is not above 0.

    >>> t = np.arange(1.0, 1000.0)
    >>> round(growth(t, 3 * t**0.5), 12)
    0.5
    """
    last = t >= t[-1] / 10
    if (y[last] <= 0).any():
        return -inf
    return float(np.polyfit(np.log(t[last]), np.log(y[last]), 1)[0])


def slope(problem: Problem) -> float:
    """G, the bound of the gradients."""
    assert isinstance(problem, (Online, Stochastic))
    return max(abs(problem.large), abs(problem.small))


class Game(NamedTuple):
    """A run: its regret against the best point in hindsight, and the sums over its gradients."""

    problem: Problem
    regret: np.ndarray
    known: Sums


def run(name: str, made: Construction, momentum: Momentum, steps: int, every: int) -> Game:
    """Run the construction, of which this is the β_{1t}, with a point after every so many steps."""
    series = play(name, made, steps, every)
    known = sums(made.problem, momentum, BETA2, series.t)
    return Game(made.problem, hindsight(made.problem, series.regret, known), known)


def check(construction: str, t: np.ndarray, regret: np.ndarray, bound: np.ndarray) -> Check:
    """Whether R_t ≤ the bound at every t.

    Args:
        construction: its constants, for people.
        t: the steps, shape (points,).
        regret: against the best point in hindsight, shape (points,).
        bound: shape (points,).
    """
    return Check(
        construction,
        regret[-1],
        bound[-1],
        (regret / bound).max(),
        bool((regret <= bound).all()),
        f"R_T ~ T^{growth(t, regret):z.2f}, bound ~ T^{growth(t, bound):z.2f}",
    )


def checks_and_panels(
    theorem: str,
    construct: Callable[[Problem, Momentum], Construction],
    bound_of: Callable[[Game, Momentum], np.ndarray],
    steps: int,
    schedules: Iterable[MomentumSchedule] = MOMENTUM_SCHEDULES,
) -> tuple[list[Check], list[Panel]]:
    """A check for every problem and β_{1t}, and a panel for every problem.

    Args:
        theorem: its name.
        construct: a problem and β_{1t} to the construction.
        bound_of: a run and β_{1t} to the bound at each t.
        steps: how many to take.
        schedules: of β_{1t}.
    """
    done, panels = [], []
    for problem, make in PROBLEMS.items():
        played = []
        for momentum, written, mathtext in schedules:
            made = construct(make(), momentum)
            game = run(f"{theorem}, {problem}, {written}", made, momentum, steps, 500)
            t, regret, bound = game.known.t, game.regret, bound_of(game, momentum)
            done.append(check(f"{problem}, β_1t = {written}", t, regret, bound))
            played.append(Bounded(mathtext, t, regret, bound))
        panels.append(below_bounds(f"{problem}: $R_t$, its bound dashed", played))
    return done, panels
