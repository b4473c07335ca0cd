"""Where a Trial is: its t, and whether a stretch of batches ends."""

from __future__ import annotations

from typing import Any

import torchbearer


def step_number(state: Any) -> int:
    """The t that a Trial has reached: the problem's own, or the batches seen by another model."""
    model = state[torchbearer.MODEL]
    if hasattr(model, "t"):
        return model.t
    return state[torchbearer.EPOCH] * state[torchbearer.STEPS] + state[torchbearer.BATCH] + 1


#: The batches that an interrupted Trial had played before this one carried on, where it did.
PLAYED = torchbearer.state_key("breaking_adam_played")


def due(state: Any, every: int) -> bool:
    """Whether this batch ends a stretch of ``every`` batches, or the pass."""
    batches = state[torchbearer.BATCH] + 1
    return (
        (state.get(PLAYED, 0) + batches) % every == 0
        or batches == state[torchbearer.STEPS]
        or state.get(torchbearer.STOP_TRAINING, False)
    )
