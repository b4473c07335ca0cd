"""What generated code calls does as torch does, with what is no number too."""

import itertools
from fractions import Fraction
from math import inf, nan

import numba
import numpy as np
import pytest
import torch

from breaking_adam.tracing import intrinsics

VALUES = [nan, -inf, -2.0, -1.0, -0.0, 0.0, 0.5, 1.0, 3.0, inf]
TORCHS = {
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "over": torch.div,
    "power": torch.pow,
    "root": torch.sqrt,
}


@pytest.mark.parametrize("name", TORCHS)
def test_of_any_numbers_it_is_torchs(name):
    function = intrinsics.NAMES[name]
    count = 1 if name == "root" else 2
    compiled = numba.njit(error_model="numpy")(function)
    for values in itertools.product(VALUES, repeat=count):
        theirs = TORCHS[name](*(torch.tensor(value, dtype=torch.float64) for value in values))
        ours = torch.tensor(compiled(*values), dtype=torch.float64)
        torch.testing.assert_close(
            ours, theirs, rtol=1e-15, atol=0, equal_nan=True, msg=str(values)
        )


def test_a_product_is_added_in_one_rounding():
    fma = intrinsics.fma
    compiled = numba.njit(lambda a, b, c: fma(a, b, c))
    rows = np.random.default_rng(0).normal(size=(100, 3)).tolist()
    for a, b, c in rows:
        assert compiled(a, b, c) == float(Fraction(a) * Fraction(b) + Fraction(c))
    assert any(compiled(a, b, c) != a * b + c for a, b, c in rows)
