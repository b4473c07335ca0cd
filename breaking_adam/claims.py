"""The theorems, run and measured: what is claimed of each construction, and what it does.

Every function here runs a theorem's constructions on the compiled engine and returns a
:class:`Section`: a check per construction, and the curves to draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
import torchbearer

from breaking_adam import bounds, constructions
from breaking_adam.bounds import Momentum, Sums
from breaking_adam.callbacks import Curves, Progress
from breaking_adam.constructions import Construction
from breaking_adam.panels import Line, Panel
from breaking_adam.problems import Online, Problem, Stochastic
from breaking_adam.schedules import inverse_sqrt
from breaking_adam.trials import build


class Check(NamedTuple):
    """One construction's measurement against its bound.

    ``tightness`` is at most 1 where the bound holds, and 1 where it is met exactly; ``printed``
    marks a claim as the paper prints it that is here because it fails.
    """

    construction: str
    measured: float
    bound: float
    tightness: float
    holds: bool
    detail: str
    printed: bool = False


class Section(NamedTuple):
    """A theorem: its claim, what is measured of it, the form that is checked, and how it went."""

    theorem: str
    claim: str
    measure: str
    form: str
    checks: list[Check]
    panels: list[Panel]
    #: What else came out, by row and column.
    table: dict[str, dict[str, int]] | None = None


class _Played(NamedTuple):
    """A run of one replica: after each block, t, x_{t+1} and R_t, each of shape (points,)."""

    t: np.ndarray
    x: np.ndarray
    regret: np.ndarray


def _play(name: str, made: Construction, steps: int, every: int) -> _Played:
    curves = Curves(limit=steps + 1)
    _run(name, made, steps, every, curves)
    return _Played(curves.t, curves["est"], curves["average_regret"] * curves.t)


def _run(
    name: str, made: Construction, steps: int, every: int, *callbacks: torchbearer.Callback
) -> None:
    trial, _ = build(
        made.problem,
        made.optimizer,
        engine="compiled",
        steps=steps,
        every=every,
        schedule=inverse_sqrt,
        callbacks=[*callbacks, Progress(name, steps)],
    )
    trial.run()


def _written(constants: dict[str, float]) -> str:
    """The constants, as C = 3, β2 = 0.1, α = 0.474/√t."""
    return ", ".join(
        f"{name} = {f'{value:.3g}' if value % 1 else int(value)}{'/√t' if name == 'α' else ''}"
        for name, value in constants.items()
    )


def _against(played: Sequence[tuple[str, np.ndarray, np.ndarray, np.ndarray]]) -> list[Panel]:
    """Regrets, log–log beside their bounds, and as multiples of them: (label, t, R_t, bound)."""
    side_by_side = [
        line
        for i, (label, t, regret, bound) in enumerate(played)
        for line in (Line(label, t, regret, i), Line("", t, bound, i, dashed=True))
    ]
    ratios = [
        Line(label, t, regret / bound, i) for i, (label, t, regret, bound) in enumerate(played)
    ]
    wide = max(line.y.max() for line in ratios) > 10
    return [
        Panel("$R_t$, and its bound (dashed)", side_by_side, log=(True, True)),
        Panel("$R_t$ / bound (holds above 1)", ratios, log=(True, wide), level=1.0),
    ]


# --- Adam fails -----------------------------------------------------------------------------------


def theorem_1(steps: int = 30_000, Cs: Sequence[float] = (2.1, 2.5, 3.0, 10.0)) -> Section:  # noqa: N803
    checks, played = [], []
    for C in Cs:  # noqa: N806
        made = constructions.theorem_1(C)
        t, x, regret = _play(f"Theorem 1, C = {C:g}", made, steps, 3)
        bound = (2 * C - 4) / 3
        at_1 = int((x == 1).sum())
        checks.append(
            Check(
                _written(made.constants),
                regret[-1] / t[-1],
                bound,
                (bound * t / regret).max(),
                bool(at_1 == t.size and (regret >= bound * t).all()),
                f"x_(3k+1) = 1 for {at_1:,} of {t.size:,} k",
            )
        )
        played.append((f"C = {C:g}", t, regret, bound * t))
    return Section(
        "Theorem 1",
        "online, Adam with β1 = 0, x_1 = 1: x_(3k+1) = 1 for all k, and R_T ≥ (2C−4)/3 · T",
        "R_T/T",
        "for C > 2 and T = 3k; at the appendix's C = 2 the bound is 0",
        checks,
        _against(played),
    )


#: (β1, β2) of the table of Theorem 2.
PAIRS = tuple(
    (beta1, beta2)
    for beta1 in (0.0, 0.5, 0.9, 0.99)
    for beta2 in (0.5, 0.9, 0.99, 0.999)
    if beta1 < sqrt(beta2)
)


def theorem_2(periods: int = 200, pairs: Sequence[tuple[float, float]] = PAIRS) -> Section:
    checks, played = [], []
    smallest: dict[str, dict[str, int]] = {}
    for beta1, beta2 in pairs:
        made = constructions.theorem_2(beta1, beta2)
        C = int(made.constants["C"])  # noqa: N806
        smallest.setdefault(f"β1 = {beta1:g}", {})[f"β2 = {beta2:g}"] = C
        name = f"Theorem 2, C = {C:,}"
        t, x, regret = _play(name, made, periods * C, C)
        hard = constructions.theorem_2(beta1, beta2, C, x0=-1.0)
        arrival = np.flatnonzero(_play(name, hard, periods * C, C).x < 1)
        first = int(arrival[-1]) + 2 if arrival.size else 1
        bound = 2 / C
        at_1 = int((x == 1).sum())
        checks.append(
            Check(
                _written(made.constants),
                regret[-1] / t[-1],
                bound,
                (bound * t / regret).max(),
                bool(at_1 == t.size and first <= periods and (regret >= bound * t).all()),
                f"x_(kC+1) = 1 for {at_1} of {periods} k; from x_1 = −1, for all k ≥ {first}",
            )
        )
        if beta1 == min(b for b, other in pairs if other == beta2):
            played.append((f"C = {C:,}", t, regret, bound * t))
    return Section(
        "Theorem 2",
        "online, Adam with any β1 < √β2: x_(kC+1) = 1 once x is at +1, and then R_T ≥ 2/C · T",
        "R_T/T",
        "for the smallest even C that meets the three conditions of the proof, from x_1 = 1",
        checks,
        _against(played),
        smallest,
    )


class _Means(torchbearer.Callback):
    """The mean of x over the replicas with its standard error, after every block.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
    """

    def __init__(self) -> None:
        super().__init__()
        self.points: list[tuple[float, float, float]] = []

    def on_step_training(self, state: Any) -> None:
        x = state[torchbearer.MODEL].x.detach().numpy()
        error = x.std(ddof=1) / sqrt(x.size)
        self.points.append((state[torchbearer.MODEL].t, x.mean(), error))


#: C, δ, β1 and β2 of Theorem 3's ensembles. The first is Section 5's problem, ten times smaller.
ENSEMBLES = ((101.0, 0.02, 0.9, 0.99), (10.0, 0.1, 0.0, 0.9), (1000.0, 0.1, 0.9, 0.999))


def theorem_3(
    steps: int = 20_000,
    replicas: int = 4096,
    ensembles: Sequence[tuple[float, float, float, float]] = ENSEMBLES,
) -> Section:
    checks, lines = [], []
    for i, (C, delta, beta1, beta2) in enumerate(ensembles):  # noqa: N806
        made = constructions.theorem_3(C, delta, beta1, beta2, replicas=replicas)
        means = _Means()
        _run(f"Theorem 3, C = {C:g}", made, steps, 20, means)
        t, x, error = np.array(means.points).T
        # E[F(x_t)] − F(−1) with F(x) = δx
        excess, error = delta * (x + 1), delta * error
        nearest = int(((excess - delta) / error).argmin())
        checks.append(
            Check(
                _written(made.constants),
                excess[nearest],
                delta,
                delta / excess[nearest],
                bool((excess - 3 * error >= delta).all()),
                f"± {error[nearest]:.1e} at t = {t[nearest]:,.0f}, the nearest; "
                f"at T: {excess[-1]:.4g} ± {error[-1]:.1e}",
            )
        )
        label = f"C = {C:g}, $δ$ = {delta:g}"
        band = np.stack([excess - 3 * error, excess + 3 * error]) / delta
        lines.append(Line(label, t, excess / delta, i, band=band))
    return Section(
        "Theorem 3",
        f"stochastic, Adam from x_1 = 0, {replicas:,} runs: E[F(x_t)] − F(−1) ≥ δ at every t",
        "least E[F(x_t)] − F(−1)",
        "by the mean less 3 standard errors, at every logged t",
        checks,
        [
            Panel(
                "$(E[F(x_t)] - F(-1))\\,/\\,δ$, ± 3 standard errors",
                lines,
                log=(True, False),
                level=1.0,
            )
        ],
    )


def theorem_6(steps: int = 30_000, Cs: Sequence[float] = (2.5, 3.0, 10.0, 100.0)) -> Section:  # noqa: N803
    checks, played = [], []
    for C in Cs:  # noqa: N806
        made = constructions.theorem_6(C)
        t, x, regret = _play(f"Theorem 6, C = {C:g}", made, steps, 3)
        bound = (2 * C - 4) / 3
        short = np.flatnonzero(regret < bound * t)
        away = np.flatnonzero(x < 1)
        constants = _written(made.constants)
        checks.append(
            Check(
                constants,
                regret[-1] / t[-1],
                bound,
                bound * t[-1] / regret[-1],
                bool(regret[-1] >= bound * t[-1]),
                f"x_(3k+1) = 1 for all k but {', '.join(str(k + 1) for k in away) or 'none'}; "
                + (
                    f"R_T short of it for T = {t[short[0]]} … {t[short[-1]]}"
                    if short.size
                    else "R_T ≥ it at every T = 3k"
                ),
            )
        )
        checks.append(
            Check(
                constants, x[0], 1.0, 1 / x[0], bool(x[0] == 1), "x_4 = 1, as printed", printed=True
            )
        )
        played.append((f"C = {C:g}", t, regret, bound * t))
    return Section(
        "Theorem 6",
        "online, Adam with β1 = 0 and √(v + ε), ε = 1, x_1 = 1: R_T ≥ (2C−4)/3 · T for large T",
        "R_T/T",
        "at the end of the run; the proof's x_4 = 1 is false at the constants it is printed with",
        checks,
        _against(played),
    )


# --- AMSGrad and AdamNC do not --------------------------------------------------------------------

#: The domain's diameter D.
D = 2.0

#: The problems of Theorems 4 and 5.
PROBLEMS: dict[str, Callable[[], Problem]] = {
    "online": lambda: Online(dtype=constructions.DTYPE),
    "stochastic": lambda: Stochastic(dtype=constructions.DTYPE),
    "Theorem 1's, C = 3": lambda: constructions.theorem_1(3.0).problem,
}

#: The schedules of β_{1t}.
CONSTANT, FADING, HARMONIC = Momentum(0.9), Momentum(0.9, decay=0.9), Momentum(0.9, power=1.0)
MOMENTA = {"β1": CONSTANT, "β1 λ^(t−1)": FADING, "β1/t": HARMONIC}
MATHTEXT = {"β1": "$β_1$", "β1 λ^(t−1)": "$β_1 λ^{t-1}$", "β1/t": "$β_1/t$"}

#: β2 of AMSGrad, and α of both.
BETA2_AMSGRAD, ALPHA = 0.99, 1.0


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


def _bounded(
    theorem: str,
    construct: Callable[[Problem, Momentum], Construction],
    bound_of: Callable[[Problem, Momentum, Sums], np.ndarray],
    schedules: dict[str, Momentum],
    steps: int,
) -> tuple[list[Check], list[Panel]]:
    """The regret on every problem and schedule against its bound, at every logged t."""
    checks, panels = [], []
    for problem_name, make in PROBLEMS.items():
        lines = []
        for i, (schedule, momentum) in enumerate(schedules.items()):
            made = construct(make(), momentum)
            t, _, regret = _play(f"{theorem}, {problem_name}, {schedule}", made, steps, 500)
            known = bounds.sums(made.problem, momentum, BETA2_AMSGRAD, t)
            regret = bounds.hindsight(made.problem, regret, known)
            bound = bound_of(made.problem, momentum, known)
            checks.append(
                Check(
                    f"{problem_name}, β_1t = {schedule}",
                    regret[-1],
                    bound[-1],
                    (regret / bound).max(),
                    bool((regret <= bound).all()),
                    f"R_T ~ T^{growth(t, regret):z.2f}, bound ~ T^{growth(t, bound):z.2f}",
                )
            )
            lines += [Line(MATHTEXT[schedule], t, regret, i), Line("", t, bound, i, dashed=True)]
        panels.append(Panel(f"{problem_name}: $R_t$, its bound dashed", lines, log=(True, True)))
    return checks, panels


def _slope(problem: Problem) -> float:
    """G, the bound of the gradients."""
    assert isinstance(problem, (Online, Stochastic))
    return max(abs(problem.large), abs(problem.small))


_SETTING = "β1 = 0.9, λ = 0.9, α_t = 1/√t"


def theorem_4(steps: int = 1_000_000) -> Section:
    checks, panels = _bounded(
        "Theorem 4",
        lambda problem, momentum: constructions.theorem_4(problem, momentum, BETA2_AMSGRAD, ALPHA),
        lambda _, momentum, known: bounds.theorem_4(known, ALPHA, momentum, BETA2_AMSGRAD, D),
        MOMENTA,
        steps,
    )
    return Section(
        "Theorem 4",
        f"AMSGrad, β2 = 0.99, {_SETTING}: R_T ≤ the bound, O(√(T log T)) if β_1t fades",
        "R_T",
        "the arXiv revision, K = D²/(1−β1)², at every logged t; R_T against the best point in "
        "hindsight",
        [*checks, _without_alpha()],
        panels,
    )


def _without_alpha(steps: int = 10_000, alpha: float = 0.001) -> Check:
    """The first term without its 1/α, on Theorem 1's problem, with an α that hardly moves x."""
    momentum = Momentum(0.0)
    made = constructions.theorem_4(constructions.theorem_1(3.0).problem, momentum, alpha=alpha)
    t, _, regret = _play("Theorem 4 without α", made, steps, 10)
    known = bounds.sums(made.problem, momentum, BETA2_AMSGRAD, t)
    bound = bounds.theorem_4_without_alpha(known, alpha, momentum, BETA2_AMSGRAD, D)
    broken = np.flatnonzero(regret > bound)
    return Check(
        f"Theorem 1's, C = 3, β1 = 0, α = {alpha:g}/√t",
        regret[-1],
        bound[-1],
        (regret / bound).max(),
        not broken.size,
        "misprinted without 1/α in the first term"
        + (f": broken from T = {t[broken[0]]}" if broken.size else ""),
        printed=True,
    )


def corollary_1(steps: int = 1_000_000) -> Section:
    checks, panels = _bounded(
        "Corollary 1",
        lambda problem, momentum: constructions.theorem_4(problem, momentum, BETA2_AMSGRAD, ALPHA),
        lambda problem, momentum, known: bounds.corollary_1(
            known, ALPHA, momentum, BETA2_AMSGRAD, D, _slope(problem)
        ),
        {"β1 λ^(t−1)": FADING},
        steps,
    )
    return Section(
        "Corollary 1",
        f"AMSGrad, β2 = 0.99, {_SETTING}: R_T ≤ the closed bound, O(√(T log T))",
        "R_T",
        "with the factor d/α that both prints miss in the second term",
        checks,
        panels,
    )


def theorem_5(steps: int = 1_000_000) -> Section:
    checks, panels = _bounded(
        "Theorem 5",
        lambda problem, momentum: constructions.theorem_5(problem, momentum, ALPHA),
        lambda _, momentum, known: bounds.theorem_5(known, ALPHA, momentum, D),
        MOMENTA,
        steps,
    )
    return Section(
        "Theorem 5",
        f"AdamNC, β_2t = 1 − 1/t, {_SETTING}: R_T ≤ the bound, O(√T) if β_1t fades",
        "R_T",
        "with Theorem 4's K = D²/(1−β1)² and ζ = α, at every logged t",
        checks,
        panels,
    )


def corollary_2(steps: int = 1_000_000) -> Section:
    checks, panels = _bounded(
        "Corollary 2",
        lambda problem, momentum: constructions.theorem_5(problem, momentum, ALPHA),
        lambda problem, momentum, known: bounds.corollary_2(
            known, ALPHA, momentum, D, _slope(problem)
        ),
        {"β1 λ^(t−1)": FADING},
        steps,
    )
    return Section(
        "Corollary 2",
        f"AdamNC, β_2t = 1 − 1/t, {_SETTING}: R_T ≤ the closed bound, O(√T)",
        "R_T",
        "with the factor d/α that both prints miss in the second term",
        checks,
        panels,
    )
