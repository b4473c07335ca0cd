"""What pairs come to: from outcomes that are put down by hand."""

from dataclasses import replace

import numpy as np
import pytest
from made_up import made_up

from breaking_adam.counterexamples.criteria import WORDS, Outcome
from breaking_adam.counterexamples.matrix import FACTORS, NONE
from breaking_adam.counterexamples.shown import told
from breaking_adam.counterexamples.summary import Cell, cells, pair, summarised
from breaking_adam.counterexamples.table import COUNTEREXAMPLES

#: An outcome for each word.
OF = {"+": Outcome.SOLVES, "x": Outcome.ELSEWHERE, "=": Outcome.AT_THE_START}
OF |= {"^": Outcome.LEAVES, "?": Outcome.MOVES, " ": NONE}


def judged(*alphas, distance=None):
    """The pair of runs that are written as a sign each, a word for each step size."""
    outcome = np.array([[OF[sign] for sign in signs] for signs in alphas])
    distance = np.full(outcome.shape, 1.0) if distance is None else np.array(distance)
    middle = len(alphas) // 2
    return pair(outcome, distance, 10.0 ** (np.arange(len(alphas)) - middle))


def test_more_than_half_of_the_seeds_at_one_step_size_solve_it():
    assert judged("====", "++==", "====").verdict == "stuck"
    found = judged("====", "+++=", "====")
    assert found.verdict == "solves"
    assert found.solved == 3 / 12
    assert found.solves_at == (1,)
    # One of each of them is no solution, though it is as large a share.
    assert judged("+===", "+===", "+===").verdict == "stuck"


def test_the_best_step_size_is_that_of_most_seeds_then_the_nearest_to_the_best_points():
    assert judged("+==", "++=", "+++").best == 2
    assert judged("==", "==", "==", distance=[[5, 5], [9, 9], [1, 2]]).best == 2
    assert judged("++", "++", "++", distance=[[1, 1], [9, 9], [1, 1]]).best in (0, 2)
    # Where all are alike, the problem's own.
    assert judged("=", "=", "=", "=", "=").best == 2
    # A run that is no number is infinitely far, and the median of the seeds counts.
    far = judged("^^", "xx", "xx", distance=[[np.nan] * 2, [3, np.nan], [4, 4]])
    assert (far.best, far.distance) == (2, 4.0)


def test_the_failure_is_that_of_most_runs_around_the_problems_own_step_size():
    """And not at the step size that is nearest, which may be one that has not moved."""
    distance = [[1], [9], [9], [9], [9]]
    assert judged("?", "?", "x", "x", "^", distance=distance).verdict == "wrong point"
    assert judged("?", "?", "x", "x", "^", distance=distance).best == 0
    assert judged("x", "^", "x", "^", "x").verdict == "diverges"
    assert judged("xx", "^^", "x^", "^^", "xx").around == {
        **{"solves": 0, "wrong point": 1, "stuck": 0, "diverges": 5, "undecided": 0}
    }
    # Of two that are as frequent, the one that is told first.
    assert judged("^", "?", "=", "x", "^").verdict == "wrong point"
    assert judged("^", "=", "?", "^", "^").verdict == "diverges"


def test_seeds_that_there_are_not_do_not_count():
    assert judged("+  ", "+  ", "=  ") == judged("+", "+", "=")


def test_the_theory_is_compared_at_the_problems_own_step_size():
    assert judged("+++", "xx=", "+++").at_own == "wrong point"
    assert judged("===", "++x", "===").at_own == "solves"


@pytest.fixture(scope="module")
def matrix():
    """Adam goes to +1 at all step sizes, SGD to −1 at the ten larger ones, or in nine seeds."""
    problems = [replace(COUNTEREXAMPLES[name]) for name in ("reddi_cycle", "reddi_random")]

    def x_at(optimizer, one, factor, seed, part):
        if optimizer == "torch.optim.Adam":
            return 0 * part + 0.99
        return 0 * part - (factor > FACTORS[2]) * (seed < 9)

    return made_up(["adam", "sgd"], problems, x_at)


def test_a_matrix_is_summed_up_pair_by_pair(matrix):
    (adam, _), (cycle, at_random) = cells(matrix)
    assert adam.pair.verdict == adam.predicted == "wrong point"
    assert adam.pair.solved == 0
    assert (cycle.runs, at_random.runs) == (13, 130)
    assert cycle.pair.solved == 10 / 13
    assert at_random.pair.solved == 90 / 130
    assert cycle.alphas == FACTORS[3:]  # the problem's own is 1
    np.testing.assert_allclose(at_random.alphas, np.array(FACTORS[3:]) / 2)  # and here 0.5
    assert cycle.predicted == ""
    ds = summarised(matrix)
    assert [WORDS[k] for k in ds.verdict.values[:, 0]] == ["wrong point", "solves"]
    assert ds.best_alpha.values[1].tolist() == [1.0, 0.5]
    assert ds.best_distance.values[1].tolist() == [0.0, 0.0]
    assert ds.solved.sel(optimizer="torch.optim.SGD", problem="reddi_random") == 90 / 130


def test_what_is_told_of_a_pair_are_its_numbers():
    cell = Cell("adam", "bowl", judged("==", "++", "++"), 6, 0.01, (0.01, 0.1), "stuck")
    text = "67% of 6 runs, at α from 0.01 to 0.1; best at α = 0.01, at a distance of 1"
    assert told(cell) == f"{text}; at its own α solves, and stuck in theory"
    assert told(cell._replace(predicted="solves")).endswith("solves, as the theory has it")
    lost = judged("^", "x", "x", distance=[[np.nan], [2], [3]])
    assert told(Cell("adam", "bowl", lost, 3, 0.01, (), "")) == (
        "around the problem's own α 2 wrong point, 1 diverges; best at α = 0.01, at a distance of 2"
    )
