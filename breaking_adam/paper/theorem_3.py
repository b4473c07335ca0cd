"""Theorem 3: a stochastic problem on which Adam's expected cost stays away from the least."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import torchbearer

from breaking_adam.optimizers import Adam
from breaking_adam.paper.construction import DTYPE, Construction
from breaking_adam.paper.play import play
from breaking_adam.paper.section import Check, Section
from breaking_adam.plots.panels import Line, Panel
from breaking_adam.problems import Stochastic


def construction(
    C: float,  # noqa: N803
    delta: float,
    beta1: float,
    beta2: float,
    *,
    alpha: float = 0.1,
    replicas: int = 4096,
    seed: int = 0,
) -> Construction:
    """Adam on C x with probability (1+δ)/(C+1) and −x otherwise, in independent runs from x = 0.

    Args:
        C: large in β1, β2 and δ; the paper does not say how large.
        delta: δ, the slope of the expected cost, above 0.
        beta1: in [0, √β2).
        beta2: in (0, 1).
        alpha: α, above 0.
        replicas: the number of runs.
        seed: of the draws.
    """
    probability = (1 + delta) / (C + 1)
    problem = Stochastic(C, -1, probability, seed=seed, replicas=replicas, dtype=DTYPE)
    betas = beta1, beta2
    optimizer = Adam([problem.x], lr=alpha, betas=betas, eps=0.0, bias_correction=False)
    constants = {"C": C, "δ": delta, "β1": beta1, "β2": beta2, "α": alpha}
    return Construction(problem, optimizer, constants)


class Means(NamedTuple):
    """The mean of x_{t+1} over the replicas and its standard error; shapes (points,)."""

    t: np.ndarray
    x: np.ndarray
    error: np.ndarray

    def excess(self, delta: float) -> tuple[np.ndarray, np.ndarray]:
        """E[F(x)] − F(−1) with F(x) = δx, and its standard error."""
        return delta * (self.x + 1), delta * self.error


class KeepMeans(torchbearer.Callback):
    """Keep the mean of x over the replicas with its standard error, after every block.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
    """

    def __init__(self) -> None:
        super().__init__()
        self._points: list[tuple[float, float, float]] = []

    def on_step_training(self, state: Any) -> None:
        x = state[torchbearer.MODEL].x.detach().numpy()
        error = x.std(ddof=1) / sqrt(x.size)
        self._points.append((state[torchbearer.MODEL].t, x.mean(), error))

    @property
    def means(self) -> Means:
        return Means(*np.array(self._points).T)


def ensemble(name: str, made: Construction, steps: int, every: int) -> Means:
    """Run the construction; the means after every so many steps."""
    kept = KeepMeans()
    play(name, made, steps, every, kept)
    return kept.means


def check(made: Construction, means: Means) -> Check:
    """Whether E[F(x_t)] − F(−1) ≥ δ at every t, by the mean less 3 standard errors.

    Args:
        made: the construction.
        means: of its runs.
    """
    delta = made.constants["δ"]
    excess, error = means.excess(delta)
    nearest = int(((excess - delta) / error).argmin())
    return Check(
        made.written,
        excess[nearest],
        delta,
        delta / excess[nearest],
        bool((excess - 3 * error >= delta).all()),
        f"± {error[nearest]:.1e} at t = {means.t[nearest]:,.0f}, the nearest; "
        f"at T: {excess[-1]:.4g} ± {error[-1]:.1e}",
    )


#: C, δ, β1 and β2 of the ensembles. The first is Section 5's problem, ten times smaller.
ENSEMBLES = ((101.0, 0.02, 0.9, 0.99), (10.0, 0.1, 0.0, 0.9), (1000.0, 0.1, 0.9, 0.999))


def section(
    steps: int = 20_000,
    replicas: int = 4096,
    ensembles: Sequence[tuple[float, float, float, float]] = ENSEMBLES,
) -> Section:
    """The theorem for several ensembles."""
    done, lines = [], []
    for i, (C, delta, beta1, beta2) in enumerate(ensembles):  # noqa: N806
        made = construction(C, delta, beta1, beta2, replicas=replicas)
        means = ensemble(f"Theorem 3, C = {C:g}", made, steps, 20)
        done.append(check(made, means))
        excess, error = means.excess(delta)
        band = np.stack([excess - 3 * error, excess + 3 * error]) / delta
        lines.append(Line(f"C = {C:g}, $δ$ = {delta:g}", means.t, excess / delta, i, band=band))
    return Section(
        "Theorem 3",
        f"stochastic, Adam from x_1 = 0, {replicas:,} runs: E[F(x_t)] − F(−1) ≥ δ at every t",
        "least E[F(x_t)] − F(−1)",
        "by the mean less 3 standard errors, at every logged t",
        done,
        [
            Panel(
                "$(E[F(x_t)] - F(-1))\\,/\\,δ$, ± 3 standard errors",
                lines,
                log=(True, False),
                level=1.0,
            )
        ],
    )
