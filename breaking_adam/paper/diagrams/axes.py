"""Axes whose values lie evenly on their scale."""

from __future__ import annotations

import numpy as np

from breaking_adam.plots.diagram import Axis

#: The paper's letters.
LETTERS = {"beta1": "β1", "beta2": "β2", "alpha": "α", "lr": "α", "eps": "ε", "delta": "δ"}


def axis(name: str, low: float, high: float, count: int, scale: str = "linear") -> Axis:
    """So many values from low to high, evenly on the scale; whole ones where all of them are.

    On a logarithmic axis whose ends are whole numbers above 1, values are whole numbers too, and
    fewer where two would be the same.

    >>> axis("C", 2, 16, 4, "log").values, axis("beta2", 0.5, 0.995, 3, "log1m").values
    (array([ 2,  4,  8, 16]), array([0.5  , 0.95 , 0.995]))
    """
    label = LETTERS.get(name, name)
    if scale == "log1m":
        return Axis(name, label, 1 - np.geomspace(1 - low, 1 - high, count), scale)
    if scale == "log":
        values = np.geomspace(low, high, count)
        if low > 1 and low % 1 == 0 and high % 1 == 0:
            values = np.unique(np.round(values).astype(int))
        return Axis(name, label, values, scale)
    values = np.linspace(low, high, count)
    whole = np.round(values).astype(int)
    return Axis(name, label, whole if np.array_equal(whole, values) else values)
