"""The memory of a pack, as NumPy sees it."""

from math import inf, nan

import numpy as np
import pytest

from breaking_adam.engine.packs import HEAD, PLAYING, WIDTH, Head, Packs, kept


@pytest.mark.parametrize("dtype", [np.dtype("float32"), np.dtype("float64")])
def test_the_first_four_rows_of_a_head_are_in_the_problems_dtype_and_no_two_share_a_place(dtype):
    packs = Packs(3, dtype, np.full((2, 5, WIDTH), 0.5), np.full(5, WIDTH))
    for row in Head:
        packs.head(row)[:] = 1 + row
    assert [packs.head(row).dtype for row in Head] == [dtype] * 4 + [np.dtype(float)] * (HEAD - 4)
    assert [set(packs.head(row).ravel()) for row in Head] == [{1.0 + row} for row in Head]
    assert (packs.row(3 + HEAD) == 0.5).all()
    assert packs.row(0)[:, PLAYING].tolist() == [WIDTH] * 5


@pytest.mark.parametrize(
    ("x", "where"),
    [(-2.5, -1.0), (-1.0, -1.0), (0.5, 0.5), (2.5, 2.0), (-inf, -1.0), (inf, 2.0), (nan, nan)],
)
def test_a_lane_is_kept_in_its_own_domain_and_nan_stays_nan(x, where):
    lanes = np.array([[0.0, 0.0], [-9.0, -1.0], [9.0, 2.0]])  # x, the low ends, the high ends
    assert kept(lanes, 0, 1, x) == pytest.approx(where, abs=0, nan_ok=True)
