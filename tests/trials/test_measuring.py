"""What measuring an optimizer leaves behind."""

import gc

import pytest

from breaking_adam.support.calls import parse
from breaking_adam.trials.readable import measure


@pytest.mark.parametrize("frozen", [False, True])
def test_the_collector_is_left_frozen_or_not_as_it_was(frozen):
    if frozen:
        gc.freeze()
    else:
        gc.unfreeze()
    try:
        measure(parse("odd_optimizers.RaisesWhenMade(lr=1)"))
        assert (gc.get_freeze_count() > 0) == frozen
    finally:
        gc.freeze()  # as for the rest of the suite
