"""Packs of lanes: every cell is in one, and cells of one tuning share what can be shared."""

import numpy as np
from draws import SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from breaking_adam.engine.packs import WIDTH
from breaking_adam.grids.plan import plan
from breaking_adam.grids.tiling import blocks, chunks


@SETTINGS
@given(
    counts=st.lists(st.integers(1, 3 * WIDTH), min_size=1, max_size=8),
    seed=st.integers(0, 99),
)
def test_every_cell_has_a_lane_and_a_pack_says_what_its_lanes_share(counts, seed):
    rng = np.random.default_rng(seed)
    tuning = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    made = plan(tuning, rng.integers(0, 100, len(counts)))
    np.testing.assert_array_equal(made.cells.ravel()[made.places], np.arange(tuning.size))
    assert (made.places % WIDTH < np.repeat(made.playing, WIDTH)[made.places]).all()
    same = (tuning[made.cells] == tuning[made.cells][:, :1]).all(axis=1)
    assert (same | ~made.alike).all()
    # What is left over of each tuning is less than half a pack.
    lone = sum(count % WIDTH for count in counts if count % WIDTH < WIDTH // 2)
    assert (~made.alike).sum() == -(-lone // WIDTH)


def test_lanes_that_settle_late_share_a_pack():
    settled = np.arange(2 * WIDTH)[::-1].copy()
    made = plan(np.arange(2 * WIDTH), settled)
    latest = settled[made.cells].max(axis=1)
    assert sorted(latest.tolist()) == [WIDTH - 1, 2 * WIDTH - 1]


@SETTINGS
@given(shape=st.lists(st.integers(1, 40), min_size=1, max_size=3), largest=st.integers(1, 300))
def test_tiles_cover_the_grid_once(shape, largest):
    size = chunks(tuple(shape), largest)
    covered = np.zeros(shape, int)
    for block in blocks(tuple(shape), size):
        covered[block] += 1
        assert covered[block].size <= largest
    assert (covered == 1).all()
