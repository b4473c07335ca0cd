"""The metrics over t, kept for figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torchbearer
from torchbearer import Callback

from breaking_adam.support import checks
from breaking_adam.trials.callbacks.clock import due, step_number
from breaking_adam.trials.series import Series


class Curves(Callback):
    """Keep the metrics over t, for figures: ``curves.t`` and ``curves["est"]`` as arrays.

    Memory stays bounded: at ``limit`` points every other one is dropped, and from then on only
    every other one is kept. The last point of a run is always there.

    Args:
        every: keep the metrics of every so many batches.
        limit: the most points to keep, rounded up to an even number.

    State Requirements:
        - :attr:`torchbearer.state.METRICS`: the values to keep
        - :attr:`torchbearer.state.MODEL`: where t comes from
    """

    def __init__(self, every: int = 1, limit: int = 8192) -> None:
        super().__init__()
        self.every = checks.integer("every", every, at_least=1)
        # An even number, so that the newest point is among those that stay.
        self.limit = checks.integer("limit", limit, at_least=1) + limit % 2
        self._stride = 1
        self._seen = 0
        # The last point is the newest one, whether or not its turn to be kept has come.
        self._points: list[tuple[int, dict[str, float]]] = []

    @property
    def t(self) -> np.ndarray:
        """The steps, shape (points,)."""
        return np.array([t for t, _ in self._points])

    def __getitem__(self, metric: str) -> np.ndarray:
        """The metric at each of the steps, shape (points,)."""
        return np.array([metrics[metric] for _, metrics in self._points])

    def __contains__(self, metric: str) -> bool:
        return all(metric in metrics for _, metrics in self._points)

    def series(self, name: str) -> Series:
        """The run of that name, of which ``est`` and ``average_regret`` were kept."""
        return Series(
            name,
            self.t,
            self["est"],
            self["average_regret"],
            self._band("est"),
            self._band("average_regret"),
            self["distance"] if self._points and "distance" in self else None,
            self._band("distance"),
        )

    def _band(self, metric: str) -> np.ndarray | None:
        low, high = f"{metric}_q25", f"{metric}_q75"
        return np.stack([self[low], self[high]]) if low in self else None

    def on_step_training(self, state: Any) -> None:
        if not due(state, self.every):
            return
        if self._points and self._seen % self._stride:
            self._points.pop()
        self._points.append((step_number(state), dict(state[torchbearer.METRICS])))
        self._seen += 1
        if len(self._points) >= self.limit and self._seen % self._stride == 0:
            self._points = self._points[1::2]
            self._stride *= 2

    def state_dict(self) -> dict[str, Any]:
        names = self._points[0][1] if self._points else ()
        return {
            "stride": self._stride,
            "seen": self._seen,
            "t": torch.tensor([t for t, _ in self._points], dtype=torch.int64),
            "metrics": {name: torch.from_numpy(self[name]) for name in names},
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> Curves:
        self._stride, self._seen = state_dict["stride"], state_dict["seen"]
        metrics = {name: values.tolist() for name, values in state_dict["metrics"].items()}
        rows = zip(*metrics.values(), strict=True)
        self._points = [
            (t, dict(zip(metrics, row, strict=True)))
            for t, row in zip(state_dict["t"].tolist(), rows, strict=True)
        ]
        return self
