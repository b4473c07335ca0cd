"""Whether a period ends at a step: against the remainder, from the step before the first on."""

import numba
import numpy as np
import pytest

from breaking_adam.problems.periods import divisible, divisor_of
from breaking_adam.problems.seldom import seldom

ends = numba.njit(lambda n, d: divisible(np.uint64(n), d))

#: Powers of two, primes, divisors of 2⁶⁴ − 1, and the largest.
PERIODS = [*range(1, 21), 64, 101, 255, 257, 65_537, 2**32 - 1, 2**40, 2**62 - 57, 2**62]


@pytest.mark.parametrize("d", PERIODS)
def test_it_is_that_no_remainder_is_left(d):
    near = [k * d + i for k in (0, 1, 2, 2**61 // d, 2**62 // d) for i in range(-3, 4)]
    for n in {-1, *range(70), *(n for n in near if -1 <= n <= 2**62 + 2)}:
        assert ends(n, divisor_of(d)) == (n % d == 0), n


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_rare_choice_is_a_choice(dtype):
    """In the dtype that both numbers have; by itself, and in a loop."""

    @numba.njit
    def one(condition, a, b):
        return seldom(condition, a, b)

    @numba.njit
    def many(conditions, a, b, out):
        for k in range(len(out)):
            out[k] = seldom(conditions[k], a, b)

    a, b = dtype(0.1), dtype(np.nan)
    conditions = np.arange(100) % 7 == 0
    out = np.empty(100, dtype)
    many(conditions, a, b, out)
    np.testing.assert_array_equal(out, np.where(conditions, a, b))
    assert one(True, a, b) == a
    assert np.isnan(one(False, a, b))
    assert one.nopython_signatures[0].return_type == numba.from_dtype(np.dtype(dtype))
    assert one(True, a, 1.0) == a  # and in float64, where one of them is
    assert one.nopython_signatures[-1].return_type == numba.float64
