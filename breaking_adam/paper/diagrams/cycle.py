"""The cycle of Theorem 2, of whose drift two diagrams are."""

from __future__ import annotations

import numpy as np


def slopes(C: int) -> np.ndarray:  # noqa: N803 - the paper's letter
    """A slope C, and then C − 1 slopes −1.

    >>> slopes(3)
    array([ 3., -1., -1.])
    """
    return np.array([C] + [-1.0] * (int(C) - 1))
