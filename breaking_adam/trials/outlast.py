"""How a block outlasts the optimizer's own step, as whose closure it has run.

The rest of that step finds no gradient, but may count all the same.
"""

from __future__ import annotations

import traceback
from typing import Any

import torch
from torch.optim import Optimizer

from breaking_adam.tracing import places

#: The code that torch wraps around the step of each class of optimizer, to call hooks.
_AROUND = Optimizer.profile_hook_step(lambda: None).__code__


def numbers(optimizer: Optimizer) -> dict[places.Place, float]:
    """The optimizer's numbers, by their places."""
    return {
        place: float(leaf)
        for place, leaf in places.leaves(optimizer)
        if places.is_number(leaf) or (isinstance(leaf, torch.Tensor) and leaf.numel() == 1)
    }


def outlast(optimizer: Optimizer, before: dict[places.Place, float]) -> None:
    """Have the optimizer's numbers be the same after its own step, which is still to end.

    That goes on with the numbers before the block, so that it counts to nothing that a later
    step would come to.
    """
    after = numbers(optimizer)

    # A step that calls that of the class above is several, each of which calls the hook.
    steps = sum(
        frame.f_code is _AROUND and frame.f_locals["self"] is optimizer
        for frame, _ in traceback.walk_stack(None)
    )

    def put(wanted: dict[places.Place, float]) -> None:
        for place in numbers(optimizer).keys() & wanted.keys():
            places.put(optimizer, place, wanted[place])

    def restore(*_: Any) -> None:
        nonlocal steps
        steps -= 1
        if steps == 0:
            handle.remove()
            put(after)

    if steps:
        put({place: number for place, number in before.items() if after.get(place) != number})
        handle = optimizer.register_step_post_hook(restore)
