"""Theorem 1: an online problem on which Adam with β1 = 0 never leaves the worst point.

>>> from breaking_adam.rules.schedules import inverse_sqrt
>>> from breaking_adam.trials.build import build
>>> made = construction(C=3.0)
>>> trial, _ = build(made.problem, made.optimizer, steps=3000, schedule=inverse_sqrt)
>>> _ = trial.run()
>>> made.problem.x.item(), made.problem.regret.item() >= 3000 * bound(C=3.0)
(1.0, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from breaking_adam.optimizers import Adam
from breaking_adam.paper.construction import DTYPE, Construction, below
from breaking_adam.paper.play import play
from breaking_adam.paper.section import Check, Section
from breaking_adam.plots.panels import Bounded, above_bounds
from breaking_adam.problems import Online
from breaking_adam.support import checks
from breaking_adam.trials.series import Series


def problem(C: float) -> Online:  # noqa: N803
    """C x once in three steps and −x otherwise, from x_1 = 1.

    Raises:
        ValueError: unless C is above 2.
    """
    checks.real("C", C, above=2)
    return Online(C, -1, period=3, x0=1.0, dtype=DTYPE)


def construction(C: float, alpha: float | None = None) -> Construction:  # noqa: N803
    """Adam with β1 = 0 and β2 = 1/(1+C²), on C x once in three steps and −x otherwise.

    Args:
        C: above 2.
        alpha: in (0, √(1−β2)); half of that if None.

    Raises:
        ValueError: if C or α is out of its range.
    """
    played = problem(C)
    beta2 = 1 / (1 + C**2)
    alpha = below(alpha, sqrt(1 - beta2))
    optimizer = Adam([played.x], lr=alpha, betas=(0.0, beta2), eps=0.0, bias_correction=False)
    return Construction(played, optimizer, {"C": C, "β2": beta2, "α": alpha})


def bound(C: float) -> float:  # noqa: N803
    """What R_T/T is at least: each three steps cost 2C − 4 or more."""
    return (2 * C - 4) / 3


def check(made: Construction, series: Series) -> Check:
    """Whether x_(3k+1) = 1 for every k and R_T ≥ (2C−4)/3 · T for every T = 3k.

    Args:
        made: the construction.
        series: its run, a point for each T = 3k.
    """
    t, x, regret = series.t, series.x, series.regret
    least = bound(made.constants["C"])
    at_1 = int((x == 1).sum())
    return Check(
        made.written,
        regret[-1] / t[-1],
        least,
        (least * t / regret).max(),
        bool(at_1 == t.size and (regret >= least * t).all()),
        f"x_(3k+1) = 1 for {at_1:,} of {t.size:,} k",
    )


def section(steps: int = 30_000, Cs: Sequence[float] = (2.1, 2.5, 3.0, 10.0)) -> Section:  # noqa: N803
    """The theorem for several C."""
    done, played = [], []
    for C in Cs:  # noqa: N806
        made = construction(C)
        series = play(f"Theorem 1, C = {C:g}", made, steps, 3)
        done.append(check(made, series))
        played.append(Bounded(f"C = {C:g}", series.t, series.regret, bound(C) * series.t))
    return Section(
        "Theorem 1",
        "online, Adam with β1 = 0, x_1 = 1: x_(3k+1) = 1 for all k, and R_T ≥ (2C−4)/3 · T",
        "R_T/T",
        "for C > 2 and T = 3k; at the appendix's C = 2 the bound is 0",
        done,
        above_bounds(played),
    )
