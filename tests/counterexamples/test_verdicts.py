"""A dozen cells of the matrix in small, each with a verdict that is derived: both ways.

Runs are shorter than the published ones, and as long as the derivation needs.
"""

from dataclasses import replace

import pytest

from breaking_adam.counterexamples import matrix
from breaking_adam.counterexamples.entrants import entrants
from breaking_adam.counterexamples.summary import cells
from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.paper.theory import critical_beta2

#: Problem, steps -> optimizer -> the verdict, and of how many of the thirteen step sizes it is a
#: solution where that can be said.
TABLE = {
    # Theorem 1: with β1 = 0 and β2 = 1/(1 + C²) Adam goes to +1 at any step size up to √(1−β2). The
    # drift of its defaults is −0.82. Descent moves by −α_t (C − 2) in a period.
    ("three_steps", 30_000): {
        "adam(betas=(0.0, 0.058823529411764705))": ("wrong point", 0),
        "adam": ("solves", None),
        "sgd": ("solves", None),
    },
    # The drift is 0 at 1−β2 = 4/(C(C−2τ)): 4.8e-4 with momentum, 3.9e-4 without.
    ("reddi_cycle", 400_000): {
        "adam(betas=(0.9, 0.999))": ("wrong point", 0),
        "adam(betas=(0.9, 0.9999))": ("solves", None),
        "rmsprop(alpha=0.999)": ("wrong point", 0),
        "rmsprop(alpha=0.9999)": ("solves", None),
    },
    # x ← (1 − α c) x comes to 0.001 in so many steps, or grows if α c > 2; RMSprop ends in the
    # cycle ±α/2, which is near 0 up to α = 0.002.
    ("bowl", 400_000): {"sgd": ("solves", 10), "rmsprop": ("solves", 5)},
    ("bowl_steep", 400_000): {"sgd": ("solves", 7)},
    # x goes as 1/√(2αt), and near is 1e-4: it takes 10⁸/(2α) steps. But from x_1 = 1 the step of
    # α = 1 is to 0 at once.
    ("quartic", 100_000): {"sgd": ("solves", 1)},
    # A way of 28 at most, times 1e-10, at the problem's own step size, and of 3e-6 at the largest.
    ("scale_tiny", 20_000): {"sgd": ("stuck", 0), "adam(eps=1e-30)": ("solves", None)},
}


@pytest.mark.slow
@pytest.mark.parametrize(("problem", "steps"), TABLE)
def test_a_cell_whose_verdict_is_derived(problem, steps):
    wanted = TABLE[problem, steps]
    one = replace(COUNTEREXAMPLES[problem], steps=steps)
    for row, (optimizer, (verdict, solved)) in zip(
        cells(matrix.play(entrants(wanted), [one])), wanted.items(), strict=True
    ):
        pair = row[0].pair
        assert pair.verdict == verdict, optimizer
        if solved is not None:
            assert pair.solved * 13 == pytest.approx(solved), optimizer


def test_the_edge_between_is_where_the_closed_form_puts_it():
    for beta1, beta2 in (0.9, 0.0005), (0.0, 0.0004):
        assert 1 - critical_beta2(101, beta1) == pytest.approx(beta2, rel=0.05)
