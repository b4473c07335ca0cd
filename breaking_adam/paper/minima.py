"""What Adam does near a minimum at a constant step size: α_t = α.

**A 2-cycle.** Let x jump from a to −a and back on c x²/2, as it may once v has settled, to c²a²:
g = ±ca alternates, m_t = β1 m_{t−1} + (1−β1) g_t is then (1−β1)/(1+β1) g, and a step is
α(1−β1)/(1+β1) whatever c is. It is 2a for

    a = α(1−β1)/(2(1+β1))

(Bock and Weiß 2022, arXiv 2210.02070). There is such a cycle for all decays, but x stays there for
few. Let dx, dm and du = dv/(2ca) be small, and one jump with the signs of x and m turned be a step:

    dx' = (2β1 + 2β2 − 1) dx + 2β1(1+β1)/(1−β1) dm − 2β2 du
    dm' = −(1−β1) dx − β1 dm,    du' = (1−β2) dx + β2 du

has the characteristic polynomial λ³ + (1−β1−3β2) λ² + (3β1+β2−β1β2) λ − β1β2, of which a pair of
zeros leaves the unit circle where 1 − a_1 + a_0 a_2 − a_0² is 0. That is
(1−β2)(1 − 3β1(1+β2) + β1²β2), and the cycle is stable where

    3β1(1+β2) < 1 + β1²β2,

without momentum always, for β2 near 1 below β1 = 3 − 2√2 = 0.17. Beyond, x keeps no period; with
β1 = 0.9 rare spikes are what is seen.

**How x comes there.** From x_1 on, RMSprop has x_{t+1} = (1 − y_t) x_t with y = αc/√v, and for a
long time v only forgets: with s = −ln β2, y grows by e^{s/2} a step. |x| falls until y is 2, from
where x jumps further back than it came. Up to there ln|x| has fallen by

    Σ −ln|1 − y_t| = (2/s) ∫₀² −ln|1−y|/y dy = (2/s)(π²/6 + π²/12) = π²/(2s),

and that is more than a double has room for from s = 0.0066 on: x is 0, to the last bit, and stays.

**A degenerate minimum**, xᵏ/k for an even k ≥ 4 (Bai et al. 2026, arXiv 2603.09581). While v falls
by β2 a step, x_{t+1}/x_t → β2^{1/(2(k−2))}: then g/√v ~ x^{k−1}/x^{k−2} falls as x does. That is

- "stable" where β1 < β2^{k/(2(k−2))}: x falls for ever;
- broken by "spikes" between that and β2^{(k−1)/(2(k−2))};
- no more than "signs" where β1 is above: m/√v ≈ ±1, and |x| comes to α/2 and stays.

**An ε ends all of these** where √v ≪ ε: there the step is gradient descent's with the rate α/ε,
and |x_t| = ((k−2) α t/ε)^{−1/(k−2)}.
"""

from __future__ import annotations

from math import inf, log, pi, sqrt


def two_cycle(alpha: float, beta1: float) -> float:
    """a, how far from the minimum of a parabola x jumps to and fro.

    >>> two_cycle(0.01, 0.0), round(two_cycle(0.01, 0.9), 6)
    (0.005, 0.000263)
    """
    return alpha * (1 - beta1) / (2 * (1 + beta1))


def two_cycle_holds(beta1: float, beta2: float) -> bool:
    """Whether x stays on the 2-cycle.

    >>> [two_cycle_holds(beta1, 0.999) for beta1 in (0.0, 0.17, 0.18)]
    [True, True, False]
    """
    return 3 * beta1 * (1 + beta2) < 1 + beta1**2 * beta2


def fall(beta2: float) -> float:
    """By how much RMSprop's ln|x| falls on a parabola before x jumps to and fro: π²/(−2 ln β2).

    >>> round(fall(0.99))
    491
    """
    return pi**2 / (-2 * log(beta2)) if beta2 > 0 else 0.0


def edges(k: int) -> tuple[float, float]:
    """The powers of β2 that are the edges in β1 of "stable" and "spikes", on xᵏ/k for k ≥ 4.

    >>> edges(4), edges(6)
    ((1.0, 0.75), (0.75, 0.625))
    """
    return k / (2 * (k - 2)), (k - 1) / (2 * (k - 2))


def regime(beta1: float, beta2: float, k: int) -> str:
    """What x does at the minimum of xᵏ/k for k ≥ 4: "stable", "spikes" or "signs".

    >>> [regime(0.9, beta2, 4) for beta2 in (0.91, 0.895, 0.8)]
    ['stable', 'spikes', 'signs']
    """
    inner, outer = (beta2**power for power in edges(k))
    return "stable" if beta1 < inner else "spikes" if beta1 < outer else "signs"


def descent(k: int, alpha: float, eps: float, steps: int) -> float:
    """|x_T| on xᵏ/k for k ≥ 4 once ε is what the step is divided by.

    >>> round(descent(4, 1e-3, 1e-8, 100_000), 9)
    7.071e-06
    """
    return ((k - 2) * alpha * steps / eps) ** (-1 / (k - 2)) if eps > 0 else 0.0


def forgotten(factor: float, beta2: float) -> float:
    """The step at which v has forgotten a first gradient that was so many times as large.

    (1−β2)β2^t factor² = 1, solved for t; 0 if it never counted for so much.

    >>> round(forgotten(1e4, 0.999))
    11507
    """
    share = (1 - beta2) * factor**2
    return log(share) / (-log(beta2) if beta2 > 0 else inf) if share > 1 else 0.0


def way(alpha: float, start: float, stop: float) -> float:
    """How far a slope that keeps its sign moves x from one step to another, at α_t = α/√t.

    >>> round(way(0.1, 0, 20_000), 1)
    28.3
    """
    return 2 * alpha * (sqrt(stop) - sqrt(start))
