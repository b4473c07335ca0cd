"""The order in which alike stand together."""

import numpy as np
import pytest

from breaking_adam.counterexamples.order import alike_together, features

RNG = np.random.default_rng(1)


def neighbours(rows, order):
    """The sum of the distances between neighbours."""
    return np.linalg.norm(np.diff(rows[order], axis=0), axis=1).sum()


def test_a_line_that_was_shuffled_is_laid_straight():
    rows = RNG.permutation(12)[:, None] * np.array([[3.0, 1.0]])
    assert rows[alike_together(rows), 1].tolist() == list(range(11, -1, -1))


def test_neighbours_are_nearer_than_in_any_of_many_shuffles():
    rows = RNG.standard_normal((8, 3)) + 6 * (np.arange(8) % 2)[:, None]
    best = neighbours(rows, alike_together(rows))
    assert all(best <= neighbours(rows, RNG.permutation(8)) for _ in range(500))
    group = np.array(alike_together(rows)) % 2
    assert np.abs(np.diff(group)).sum() == 1  # the two are apart


@pytest.mark.parametrize("count", [1, 2])
def test_two_rows_are_in_any_order(count):
    assert alike_together(np.ones((count, 2))) == list(range(count))


def test_two_verdicts_are_as_far_apart_as_all_solved_and_nothing():
    verdicts = np.array([[0], [1], [0]])
    rows = features(verdicts, np.array([[0.0], [0.0], [1.0]]), 5)
    assert rows.shape == (3, 6)
    assert np.linalg.norm(rows[0] - rows[1]) == pytest.approx(1)
    assert np.linalg.norm(rows[0] - rows[2]) == pytest.approx(1)
