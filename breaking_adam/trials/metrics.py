"""Metrics: where x is, and what it has cost so far."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torchbearer
from torchbearer.metrics import Metric

from breaking_adam.problems import Problem
from breaking_adam.problems.problem import distance as distance_to
from breaking_adam.trials.callbacks.greedy_update import box, greedy_update

EVERYWHERE = (-math.inf, math.inf)


def _summary(name: str, values: np.ndarray) -> dict[str, float]:
    """The value of one replica; of several, their median and quartiles."""
    if values.size == 1:
        return {name: values.item()}
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    return {name: float(median), f"{name}_q25": float(low), f"{name}_q75": float(high)}


class est(Metric):  # noqa: N801 - the public name, as in the torchbearer notebook
    """The model's x after the step, as ``est``.

    torchbearer asks for metrics before callbacks project x; where :func:`greedy_update` is among
    them, x is shown as that leaves it. With several replicas it is their median, with the
    quartiles as ``est_q25`` and ``est_q75``.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a model with a parameter ``x``
    """

    def __init__(self) -> None:
        super().__init__("est")
        self._box = EVERYWHERE

    def reset(self, state: Any) -> None:
        projected = greedy_update in (state.get(torchbearer.CALLBACK_LIST) or ())
        self._box = box(state[torchbearer.MODEL]) if projected else EVERYWHERE

    def process(self, state: Any) -> dict[str, float]:
        low, high = self._box
        x = state[torchbearer.MODEL].x
        if x.numel() == 1:
            return {self.name: min(max(x.item(), low), high)}
        return _summary(self.name, x.numpy(force=True).clip(low, high))

    process_final = process


class distance(Metric):  # noqa: N801 - beside est
    """The distance of the model's x from the best points after the step, as ``distance``.

    It is that of x where :class:`est` shows it. With several replicas it is their median, with the
    quartiles as ``distance_q25`` and ``distance_q75``.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
    """

    def __init__(self) -> None:
        super().__init__("distance")

    def process(self, state: Any) -> dict[str, float]:
        model = state[torchbearer.MODEL]
        x = model.x.numpy(force=True).clip(*model.domain)
        return _summary(self.name, distance_to(x, *model.best))

    process_final = process


class average_regret(Metric):  # noqa: N801 - beside est
    """R_t/t, with R_t = Σ f_i(x_i) − f_i(x*) and x_i before step i, as ``average_regret``.

    With several replicas it is their median, with the quartiles as ``average_regret_q25`` and
    ``average_regret_q75``. The sum is the model's own, over all the steps that it has played.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
    """

    def __init__(self) -> None:
        super().__init__("average_regret")

    def process(self, state: Any) -> dict[str, float]:
        score = state[torchbearer.MODEL].score
        return _summary(self.name, score.regret / max(score.steps, 1))

    process_final = process


def metrics_of(problem: Problem) -> list[Metric]:
    """What is worth a curve: where x is, and what that costs or, with no price for it, how far."""
    known = not math.isnan(problem.worst_average_regret)
    return [est(), average_regret(), *([] if known else [distance()])]
