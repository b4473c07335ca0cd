"""Outcomes of runs that are known by hand: curves of one's own making, and what they come to."""

import numpy as np
import pytest

from breaking_adam.counterexamples.criteria import (
    WORDS,
    Outcome,
    Question,
    outcomes,
    tail_of,
    trend,
)

#: A box with the best point at its low end, as the paper's, and a step size that falls.
BOX = Question((-1.0, -1.0), (-1.0, 1.0), 0.0, 0.1, 2.0, cycle=100, falls=True)

#: No box, x* = 0 and x_1 = 1, at a constant step size.
FREE = Question((0.0, 0.0), (-np.inf, np.inf), 1.0, 0.05, 1.0, cycle=1, falls=False)

#: All x below 0 are best.
HALF = Question((-2.0, 0.0), (-2.0, 2.0), 0.5, 0.2, 4.0, cycle=50, falls=True)

STEPS = 100_000
S = np.arange(1, 62) / 61
RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal(61)

#: Back and forth, and never twice at the same point.
EITHER = np.cos(2.4 * np.arange(61))


def outcome(question, x, steps=STEPS, mean=None, spread=None):
    """Of a curve over t/T, a number or an array, whose last tenth is as its points there."""
    x = np.broadcast_to(x, S.shape).astype(float)
    tenth = x[S > 0.9]
    with np.errstate(invalid="ignore", over="ignore"):
        mean = tenth.mean() if mean is None else mean
        spread = tenth.std() if spread is None else spread
    seen = tail_of(question, S * steps, x, mean, spread)
    return Outcome(int(outcomes(question, steps, seen)))


@pytest.mark.parametrize(
    ("question", "x", "seen", "word"),
    [
        (BOX, -0.95, Outcome.SOLVES, "solves"),
        (BOX, -0.85, Outcome.ELSEWHERE, "wrong point"),
        (BOX, 0.97, Outcome.AT_AN_END, "wrong point"),
        (BOX._replace(start=1.0), 0.97, Outcome.AT_AN_END, "wrong point"),
        (BOX, 0.0, Outcome.AT_THE_START, "stuck"),
        (BOX, 0.09, Outcome.AT_THE_START, "stuck"),
        (BOX, 0.5, Outcome.ELSEWHERE, "wrong point"),
        # What came before the tail does not count.
        (BOX, np.where(S < 0.5, 1.0, -1.0), Outcome.SOLVES, "solves"),
        (BOX, np.where(S < 0.5, -1.0, 1.0), Outcome.AT_AN_END, "wrong point"),
        # At the best point in one half of the tail, and not in the other.
        (BOX, np.where(S < 0.75, -0.95, -0.5), Outcome.MOVES, "undecided"),
        (BOX, np.where(S < 0.75, -0.5, -0.95), Outcome.MOVES, "undecided"),
        # The √t of a falling step size: it crawls, however little.
        (BOX, -0.5 * np.sqrt(S), Outcome.MOVES, "undecided"),
        (BOX, 0.5 * np.sqrt(S), Outcome.MOVES, "undecided"),
        (BOX, -1.2 + 0.7 * np.sqrt(S), Outcome.MOVES, "undecided"),
        # It is not there yet, but nearer to the far end than to x_1, and on its way.
        (BOX, 0.75 * np.sqrt(S), Outcome.TO_AN_END, "wrong point"),
        (BOX, -0.03 * np.sqrt(S), Outcome.MOVES, "undecided"),
        # As near to the far end, but on its way back.
        (BOX, 1 - 0.3 * np.sqrt(S), Outcome.MOVES, "undecided"),
        # As little as nothing, which ten runs more would not show.
        (BOX, -0.003 * np.sqrt(S), Outcome.AT_THE_START, "stuck"),
        # A sum of steps that converges comes to rest.
        (BOX, -0.5 * (1 - (1e5 * S) ** -1.0), Outcome.ELSEWHERE, "wrong point"),
        # Thrown between the ends: half of the time at the best point is not enough.
        (BOX, EITHER, Outcome.NARROWS, "undecided"),
        (BOX._replace(falls=False), EITHER, Outcome.BACK_AND_FORTH, "stuck"),
        # Mostly at the far end, and thrown off by a rare slope.
        (BOX, np.where(np.arange(61) % 8, 1.0, -1.0), Outcome.AT_AN_END, "wrong point"),
        # Any of the best points will do; x* itself is no better.
        (HALF, -0.01, Outcome.SOLVES, "solves"),
        (HALF, -1.9, Outcome.SOLVES, "solves"),
        (HALF, 0.15, Outcome.SOLVES, "solves"),
        (HALF, 1.2, Outcome.ELSEWHERE, "wrong point"),
        (HALF, 2.0, Outcome.AT_AN_END, "wrong point"),
        (HALF, 0.55, Outcome.AT_THE_START, "stuck"),
        # Unbounded: away for good, away and back, at rest somewhere.
        (FREE, 1 + 5 * np.sqrt(S), Outcome.LEAVES, "diverges"),
        (FREE, -np.exp(20 * S), Outcome.LEAVES, "diverges"),
        (FREE, np.where(S > 0.9, np.inf, np.exp(100 * S)), Outcome.NOT_FINITE, "diverges"),
        (FREE, np.where(S > 0.9, np.nan, 0.0), Outcome.NOT_FINITE, "diverges"),
        (FREE, 1 + 0.5 * np.sqrt(S), Outcome.MOVES, "undecided"),
        (FREE, 9 - 8 * S, Outcome.MOVES, "undecided"),
        (FREE, 9.0, Outcome.ELSEWHERE, "wrong point"),
        # A cycle of two at a constant step size, with two points that are each recorded or one.
        (FREE, 0.04 * EITHER, Outcome.SOLVES, "solves"),
        (FREE, 0.2 * EITHER, Outcome.BACK_AND_FORTH, "stuck"),
        (FREE._replace(falls=True), 0.2 * EITHER, Outcome.NARROWS, "undecided"),
        (FREE, 0.2 * EITHER / S, Outcome.NARROWS, "undecided"),
        # By little, but steadily: in ten runs more it would be there.
        (FREE, np.where(np.arange(61) % 2, 0.5, -0.5) * (1 - 0.1 * S), Outcome.MOVES, "undecided"),
        # Noise around the best point, around a wrong one, and around the start.
        (FREE, 0.02 * NOISE, Outcome.SOLVES, "solves"),
        (FREE, 0.3 * NOISE, Outcome.BACK_AND_FORTH, "stuck"),
        (FREE, 0.4 + 0.03 * NOISE, Outcome.ELSEWHERE, "wrong point"),
        # Whose medians are farther apart than near, but not for such noise.
        (FREE, 5 + NOISE, Outcome.ELSEWHERE, "wrong point"),
        (FREE, 1 + 0.02 * NOISE, Outcome.AT_THE_START, "stuck"),
        # Descent on x⁴ at a constant step: 1/√t.
        (FREE._replace(near=1e-3), 0.1 / np.sqrt(S), Outcome.MOVES, "undecided"),
        # Begun at the best point: who never leaves it shows nothing.
        (FREE._replace(start=0.0), 0.0, Outcome.NEVER_ELSEWHERE, "undecided"),
        (FREE._replace(start=0.0), 0.02 * NOISE, Outcome.NEVER_ELSEWHERE, "undecided"),
        (FREE._replace(start=0.0), np.where(S < 0.3, 0.5, 0.01), Outcome.SOLVES, "solves"),
        # Near it, and on the way out or in.
        (FREE, 0.04 * np.sqrt(S), Outcome.MOVES, "undecided"),
        (FREE, 0.12 * (0.75 - S), Outcome.MOVES, "undecided"),
        (FREE, 0.03 / np.sqrt(S), Outcome.SOLVES, "solves"),
        (HALF, -S, Outcome.SOLVES, "solves"),
    ],
)
def test_the_tail_decides(question, x, seen, word):
    assert outcome(question, x) is seen
    assert seen.word == word
    assert seen.reason


def test_a_cycle_of_which_one_point_alone_is_recorded_is_seen_by_its_spread():
    assert outcome(FREE, 0.2, mean=0.0, spread=0.2) is Outcome.BACK_AND_FORTH
    assert outcome(FREE, 0.2, mean=0.2, spread=0.0) is Outcome.ELSEWHERE


def test_the_last_point_does_not_count_alone():
    assert outcome(BOX, np.where(S < 1, -1.0, 1.0), mean=-1.0, spread=0.1) is Outcome.SOLVES
    assert outcome(BOX, np.where(S < 1, 1.0, -1.0), mean=1.0, spread=0.1) is Outcome.AT_AN_END


def test_being_thrown_off_in_a_tenth_of_the_steps_is_no_solution():
    """Medians are at −1, but the last tenth is 0.2 off on average."""
    assert outcome(BOX, -1.0, mean=-0.8, spread=0.6) is Outcome.NARROWS
    assert outcome(BOX, -1.0, mean=-0.95, spread=0.3) is Outcome.SOLVES


def test_a_walk_of_steps_that_add_up_is_no_rest():
    """Where noise is held, tail and last tenth have the same spread; a walk's grows as √t."""
    held, walked = [], []
    for _ in range(200):
        steps = RNG.standard_normal(6100) / np.sqrt(6100)
        for found, x in ((held, 3 * steps), (walked, np.cumsum(steps))):
            x = 0.3 + 0.05 * x
            last = x[-610:]
            found.append(outcome(BOX, x[99::100], mean=last.mean(), spread=last.std()).word)
    assert held.count("undecided") <= 2
    assert walked.count("undecided") > 100


def test_a_mirrored_question_has_the_mirrored_answer():
    mirrored = BOX._replace(best=(1.0, 1.0))
    for x in -0.95, 0.97, 0.0, 0.5, -0.5 * np.sqrt(S), EITHER:
        assert outcome(mirrored, -np.asarray(x)) is outcome(BOX, x)


def test_a_scale_changes_nothing():
    for c in 1e-10, 1e6:
        large = Question((0.0, 0.0), FREE.domain, c, 0.05 * c, c, cycle=1, falls=False)
        for x in 0.04, 0.5, 1.0, 1 + 5 * np.sqrt(S), 0.2 * EITHER, 1 + 0.5 * np.sqrt(S):
            assert outcome(large, c * np.asarray(x)) is outcome(FREE, x)


def test_too_short_to_say():
    assert outcome(BOX, -1.0, steps=1999) is Outcome.SHORT
    assert outcome(BOX, -1.0, steps=2000) is Outcome.SOLVES
    assert Outcome.SHORT.word == "undecided"
    # What has diverged has diverged, however short the run.
    assert outcome(BOX, np.nan, steps=640) is Outcome.NOT_FINITE


def test_many_runs_are_judged_as_each_alone():
    curves = [np.full(61, x) for x in (-0.95, 0.97, 0.0, 0.5)] + [-0.5 * np.sqrt(S)]
    x = np.array(curves).T
    tenth = x[S > 0.9]
    found = outcomes(BOX, STEPS, tail_of(BOX, S * STEPS, x, tenth.mean(0), tenth.std(0)))
    assert [Outcome(k) for k in found] == [outcome(BOX, curve) for curve in curves]


def test_a_trend_is_all_or_nothing_or_chance():
    rising = np.arange(32.0)
    assert trend(rising) == 1
    assert trend(-rising) == -1
    assert trend(np.zeros(32)) == 0
    assert trend(np.r_[rising, -rising]) == pytest.approx(-32 * 32 / (64 * 63 / 2), abs=0.02)
    # Kendall's τ of 32 numbers drawn anew has the variance 2(2n+5)/(9n(n−1)).
    many = trend(RNG.standard_normal((32, 20_000)))
    assert many.std() == pytest.approx(np.sqrt(2 * 69 / (9 * 32 * 31)), rel=0.03)
    assert (np.abs(many) > 0.4).mean() < 2e-3


def test_the_words_are_five_and_each_is_said():
    assert {one.word for one in Outcome} == set(WORDS)
