"""Counts of steps go on by one, of whatever kind they are."""

import pytest
import torch

from breaking_adam.engine.counts import count

SINGLE, DOUBLE, WHOLE = torch.float32, torch.float64, torch.int64


@pytest.mark.parametrize(
    ("dtypes", "known"),
    [([SINGLE] * 3, True), ([DOUBLE] * 2, True), ([SINGLE, DOUBLE], False), ([WHOLE] * 2, False)],
)
def test_each_is_counted_on_and_what_all_are_is_told(dtypes, known):
    steps = [torch.tensor(7, dtype=dtype) for dtype in dtypes]
    assert count(steps) == (8 if known else None)
    assert [step.item() for step in steps] == [8] * len(dtypes)
    steps[-1].fill_(3)
    assert count(steps) is None
    assert [step.item() for step in steps] == [9] * (len(dtypes) - 1) + [4]


def test_a_double_counts_further_than_a_float32():
    """Which comes to no number beyond 2²⁴ by steps of one, with torch as well."""
    far = 2.0**24
    assert count([torch.tensor(far, dtype=SINGLE)]) == far
    assert count([torch.tensor(far, dtype=DOUBLE)]) == far + 1
