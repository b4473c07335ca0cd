"""A matrix of runs that nobody has played: curves of one's own making, judged as any."""

import numpy as np

from breaking_adam.counterexamples import matrix
from breaking_adam.counterexamples.criteria import outcomes, tail_of
from breaking_adam.counterexamples.entrants import entrants


def made_up(optimizers, problems, x_at):
    """The Dataset of :func:`breaking_adam.counterexamples.matrix.play`.

    Args:
        optimizers: their names.
        problems: counterexamples.
        x_at: (optimizer, problem, factor, seed, t/T) -> x, with t/T of the shape (points,).
    """
    entered = entrants(optimizers)
    part = np.arange(1, matrix.POINTS + 1) / matrix.POINTS
    parts = []
    for one in problems:
        asked = matrix.question(one)
        x = np.array(
            [
                [
                    [x_at(each.name, one, f, s, part) for s in range(one.seeds)]
                    for f in matrix.FACTORS
                ]
                for each in entered
            ]
        )
        tenth = x[..., part > 0.9]
        seen = tail_of(
            asked, part * one.steps, np.moveaxis(x, -1, 0), tenth.mean(-1), tenth.std(-1)
        )
        parts.append(
            {
                "outcome": outcomes(asked, one.steps, seen),
                "distance": seen.away[1],
                "x_curve": matrix.median_of_seeds(np.moveaxis(x, 2, -1)),
            }
        )
    return matrix._together(entered, problems, parts)
