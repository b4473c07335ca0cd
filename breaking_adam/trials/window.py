"""What an optimizer does in each of some steps: the numbers that its step is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from breaking_adam.problems import Problem
from breaking_adam.rules.schedules import constant
from breaking_adam.trials.build import build

#: Under which names optimizers keep what they divide by the root of, the one that counts first.
SQUARES = ("max_exp_avg_sq", "exp_avg_sq", "square_avg", "sum")


class Window(NamedTuple):
    """Steps in a row, all of shape (steps,).

    Args:
        t: the number of each.
        x: x_t, where it begins.
        g: the gradient g_t there.
        root: √v_t, or √v̂_t of an optimizer that keeps the largest; NaN of one that keeps neither.
        step: where the optimizer would go from x_t, before the projection.
    """

    t: np.ndarray
    x: np.ndarray
    g: np.ndarray
    root: np.ndarray
    step: np.ndarray


def watch(
    problem: Problem,
    optimizer: torch.optim.Optimizer,
    steps: int,
    *,
    schedule: Callable[[int], float] = constant,
) -> Window:
    """Take so many further steps of the problem, one replica's, and tell what each is made of.

    Args:
        problem: to be played on, from where it is.
        optimizer: of ``problem.x``.
        steps: how many.
        schedule: α_t/α as a function of t.

    The first step of Adam with a step size of 0.1, uncorrected, divides 0.1 · 0.1 g by √(0.01 g²):

    >>> from breaking_adam import AMSGrad, Online
    >>> problem = Online(dtype=torch.float64)
    >>> adam = AMSGrad(problem.parameters(), 0.1, (0.9, 0.99), 0, bias_correction="none")
    >>> window = watch(problem, adam, 2)
    >>> window.t, window.g, window.root[0].round(6), window.step[0].round(6)
    (array([1, 2]), array([1010.,  -10.]), np.float64(101.0), np.float64(-0.1))
    """
    rows: list[tuple[float, ...]] = []

    def before(*_: Any) -> None:
        rows.append((float(problem.x.detach()[0]),))

    def after(*_: Any) -> None:
        (x,) = rows[-1]
        assert problem.x.grad is not None
        g, root = float(problem.x.grad[0]), _root(optimizer.state[problem.x])
        rows[-1] = (problem.t, x, g, root, float(problem.x.detach()[0]) - x)

    hooks = [
        optimizer.register_step_pre_hook(before),
        optimizer.register_step_post_hook(after),
    ]
    until = problem.steps + steps
    trial, _ = build(problem, optimizer, engine="eager", steps=until, schedule=schedule)
    try:
        trial.run()
    finally:
        for hook in hooks:
            hook.remove()
    t, x, g, root, step = np.array(rows, float).reshape(-1, 5).T
    return Window(t.astype(int), x, g, root, step)


def _root(state: Mapping[str, Any]) -> float:
    """What the step was divided by, but for ε and a bias correction."""
    for name in SQUARES:
        if name in state:
            return float(state[name].reshape(-1)[0].sqrt())
    return float("nan")
