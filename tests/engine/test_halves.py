"""Halves to numbers and back, bit by bit: the tests in lockstep cannot see a last bit."""

import numba
import numpy as np
import pytest
import torch

from breaking_adam.engine import memory

EVERY = np.arange(2**16, dtype=np.uint16)
HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
each_half = pytest.mark.parametrize("name", HALVES)


def widened(name, bits):
    widen = memory.STORAGE[name].widen

    @numba.njit
    def run(bits, out):
        for i in range(bits.size):
            out[i] = widen(bits[i])

    out = np.empty(bits.size, np.float32)
    run(bits, out)
    return out


def shrunk(name, values):
    shrink = memory.STORAGE[name].shrink

    @numba.njit
    def run(values, out):
        for i in range(values.size):
            out[i] = shrink(values[i])

    out = np.empty(values.size, np.uint16)
    run(values, out)
    return out


def torchs(name, bits):
    return torch.from_numpy(bits.view(np.int16)).view(HALVES[name])


def nearest(name, values):
    """Bits of the nearest half, the one with an even last bit of two as near; by comparing."""
    every = torchs(name, EVERY).double().numpy()
    finite = EVERY[np.isfinite(every)]
    order = np.argsort(every[finite], kind="stable")
    ladder, bits = every[finite][order], finite[order]
    # The largest half, and the step that would come after it: from its middle on it is infinite.
    largest = ladder[-1]
    beyond = largest + (largest - np.unique(ladder)[-2])
    rungs = np.concatenate([[-beyond], ladder, [beyond]])
    codes = np.concatenate([[infinity(name) | 0x8000], bits, [infinity(name)]]).astype(np.uint16)
    high = np.clip(np.searchsorted(rungs, values), 1, len(rungs) - 1)
    low = high - 1
    to_low, to_high = values - rungs[low], rungs[high] - values
    up = (to_high < to_low) | ((to_high == to_low) & (codes[high] % 2 == 0))
    return np.where(up, codes[high], codes[low])


def infinity(name):
    return {"bfloat16": 0x7F80, "float16": 0x7C00}[name]


@each_half
def test_every_half_is_widened_to_its_own_number(name):
    got, expected = widened(name, EVERY), torchs(name, EVERY).float().numpy()
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(got), nan)
    np.testing.assert_array_equal(got[~nan].view(np.uint32), expected[~nan].view(np.uint32))


def test_a_word_of_two_is_both_of_them():
    """Widened and rounded as each would be alone, whatever lies beside it."""
    widen, shrink = memory.PAIRS["bfloat16"].widen, memory.PAIRS["bfloat16"].shrink

    @numba.njit
    def run(words, numbers, back):
        for i in range(words.size):
            numbers[0, i], numbers[1, i] = widen(words[i])
            # Some of the bits that are cut off: now one half has to carry, now the other.
            below, above = numbers[0, i] * np.float32(1.003), numbers[1, i] * np.float32(1.005)
            back[i] = shrink((below, above))

    other = np.random.default_rng(0).permutation(EVERY)
    words = EVERY.astype(np.uint32) | other.astype(np.uint32) << 16
    numbers, back = np.empty((2, words.size), np.float32), np.empty_like(words)
    run(words, numbers, back)
    for k, bits, factor in ((0, EVERY, 1.003), (1, other, 1.005)):
        alone = widened("bfloat16", bits)
        np.testing.assert_array_equal(numbers[k].view(np.uint32), alone.view(np.uint32))
        with np.errstate(over="ignore", invalid="ignore"):
            want = shrunk("bfloat16", alone * np.float32(factor))
        np.testing.assert_array_equal((back >> np.uint32(16 * k)).astype(np.uint16), want)


@each_half
def test_every_half_comes_back(name):
    values = torchs(name, EVERY).float().numpy()
    kept = ~np.isnan(values)
    np.testing.assert_array_equal(shrunk(name, values)[kept], EVERY[kept])


@each_half
def test_between_two_halves_the_nearer_and_of_two_as_near_the_even(name):
    """At the middle of every two neighbours, and one float32 to either side of it."""
    every = np.unique(torchs(name, EVERY).double().numpy())
    every = every[np.isfinite(every)]
    middles = ((every[:-1] + every[1:]) / 2).astype(np.float32)
    top = np.float32(every[-1] + (every[-1] - every[-2]) / 2)
    middles = np.concatenate([middles, [top, -top]])
    values = np.concatenate(
        [
            middles,
            np.nextafter(middles, np.float32(np.inf)),
            np.nextafter(middles, -np.float32(np.inf)),
        ]
    )
    values = values[values != 0]  # whose sign is held by the test above
    got, expected = shrunk(name, values), nearest(name, values.astype(np.float64))
    zero = (expected & 0x7FFF) == 0
    np.testing.assert_array_equal(got[~zero], expected[~zero])
    assert ((got[zero] & 0x7FFF) == 0).all()
    np.testing.assert_array_equal(got >> 15, np.signbit(values))
    theirs = torch.from_numpy(values).to(HALVES[name]).view(torch.int16).numpy().view(np.uint16)
    np.testing.assert_array_equal(got, theirs)


@each_half
def test_what_is_too_large_is_infinite(name):
    values = np.array([np.inf, -np.inf, 3.4028235e38, -3.4028235e38], np.float32)
    signs = np.array([0, 0x8000, 0, 0x8000], np.uint16)
    np.testing.assert_array_equal(shrunk(name, values), infinity(name) | signs)


@each_half
def test_every_nan_stays_one(name):
    """Even one whose only bits are those that are cut off, or whose bits would carry over."""
    bits = np.array([0x7F800001, 0x7FBFFFFF, 0x7FC00000, 0x7FFFFFFF], np.uint32)
    values = np.concatenate([bits, bits | 0x80000000]).view(np.float32)
    assert np.isnan(values).all()
    assert np.isnan(widened(name, shrunk(name, values))).all()
