"""Theorem 6: an ε inside the root does not save Adam, on Theorem 1's problem."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from breaking_adam.optimizers import AdamEpsInside
from breaking_adam.paper import theorem_1
from breaking_adam.paper.construction import Construction, below
from breaking_adam.paper.play import play
from breaking_adam.paper.section import Check, Section
from breaking_adam.paper.theorem_1 import bound
from breaking_adam.plots.panels import Bounded, above_bounds
from breaking_adam.trials.series import Series


def construction(C: float, alpha: float | None = None) -> Construction:  # noqa: N803
    """Adam with ε = 1 inside the root, β1 = 0 and β2 = 2/((1+C²)C²), on Theorem 1's problem.

    Args:
        C: above 2.
        alpha: in (0, √(1−β2)); half of that if None.

    Raises:
        ValueError: if C or α is out of its range.
    """
    problem = theorem_1.problem(C)
    beta2 = 2 / ((1 + C**2) * C**2)
    alpha = below(alpha, sqrt(1 - beta2))
    optimizer = AdamEpsInside([problem.x], lr=alpha, beta1=0.0, beta2=beta2, eps=1.0)
    return Construction(problem, optimizer, {"C": C, "β2": beta2, "α": alpha})


def check(made: Construction, series: Series) -> Check:
    """Whether R_T ≥ (2C−4)/3 · T at the end, which the theorem says of large T.

    Args:
        made: the construction.
        series: its run, a point for each T = 3k.
    """
    t, x, regret = series.t, series.x, series.regret
    least = bound(made.constants["C"])
    short = np.flatnonzero(regret < least * t)
    away = ", ".join(str(k + 1) for k in np.flatnonzero(x < 1)) or "none"
    return Check(
        made.written,
        regret[-1] / t[-1],
        least,
        least * t[-1] / regret[-1],
        bool(regret[-1] >= least * t[-1]),
        f"x_(3k+1) = 1 for all k but {away}; "
        + (
            f"R_T short of it for T = {t[short[0]]} … {t[short[-1]]}"
            if short.size
            else "R_T ≥ it at every T = 3k"
        ),
    )


def check_x_4(made: Construction, series: Series) -> Check:
    """The proof's x_4 = 1, which is false at the constants it is printed with."""
    x_4 = series.x[0]
    detail = "x_4 = 1, as printed"
    return Check(made.written, x_4, 1.0, 1 / x_4, bool(x_4 == 1), detail, misprint=True)


def section(steps: int = 30_000, Cs: Sequence[float] = (2.5, 3.0, 10.0, 100.0)) -> Section:  # noqa: N803
    """The theorem for several C."""
    done, played = [], []
    for C in Cs:  # noqa: N806
        made = construction(C)
        series = play(f"Theorem 6, C = {C:g}", made, steps, 3)
        done += [check(made, series), check_x_4(made, series)]
        played.append(Bounded(f"C = {C:g}", series.t, series.regret, bound(C) * series.t))
    return Section(
        "Theorem 6",
        "online, Adam with β1 = 0 and √(v + ε), ε = 1, x_1 = 1: R_T ≥ (2C−4)/3 · T for large T",
        "R_T/T",
        "at the end of the run; the proof's x_4 = 1 is false at the constants it is printed with",
        done,
        above_bounds(played),
    )
