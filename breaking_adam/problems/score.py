"""The score of the game that a problem is: the steps played, and the regret."""

from __future__ import annotations

from typing import Any

import numpy as np


class Score:
    """The steps played and the regret of each of R replicas.

    The regret R_T = Σ f_t(x_t) − f_t(x*), with x_t *before* the step (paper, Section 2), is kept
    as an unevaluated sum of two doubles: after 10⁹ steps it is still exact to the last bit or two
    for the paper's costs, where one double would have lost half its digits.

    Args:
        replicas: the number R.
        has_regret: whether there is a regret to keep; without one it is NaN from the start.
    """

    def __init__(self, replicas: int, *, has_regret: bool = True) -> None:
        self.steps = 0
        self._sums = np.full((2, replicas), 0.0 if has_regret else np.nan)

    @property
    def sums(self) -> np.ndarray:
        """A copy of the regret's two doubles, shape (2, R): what a block of steps adds to."""
        return self._sums.copy()

    @property
    def regret(self) -> np.ndarray:
        """R_T of each replica so far, shape (R,), float64."""
        return self._sums[0] + self._sums[1]

    def add(self, steps: int, sums: np.ndarray) -> None:
        """Count so many steps more, after which the regret's two doubles are these."""
        self._check(sums)
        self.steps += steps
        self._sums = sums

    def state(self) -> dict[str, Any]:
        """The score as a dict of ``steps`` and ``regret``, the two doubles."""
        return {"steps": self.steps, "regret": self.sums}

    def load(self, steps: int, sums: np.ndarray) -> None:
        """Be the score of which these are the state.

        Raises:
            ValueError: if they are of another number of replicas.
        """
        self._check(sums)
        self.steps = int(steps)
        self._sums = sums.copy()

    def _check(self, sums: np.ndarray) -> None:
        if sums.shape != self._sums.shape:
            raise ValueError(
                f"the state holds {sums.shape[-1]} replicas, the model {self._sums.shape[1]}"
            )
