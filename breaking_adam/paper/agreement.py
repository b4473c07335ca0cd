"""How well a measured plane agrees with the theory's, in numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from breaking_adam.plots.diagram import Axis

#: How many times its noise a size is at least where it is compared.
CLEAR = 5


class Agreement(NamedTuple):
    """Of a plane with an edge.

    Args:
        share: the share of cells on the side of the edge where the theory puts them.
        distance: how far the measured edge is from the predicted one at most: the distance along
            y to the predicted edge of the farthest cell that is on the wrong side of it, in units
            of the axis, which are tens on a logarithmic one; 0 if there is none.
        at: the x of that cell; NaN if there is none.
    """

    share: float
    distance: float
    at: float


def agreement(wrong: np.ndarray, predicted: np.ndarray, x: Axis, y: Axis) -> Agreement:
    """Compare cells that went wrong with a field that is above 0 where they should.

    Where the field has no zero for an x, there is no distance; the share counts all cells.

    Args:
        wrong: whether each cell went wrong, shape (len(x), len(y)).
        predicted: the field, of that shape.
        x: the axis across.
        y: the axis up.

    >>> y = Axis("y", "", np.array([0.0, 1.0, 2.0, 3.0]))
    >>> field = np.array([[1.5, 0.5, -0.5, -1.5]])
    >>> agreement(np.array([[True, True, True, False]]), field, Axis("x", "", np.array([7.0])), y)
    Agreement(share=0.75, distance=0.5, at=7.0)
    """
    misplaced = wrong != (predicted > 0)
    share, at = float(1 - misplaced.mean()), y.place(y.values)
    farthest, where = 0.0, float("nan")
    for place, column, field in zip(x.values, misplaced, predicted, strict=True):
        zeros = crossings(field, at)
        if column.any() and zeros.size:
            distance = float(np.abs(at[column][:, None] - zeros).min(axis=1).max())
            if distance > farthest:
                farthest, where = distance, float(place)
    return Agreement(share, farthest, where)


def agreement_through(
    wrong: np.ndarray, predicted: np.ndarray, x: Axis, through: Axis
) -> Agreement:
    """The same where a third axis lies behind the plane: its edge is looked for along that.

    Args:
        wrong: shape (len(x), len(y), len(through)).
        predicted: the field, of that shape.
        x: the axis across.
        through: the axis behind.
    """
    places = np.repeat(x.values, wrong.shape[1])
    lines = [each.reshape(-1, len(through.values)) for each in (wrong, predicted)]
    return agreement(lines[0], lines[1], x._replace(values=places), through)


def agreement_of_biases(
    values: np.ndarray, noise: np.ndarray, predicted: np.ndarray, x: Axis
) -> Agreement:
    """Compare how far from x* runs come to rest with what is predicted, over the axis.

    The share is that of points on the side of x* where the theory puts them, of those that are
    clear of it: at least :data:`CLEAR` times the noise. The distance, in tens, is that of the sizes
    where what is predicted is clear. NaN predicts nothing; a run that has diverged is on no side
    and as far off as can be.

    >>> x = Axis("x", "", np.array([1.0, 2.0, 3.0]))
    >>> predicted, noise = np.array([-1.0, -0.1, 0.01]), np.full(3, 0.01)
    >>> agreement_of_biases(np.array([-1.0, -1.0, -0.02]), noise, predicted, x)
    Agreement(share=1.0, distance=1.0, at=2.0)
    >>> agreement_of_biases(np.array([np.nan, -1.0, 0.0]), noise, predicted, x)
    Agreement(share=0.5, distance=inf, at=1.0)
    >>> agreement_of_biases(np.zeros(3), noise, np.full(3, np.nan), x)
    Agreement(share=nan, distance=nan, at=nan)
    """
    seen = clear_of(values, noise) & np.isfinite(predicted)
    share = float((np.sign(values) == np.sign(predicted))[seen].mean()) if seen.any() else np.nan
    clear = clear_of(predicted, noise) & np.isfinite(predicted)
    if not clear.any():
        return Agreement(share, np.nan, np.nan)
    with np.errstate(divide="ignore"):
        sizes = np.abs(np.where(np.isfinite(values), values, np.inf) / predicted)
        apart = np.where(clear, np.abs(np.log10(sizes)), 0.0)
    farthest = int(apart.argmax())
    return Agreement(share, float(apart[farthest]), float(x.values[farthest]))


def clear_of(sizes: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Whether sizes are clear of 0: above it, and :data:`CLEAR` times their noise at least.

    NaN, which a run that has diverged leaves, is clear.

    >>> clear_of(np.array([-0.5, 0.4, 0.0, 1e-9, np.nan]), np.array([0.1, 0.1, 0.0, 0.0, np.nan]))
    array([ True, False, False,  True,  True])
    """
    return (sizes != 0) & ~(np.abs(sizes) < CLEAR * noise)


def crossings(field: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The places at which a field changes its sign, linear between where it is known.

    >>> crossings(np.array([1.0, -1.0, -1.0, 3.0]), np.array([0.0, 1.0, 2.0, 3.0]))
    array([0.5 , 2.25])
    """
    k = np.flatnonzero((field[1:] > 0) != (field[:-1] > 0))
    part = field[k] / (field[k] - field[k + 1])
    return at[k] + part * (at[k + 1] - at[k])
