"""What Adam does near a minimum at a constant step size: α_t = α.

**A 2-cycle.** Let x jump from a to −a and back on c x²/2, as it may once v has settled, to c²a²:
g = ±ca alternates, m_t = β1 m_{t−1} + (1−β1) g_t is then (1−β1)/(1+β1) g, and a step is
α(1−β1)/(1+β1) whatever c is. It is 2a for

    a = α(1−β1)/(2(1+β1))

(Bock and Weiß 2022, arXiv 2210.02070). Without momentum x stays there; with β1 = 0.9 rare spikes
take its place.

**How x comes there.** From x_1 on, RMSprop falls with x_{t+1} = (1 − αc/√v_t) x_t, as v remembers
the large gradients of before: √v_t = √v_0 e^{−st/2} for s = −ln β2, until αc/√v_t is 2. With all of
the integral near its end, ln|x| has then fallen by

    ∫ αc/√v dt = (αc/√v_0) (2/s) e^{st/2} = (2/s)(αc/√v_t) = 4/s

and that is more than a double has room for from s ≤ 0.0054 on: x is 0, to the last bit, and stays.

**A degenerate minimum**, xᵏ/k for an even k ≥ 4 (Bai et al. 2026, arXiv 2603.09581). While v falls
by β2 a step, x_{t+1}/x_t → β2^{1/(2(k−2))}: then g/√v ~ x^{k−1}/x^{k−2} falls as x does. That is

- "stable" where β1 < β2^{k/(2(k−2))}: x falls for ever;
- broken by "spikes" between that and β2^{(k−1)/(2(k−2))};
- no more than "signs" where β1 is above: m/√v ≈ ±1, and |x| comes to α/2 and stays.

**An ε ends all of these** where √v ≪ ε: there the step is gradient descent's with the rate α/ε,
and |x_t| = ((k−2) α t/ε)^{−1/(k−2)}.
"""

from __future__ import annotations

from math import inf, log

import numpy as np

from breaking_adam.paper.theory import Number


def two_cycle(alpha: float, beta1: float) -> float:
    """a, how far from the minimum of a parabola x jumps to and fro.

    >>> two_cycle(0.01, 0.0), round(two_cycle(0.01, 0.9), 6)
    (0.005, 0.000263)
    """
    return alpha * (1 - beta1) / (2 * (1 + beta1))


def fall(beta2: float) -> float:
    """By how much RMSprop's ln|x| falls on a parabola before x jumps to and fro: 4/−ln β2.

    >>> round(fall(0.99))
    398
    """
    return 4 / -log(beta2) if beta2 > 0 else 0.0


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


def way(alpha: float, start: float, stop: float) -> Number:
    """How far a slope that keeps its sign moves x from one step to another, at α_t = α/√t.

    >>> way(0.1, 0, 20_000).round(1)
    28.3
    """
    return 2 * alpha * (np.sqrt(stop) - np.sqrt(start))
