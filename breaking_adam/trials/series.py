"""A run over t, as figures and theorems take it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Series(NamedTuple):
    """x and R_t/t after each of the logged steps t, all of shape (points,).

    Args:
        name: of the run.
        t: the steps.
        x: x_{t+1}, where the t-th step leads; over several replicas, the median.
        average_regret: R_t/t; over several replicas, the median.
        x_band: the quartiles of x over the replicas, shape (2, points); None of one replica.
        average_regret_band: the same of R_t/t.
        distance: from the best points; over several replicas, the median; None if not recorded.
        distance_band: the quartiles of the distance.
    """

    name: str
    t: np.ndarray
    x: np.ndarray
    average_regret: np.ndarray
    x_band: np.ndarray | None = None
    average_regret_band: np.ndarray | None = None
    distance: np.ndarray | None = None
    distance_band: np.ndarray | None = None

    @property
    def regret(self) -> np.ndarray:
        """R_t, of one replica."""
        return self.average_regret * self.t
