"""Theorem 2: for any β1 < √β2 an online problem on which Adam never leaves the worst point."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from breaking_adam.optimizers import Adam
from breaking_adam.paper.construction import DTYPE, Construction
from breaking_adam.paper.play import play
from breaking_adam.paper.section import Check, Section
from breaking_adam.plots.panels import Bounded, above_bounds
from breaking_adam.problems import Online
from breaking_adam.support import checks
from breaking_adam.trials.series import Series


def conditions(beta1: float, beta2: float, C: int) -> tuple[bool, bool, bool]:  # noqa: N803
    """Whether C meets each of the three conditions that the proof of Theorem 2 asks for.

    Raises:
        ValueError: unless 0 ≤ β1 < √β2 < 1.

    >>> conditions(0.9, 0.99, 101)
    (True, False, True)
    """
    if not 0 <= beta1 < sqrt(beta2) < 1:
        raise ValueError(f"Theorem 2 needs 0 <= beta1 < √beta2 < 1, got {beta1} and {beta2}")
    gamma = beta1 / sqrt(beta2)
    # γ + γ² + … + γ^(C−1)
    series = gamma * (1 - gamma ** (C - 1)) / (1 - gamma)
    return (
        # (1−β1) β1^(C−1) C ≤ 1 − β1^(C−1)
        (1 - beta1) * beta1 ** (C - 1) * C <= 1 - beta1 ** (C - 1),
        # β2^((C−2)/2) C² ≤ 1
        beta2 ** ((C - 2) / 2) * C**2 <= 1,
        # 3(1−β1)/(2√(1−β2)) (1 + γ(1−γ^(C−1))/(1−γ)) + β1^(C/2−1)/(1−β1) < C/3
        3 * (1 - beta1) / (2 * sqrt(1 - beta2)) * (1 + series) + beta1 ** (C / 2 - 1) / (1 - beta1)
        < C / 3,
    )


def smallest_C(beta1: float, beta2: float) -> int:  # noqa: N802
    """The smallest even C for which the proof of Theorem 2 holds.

    >>> smallest_C(0.0, 0.1), smallest_C(0.9, 0.99)
    (6, 3218)
    """
    C = 2  # noqa: N806 - the paper's letter
    while not all(conditions(beta1, beta2, C)):
        C += 2  # noqa: N806
    return C


def construction(
    beta1: float,
    beta2: float,
    C: int | None = None,  # noqa: N803
    *,
    alpha: float = 0.1,
    x0: float = 1.0,
) -> Construction:
    """Adam with any β1 < √β2, on C x once in C steps and −x otherwise.

    Args:
        beta1: in [0, √β2).
        beta2: in (0, 1).
        C: even; the smallest that the proof allows if None. For a smaller one it says nothing.
        alpha: α, above 0.
        x0: where x starts.

    Raises:
        ValueError: unless 0 ≤ β1 < √β2 < 1, or if C is odd.
    """
    C = smallest_C(beta1, beta2) if C is None else checks.integer("C", C, at_least=2)  # noqa: N806
    conditions(beta1, beta2, C)  # which refuses other betas
    if C % 2:
        raise ValueError(f"C must be even, got {C}")
    problem = Online(C, -1, period=C, x0=x0, dtype=DTYPE)
    betas = beta1, beta2
    optimizer = Adam([problem.x], lr=alpha, betas=betas, eps=0.0, bias_correction=False)
    return Construction(problem, optimizer, {"β1": beta1, "β2": beta2, "C": C, "α": alpha})


def bound(C: int) -> float:  # noqa: N803
    """What R_T/T is at least: each C steps cost 2 or more."""
    return 2 / C


def check(made: Construction, series: Series, from_x_star: Series) -> Check:
    """Whether x_(kC+1) = 1 for every k, R_T ≥ 2/C · T for every T = kC, and Adam comes there.

    Args:
        made: the construction.
        series: its run from x_1 = 1, a point for each T = kC.
        from_x_star: the same from x_1 = −1, which must come to 1 and stay there.
    """
    t, x, regret = series.t, series.x, series.regret
    least, periods = bound(int(made.constants["C"])), t.size
    at_1 = int((x == 1).sum())
    away = np.flatnonzero(from_x_star.x < 1)
    first = int(away[-1]) + 2 if away.size else 1
    return Check(
        made.written,
        regret[-1] / t[-1],
        least,
        (least * t / regret).max(),
        bool(at_1 == periods and first <= periods and (regret >= least * t).all()),
        f"x_(kC+1) = 1 for {at_1} of {periods} k; from x_1 = −1, for all k ≥ {first}",
    )


#: (β1, β2) of the table of Theorem 2.
PAIRS = tuple(
    (beta1, beta2)
    for beta1 in (0.0, 0.5, 0.9, 0.99)
    for beta2 in (0.5, 0.9, 0.99, 0.999)
    if beta1 < sqrt(beta2)
)


def section(periods: int = 200, pairs: Sequence[tuple[float, float]] = PAIRS) -> Section:
    """The theorem for several (β1, β2), each with the smallest C of its proof."""
    done, played = [], []
    smallest: dict[str, dict[str, int]] = {}
    for beta1, beta2 in pairs:
        made = construction(beta1, beta2)
        C = int(made.constants["C"])  # noqa: N806
        smallest.setdefault(f"β1 = {beta1:g}", {})[f"β2 = {beta2:g}"] = C
        name = f"Theorem 2, C = {C:,}"
        series = play(name, made, periods * C, C)
        hard = construction(beta1, beta2, C, x0=-1.0)
        done.append(check(made, series, play(name, hard, periods * C, C)))
        if beta1 == min(b for b, other in pairs if other == beta2):
            played.append(Bounded(f"C = {C:,}", series.t, series.regret, bound(C) * series.t))
    return Section(
        "Theorem 2",
        "online, Adam with any β1 < √β2: x_(kC+1) = 1 once x is at +1, and then R_T ≥ 2/C · T",
        "R_T/T",
        "for the smallest even C that meets the three conditions of the proof, from x_1 = 1",
        done,
        above_bounds(played),
        smallest,
    )
