"""Metrics: where x is, and what it has cost so far."""

from __future__ import annotations

from typing import Any

import numpy as np
import torchbearer
from torchbearer.metrics import Metric


def _summary(name: str, values: np.ndarray) -> dict[str, float]:
    """The value of one replica; of several, their median and quartiles."""
    if values.size == 1:
        return {name: values.item()}
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    return {name: float(median), f"{name}_q25": float(low), f"{name}_q75": float(high)}


class est(Metric):  # noqa: N801 - the public name, as in the torchbearer notebook
    """The model's x after the step, as ``est``.

    With several replicas it is their median, with the quartiles as ``est_q25`` and ``est_q75``.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a model with a parameter ``x``
    """

    def __init__(self) -> None:
        super().__init__("est")

    def process(self, state: Any) -> dict[str, float]:
        return _summary(self.name, state[torchbearer.MODEL].x.numpy(force=True))

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
