"""The order of a matrix in which alike stand together."""

from __future__ import annotations

import numpy as np


def alike_together(features: np.ndarray) -> list[int]:
    """An order of rows in which neighbours are alike.

    Rows are joined to ever larger groups by the mean distance between these, and the groups turned
    so that neighbours are as near as can be (optimal leaf ordering; Bar-Joseph, Gifford and
    Jaakkola 2001). Of the two directions it is the one with the larger rows first.

    Args:
        features: shape (rows, numbers).

    >>> alike_together(np.array([[0.0, 0.0], [9.0, 9.0], [0.0, 1.0], [9.0, 8.0]]))
    [1, 3, 2, 0]
    """
    if len(features) < 3:
        return list(range(len(features)))
    from scipy.cluster.hierarchy import leaves_list, linkage

    order = leaves_list(linkage(features, "average", optimal_ordering=True))
    sums, half = features.sum(axis=1)[order], len(order) // 2
    return (order if sums[:half].sum() >= sums[-half:].sum() else order[::-1]).tolist()


def features(verdicts: np.ndarray, solved: np.ndarray, words: int) -> np.ndarray:
    """What is compared of each row of a matrix: its verdicts, and the shares solved.

    Args:
        verdicts: a number below ``words`` for each cell, shape (rows, columns).
        solved: the share that is solved, of the same shape.
        words: the number of verdicts.

    Returns:
        The numbers of each row, shape (rows, columns · (words + 1)); two other verdicts are as far
        apart as all solved and nothing.
    """
    rows = len(verdicts)
    which = (verdicts[..., None] == np.arange(words)).reshape(rows, -1) / np.sqrt(2)
    return np.concatenate([which, solved], axis=1)
