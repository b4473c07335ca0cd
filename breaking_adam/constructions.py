"""The theorems' constructions: a problem and an optimizer, with the constants the proofs take.

Each is an ordinary problem and an ordinary optimizer, to be run with α_t = α/√t
(:func:`breaking_adam.schedules.inverse_sqrt`):

>>> from breaking_adam.schedules import inverse_sqrt
>>> from breaking_adam.trials import build
>>> made = theorem_1(C=3.0)
>>> trial, _ = build(made.problem, made.optimizer, steps=3000, schedule=inverse_sqrt)
>>> _ = trial.run()
>>> made.problem.x.item(), made.problem.regret.item() >= (2 * 3 - 4) / 3 * 3000
(1.0, True)
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import torch

from breaking_adam import checks
from breaking_adam.bounds import Momentum, smallest_C
from breaking_adam.optimizers import Adam, AdamEpsInside, AdamNC, AMSGrad
from breaking_adam.problems import Online, Problem, Stochastic

#: Commands and proofs compute in double precision.
DTYPE = torch.float64


class Construction(NamedTuple):
    """What a theorem is about, ready for a Trial, and its constants by the paper's letters."""

    problem: Problem
    optimizer: torch.optim.Optimizer
    constants: dict[str, float]


def theorem_1(C: float, alpha: float | None = None) -> Construction:  # noqa: N803
    """Adam with β1 = 0 and β2 = 1/(1+C²), on C x once in three steps and −x otherwise.

    Args:
        C: above 2.
        alpha: in (0, √(1−β2)); half of that if None.

    Raises:
        ValueError: if C or α is out of its range.
    """
    checks.real("C", C, above=2)
    beta2 = 1 / (1 + C**2)
    alpha = _below(alpha, sqrt(1 - beta2))
    problem = Online(C, -1, period=3, x0=1.0, dtype=DTYPE)
    optimizer = Adam([problem.x], lr=alpha, betas=(0.0, beta2), eps=0.0, bias_correction=False)
    return Construction(problem, optimizer, {"C": C, "β2": beta2, "α": alpha})


def theorem_2(
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
        C: even, and large enough for the proof; the smallest such if None.
        alpha: α, above 0.
        x0: where x starts.

    Raises:
        ValueError: if β1 is not below √β2, or C is odd.
    """
    checks.real(
        "beta1", beta1, at_least=0, below=sqrt(checks.real("beta2", beta2, above=0, below=1))
    )
    if C is not None and checks.integer("C", C, at_least=2) % 2:
        raise ValueError(f"C must be even, got {C}")
    C = smallest_C(beta1, beta2) if C is None else C  # noqa: N806
    problem = Online(C, -1, period=C, x0=x0, dtype=DTYPE)
    betas = beta1, beta2
    optimizer = Adam([problem.x], lr=alpha, betas=betas, eps=0.0, bias_correction=False)
    return Construction(problem, optimizer, {"β1": beta1, "β2": beta2, "C": C, "α": alpha})


def theorem_3(
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


def theorem_6(C: float, alpha: float | None = None) -> Construction:  # noqa: N803
    """Adam with ε = 1 inside the root, β1 = 0 and β2 = 2/((1+C²)C²), on Theorem 1's problem.

    Args:
        C: above 2.
        alpha: in (0, √(1−β2)); half of that if None.

    Raises:
        ValueError: if C or α is out of its range.
    """
    checks.real("C", C, above=2)
    beta2 = 2 / ((1 + C**2) * C**2)
    alpha = _below(alpha, sqrt(1 - beta2))
    problem = Online(C, -1, period=3, x0=1.0, dtype=DTYPE)
    optimizer = AdamEpsInside([problem.x], lr=alpha, beta1=0.0, beta2=beta2, eps=1.0)
    return Construction(problem, optimizer, {"C": C, "β2": beta2, "α": alpha})


def theorem_4(
    problem: Problem, momentum: Momentum, beta2: float = 0.99, alpha: float = 1.0
) -> Construction:
    """AMSGrad as the paper has it, with β_{1t}, on any problem."""
    optimizer = AMSGrad(
        [problem.x],
        lr=alpha,
        betas=(momentum.beta1, beta2),
        eps=0.0,
        bias_correction="none",
        beta1_decay=momentum.decay,
        beta1_power=momentum.power,
    )
    constants = {"β1": momentum.beta1, "β2": beta2, "α": alpha}
    return Construction(problem, optimizer, constants)


def theorem_5(problem: Problem, momentum: Momentum, alpha: float = 1.0) -> Construction:
    """AdamNC with β_{2t} = 1 − 1/t and β_{1t}, on any problem."""
    optimizer = AdamNC(
        [problem.x],
        lr=alpha,
        betas=(momentum.beta1, 0.0),
        eps=0.0,
        beta1_decay=momentum.decay,
        beta1_power=momentum.power,
    )
    return Construction(problem, optimizer, {"β1": momentum.beta1, "α": alpha})


def _below(alpha: float | None, limit: float) -> float:
    """The step size, which the proof wants below the limit."""
    return limit / 2 if alpha is None else checks.real("alpha", alpha, above=0, below=limit)
