"""The published phase diagrams: each with its problem, its protocol and the theory's edge."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch

from breaking_adam.optimizers import Adam, AMSGrad
from breaking_adam.paper.minima import edges
from breaking_adam.paper.off_centre import MU3, PAIR, SKEWED, VARIANCE, S, gradients
from breaking_adam.paper.random_order import bias as limit_bias
from breaking_adam.paper.theory import (
    critical_beta2,
    critical_beta2_at_random,
    drift,
    resting_point,
)
from breaking_adam.plots.diagram import Axis, Edge, Shade, Zero
from breaking_adam.problems import Online, Problem, Stochastic
from breaking_adam.problems.power import Power
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.rules.schedules import constant, inverse_sqrt

#: (x, y) as columns and rows of a plane, and what lies behind it -> a number for each cell, above 0
#: where x goes wrong.
Field = Callable[..., np.ndarray]


#: The paper's letters.
LETTERS = {"beta1": "β1", "beta2": "β2", "alpha": "α", "lr": "α", "eps": "ε", "delta": "δ"}


class Panel(NamedTuple):
    """An optimizer on a problem, over the plane.

    Args:
        title: what is written above it.
        problem: of the grid.
        optimizer: of the grid.
        edges: by closed forms, and claimed ones.
        predicted: the theory's field, whose zero is the edge; None where there is no theory.
        formula: of that edge, as its label.
    """

    title: str
    problem: Callable[..., Any]
    optimizer: Callable[..., torch.optim.Optimizer]
    edges: tuple[Edge | Zero, ...] = ()
    predicted: Field | None = None
    formula: str = "D = 0"


class Diagram(NamedTuple):
    """A phase diagram.

    Args:
        title: what it shows, and whose it is.
        panels: side by side.
        x: the axis across.
        y: the axis up.
        steps: of each run in the publication.
        schedule: α_t/α as a function of t.
        shade: the colours of ``measured``; above their middle a run went wrong.
        measured: from a grid's Dataset, a number for each cell.
        columns: the panels in a row.
        through: a third axis, of which a cell then shows the place of the least value that goes
            wrong. ``measured`` and ``predicted`` are over all three, and above 0 a run went wrong.
        biases: whether what is shown is how far from x* runs come to rest over x, as the mean of
            ``measured`` over y; ``predicted`` is then that of x − x*, over x.
    """

    title: str
    panels: tuple[Panel, ...]
    x: Axis
    y: Axis
    steps: int
    schedule: Any
    shade: Shade
    measured: Callable[[Any], Any]
    columns: int = 3
    through: Axis | None = None
    biases: bool = False

    @property
    def axes(self) -> dict[str, np.ndarray]:
        """The grid's."""
        every = self.x, self.y, self.through
        return {axis.name: axis.values for axis in every if axis is not None}


def _whole(low: float, high: float, count: int) -> np.ndarray:
    """Whole numbers, evenly on a logarithmic axis, each once."""
    return np.unique(np.round(np.geomspace(low, high, count)).astype(int))


def _near_1(low: float, high: float, count: int) -> np.ndarray:
    """Numbers that come near to 1 evenly on a logarithmic axis."""
    return 1 - np.geomspace(1 - low, 1 - high, count)


def reddi_slopes(C: int) -> np.ndarray:  # noqa: N803 - the paper's letter
    """A slope C, and then C − 1 slopes −1."""
    return np.array([C] + [-1.0] * (int(C) - 1))


def _over_C(beta1: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:  # noqa: N802
    """The exact drift for each C across and β2 up."""
    return np.array([drift(reddi_slopes(C), beta1, y) for C in x])


END = Shade("x, mean of the last tenth", -1.0, 0.0, 1.0)


def _mean(ds: Any) -> Any:
    return ds.x_mean


def axis(name: str, low: float, high: float, count: int, scale: str = "linear") -> Axis:
    """So many values from low to high, evenly on the scale; whole ones where all of them are.

    On a logarithmic axis whose ends are whole numbers above 1, values are whole numbers too, and
    fewer where two would be the same.

    >>> axis("C", 2, 16, 4, "log").values, axis("beta2", 0.5, 0.995, 3, "log1m").values
    (array([ 2,  4,  8, 16]), array([0.5  , 0.95 , 0.995]))
    """
    label = LETTERS.get(name, name)
    if scale == "log1m":
        return Axis(name, label, _near_1(low, high, count), scale)
    if scale == "log":
        is_whole = low > 1 and low % 1 == 0 and high % 1 == 0
        values = _whole(low, high, count) if is_whole else np.geomspace(low, high, count)
        return Axis(name, label, values, scale)
    values = np.linspace(low, high, count)
    whole = np.round(values).astype(int)
    return Axis(name, label, whole if np.array_equal(whole, values) else values)


def end_of(problem: Problem) -> tuple[Shade, Callable[[Any], Any]]:
    """How to show where runs on such a problem end, and what of a Dataset that takes.

    On a box by the distance to x*; without one by its logarithm, against where x began.
    """
    low, high = problem.domain
    if np.isfinite(high - low):
        width = high - low
        return Shade("|x − x*| at the end", 0.0, width / 2, width), lambda ds: ds.distance
    began = np.log10(max(float(problem.distance.item()), 1e-9))
    label = f"log |x − x*|, at first {began:.2g}"
    return Shade(label, began - 2, began, began + 2), _log_distance


def _log_distance(ds: Any) -> Any:
    return np.log10(np.maximum(ds.distance, 1e-30))


def shi(size: int) -> Diagram:
    """RMSprop and Adam by C and β2 (Shi, Li, Hong and Sun 2021), and AMSGrad beside them.

    Its scripts start x at 100, which the first step brings to +1, and v at 100 C. Here x starts
    at +1, and v as each optimizer has it; C goes on to 128.
    """
    C = _whole(2, 128, size)  # noqa: N806
    smooth = np.geomspace(2, 128, 200)

    def rmsprop(params: Any, beta2: float) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(params, lr=1.0, alpha=beta2, eps=0.0)

    def adam(params: Any, beta2: float, kind: Any = torch.optim.Adam) -> torch.optim.Optimizer:
        made: torch.optim.Optimizer = kind(params, lr=1.0, betas=(0.9, beta2), eps=0.0)
        return made

    def online(C: int) -> Online:  # noqa: N803
        return Online(C, -1, period=C, x0=1.0)

    formula = Edge("1−β2 = 4/C²", smooth, critical_beta2(smooth))
    with_tau = Edge("1−β2 = 4/(C(C−2τ))", smooth, critical_beta2(smooth, 0.9))
    return Diagram(
        "slope C once in C steps, else −1; x* = −1; α = 1/√t (Shi et al. 2021)",
        (
            Panel("RMSprop", online, rmsprop, (formula,), partial(_over_C, 0.0)),
            Panel("Adam, β1 = 0.9", online, adam, (with_tau,), partial(_over_C, 0.9)),
            Panel("AMSGrad, β1 = 0.9", online, partial(adam, kind=AMSGrad)),
        ),
        Axis("C", "C", C, "log"),
        Axis("beta2", "β2", _near_1(1 - 10**-0.1, 1 - 10**-4.0, size), "log1m"),
        1_000_000,
        inverse_sqrt,
        END,
        _mean,
    )


def _pulled(n: int, a: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The exact drift of the pieces in cyclic order, for each β1 across and β2 up."""
    slopes = np.array([1 + (n - 1) * a] + [-a] * (n - 1))
    return drift(slopes, x[:, None], y[None, :])


def zhang(size: int) -> Diagram:
    """Adam by β1 and β2, on pieces that pull it out to infinity (Zhang et al. 2022, 2026).

    The pieces come in cyclic order, for which the drift is exact; x_1 = 1 and the step 0.1/√t.
    """
    betas = np.linspace(0.01, 0.99, size)
    line = np.linspace(0.0, 1.0, 100)

    def adam(params: Any, beta1: float, beta2: float) -> torch.optim.Optimizer:
        return Adam(params, lr=0.1, betas=(beta1, beta2), eps=0.0, bias_correction=False)

    def pieces(n: int, a: float) -> Callable[[], PulledApart]:
        return lambda: PulledApart(n, a, order="cyclic", x0=1.0)

    claimed = Edge("β1 = √β2", line, line**2, 2)
    return Diagram(
        "(1/n) Σ f_i without bounds, x* = −2; α = 0.1/√t (Zhang et al. 2022, 2026)",
        tuple(
            Panel(f"n = {n}, a = {name}", pieces(n, a), adam, (claimed,), partial(_pulled, n, a))
            for name, power in (("1", 0), ("1/(n−1)²", 2))
            for n in (10, 20, 50)
            for a in (1 / (n - 1) ** power,)
        ),
        Axis("beta1", "β1", betas),
        Axis("beta2", "β2", betas),
        50_000,
        inverse_sqrt,
        Shade("log |x − x*|, at first log 3", -2.0, np.log10(3.0), 2.0),
        _log_distance,
    )


def quartic(size: int) -> Diagram:
    """Adam by β1 and β2 at a degenerate minimum (Bai et al. 2026).

    Moments start at 0. ε is 1e-100, so that a run that has come to 0 is one of numbers still.
    """
    betas = np.linspace(0.02, 0.995, size)
    smooth = np.linspace(0.0, 1.0, 300)

    def adam(params: Any, beta1: float, beta2: float) -> torch.optim.Optimizer:
        return Adam(params, lr=1e-3, betas=(beta1, beta2), eps=1e-100, bias_correction=False)

    def panel(k: int) -> Panel:
        inner, outer = edges(k)

        def formula(power: float) -> str:
            return f"$β_1 = β_2^{{{power:g}}}$" if power != 1 else "$β_1 = β_2$"

        def predicted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            return x[:, None] - y[None, :] ** inner

        spikes = Edge(formula(outer), smooth**outer, smooth)
        return Panel(f"$x^{k}/{k}$", lambda: Power(k), adam, (spikes,), predicted, formula(inner))

    return Diagram(
        "a degenerate minimum, constant α = 0.001 (Bai et al. 2026)",
        (panel(4), panel(6)),
        Axis("beta1", "β1", betas),
        Axis("beta2", "β2", betas),
        100_000,
        constant,
        Shade("log |x| at the end", -12.0, -5.0, 0.0),
        _log_distance,
    )


def random_order(size: int) -> Diagram:
    """Adam by C and β2 where the large slope comes at random, without and with momentum."""
    delta = 0.02
    C = np.geomspace(10.0, 1000.0, size)  # noqa: N806

    def adam(beta1: float) -> Callable[..., torch.optim.Optimizer]:
        return lambda params, beta2: Adam(
            params, lr=1.0, betas=(beta1, beta2), eps=0.0, bias_correction=False
        )

    def slopes(C: float) -> Stochastic:  # noqa: N803
        return Stochastic(C, -1, probability=(1 + delta) / (C + 1))

    def panel(beta1: float) -> Panel:
        def predicted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            return critical_beta2_at_random(x[:, None], delta, beta1) - y[None, :]

        return Panel(f"β1 = {beta1:g}", slopes, adam(beta1), (), predicted, "(1−β2)κ = 2δ/C")

    return Diagram(
        "slope C at random, else −1, mean 0.02; α = 1/√t (Reddi et al., Theorem 3)",
        (panel(0.0), panel(0.9)),
        Axis("C", "C", C, "log"),
        Axis("beta2", "β2", _near_1(0.9, 1 - 10**-5.0, size), "log1m"),
        1_000_000,
        inverse_sqrt,
        END,
        _mean,
    )


#: The C whose edges are drawn over the measured ones.
LEVELS = (4, 8, 16, 32, 64)


def _over_betas(x: np.ndarray, y: np.ndarray, C: np.ndarray) -> np.ndarray:  # noqa: N803
    """The exact drift for each β1 across, each β2 up and each C."""
    every = [drift(reddi_slopes(each), x[:, None], y[None, :]) for each in C]
    return np.stack(every, axis=-1)


def critical(size: int) -> Diagram:
    """The least C that breaks Adam, by β1 and β2, on the slopes of Theorem 2.

    AdaShift (Zhou et al. 2019, figure 8) has such a plane, with numbers, a period and values of C
    that could not be read: here the period is C, as in Theorem 2, and C goes up to 128.
    """
    C = Axis("C", "C", _whole(2, 128, 64), "log")  # noqa: N806
    beta1 = Axis("beta1", "β1", np.linspace(0.0, 0.95, size))
    beta2 = Axis("beta2", "β2", _near_1(0.5, 0.999, size), "log1m")
    fine1, fine2 = beta1.finer(), beta2.finer()

    def adam(params: Any, beta1: float, beta2: float) -> torch.optim.Optimizer:
        return Adam(params, lr=1.0, betas=(beta1, beta2), eps=0.0, bias_correction=False)

    def online(C: int) -> Online:  # noqa: N803
        return Online(C, -1, period=C, x0=0.0)

    exact = _over_betas(fine1.values, fine2.values, np.array(LEVELS))
    edges: list[Edge | Zero] = []
    for k, level in enumerate(LEVELS):
        edges.append(Zero(f"D = 0, C = {level}", fine1, fine2, exact[..., k]))
        formula = "C = τ + √(τ² + 4/(1−β2))" if level == max(LEVELS) else ""
        edges.append(Edge(formula, fine1.values, critical_beta2(level, fine1.values)))
    low, high = C.place(C.values)[[0, -1]]
    return Diagram(
        "The least C that breaks Adam",
        (Panel("slope C once in C steps, else −1", online, adam, tuple(edges), _over_betas),),
        beta1,
        beta2,
        300_000,
        inverse_sqrt,
        Shade("log of that C", high, (low + high) / 2, low),
        _mean,
        through=C,
    )


def bias(size: int) -> Diagram:
    """How far from x* Adam comes to rest, by 1−β2, under skewed noise and on two parabolas.

    Skewed noise biases the limit by −(1−β2)κ μ3/(2σ²) (after Dereich and Jentzen 2024, of which
    the abstract alone could be read); two parabolas that share no minimum do so by where the
    exact drift is 0 (the non-realizable pair of Shi et al. 2021).

    What is ours was settled after first plays: the pair's script has α = 0.1 and starts v near the
    squares that come, with which 1,000,000 steps had not come to rest; α = 10 and corrected
    moments, of 2, 5, 10 and 20 with and without the correction, do in 4,000,000. β2 begins at
    0.97, since a theory of first order in 1−β2 is off by 0.12 to 0.14 tens at 0.7.
    """
    beta2 = Axis("beta2", "β2", _near_1(0.97, 1 - 10**-4.0, size // 2), "log1m")
    seed = Axis("seed", "seed", np.arange(16))

    def adam(beta1: float, alpha: float) -> Callable[..., torch.optim.Optimizer]:
        return lambda params, beta2: torch.optim.Adam(params, alpha, (beta1, beta2), eps=0.0)

    def noise(seed: int) -> Problem:
        return SKEWED(x0=0.5, seed=seed)

    def pair(seed: int) -> Problem:
        return PAIR(seed=seed)

    def skewed(beta1: float, x: np.ndarray) -> np.ndarray:
        return np.array(limit_bias(VARIANCE, MU3, beta1, x))

    def resting(beta1: float, x: np.ndarray) -> np.ndarray:
        return np.array([resting_point(gradients, beta1, each, -1000.0, S) for each in x])

    return Diagram(
        "Where Adam comes to rest: |x − x*| by 1−β2",
        tuple(
            Panel(
                f"{name}, β1 = {beta1:g}",
                problem,
                adam(beta1, alpha),
                (),
                partial(theory, beta1),
                formula,
            )
            for name, problem, alpha, theory, formula in (
                ("skewed noise", noise, 0.3, skewed, "4(1−β2)κ"),
                ("two parabolas", pair, 10.0, resting, "D(x) = 0"),
            )
            for beta1 in (0.0, 0.9)
        ),
        beta2,
        seed,
        4_000_000,
        inverse_sqrt,
        END,
        _mean,
        biases=True,
    )


#: The diagrams by their names; each takes the cells along an axis.
DIAGRAMS: dict[str, Callable[[int], Diagram]] = {
    "shi": shi,
    "zhang": zhang,
    "quartic": quartic,
    "random-order": random_order,
    "critical": critical,
    "bias": bias,
}
