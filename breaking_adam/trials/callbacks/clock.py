"""Where a Trial is: its t, and whether a stretch of batches ends."""

from __future__ import annotations

from typing import Any

import torchbearer

#: The batches that an interrupted Trial had played before this one carried on, where it did.
PLAYED = torchbearer.state_key("breaking_adam_played")


def step_number(state: Any) -> int:
    """The t that a Trial has reached: the problem's own, or the batches seen by another model."""
    model = state[torchbearer.MODEL]
    return model.t if hasattr(model, "t") else _batches(state)


def next_step(state: Any) -> int:
    """The number of the step that the batch in hand leads to, from 1 on."""
    model = state[torchbearer.MODEL]
    return model.steps + 1 if hasattr(model, "steps") else _batches(state)


def _batches(state: Any) -> int:
    """The batches up to the one in hand."""
    before = state.get(PLAYED, 0) + state[torchbearer.EPOCH] * state[torchbearer.STEPS]
    return before + state[torchbearer.BATCH] + 1


def due(state: Any, every: int) -> bool:
    """Whether this batch ends a stretch of ``every`` batches, or the pass."""
    batches = state[torchbearer.BATCH] + 1
    return (
        (state.get(PLAYED, 0) + batches) % every == 0
        or batches == state[torchbearer.STEPS]
        or state.get(torchbearer.STOP_TRAINING, False)
    )
