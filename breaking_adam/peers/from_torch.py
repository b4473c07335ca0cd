"""torch.optim's Adam: each way, with and without the maximum, with all that may surround it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import torch

from breaking_adam.peers.gradients import BETAS, EPS, LR, torch_path
from breaking_adam.peers.ours import WAYS, Settings
from breaking_adam.peers.peer import Peer

SURROUNDINGS: dict[str, Settings] = {
    "": {},
    "maximize": {"maximize": True},
    "L2": {"weight_decay": 0.1},
    "decoupled decay": {"weight_decay": 0.1, "decoupled_weight_decay": True},
}


def torch_peers(steps: int, seed: int) -> Iterator[Peer]:
    for amsgrad, (around, settings), way in product((False, True), SURROUNDINGS.items(), WAYS):
        options = {**settings, **WAYS[way], "amsgrad": amsgrad}

        def path(options: Settings = options) -> np.ndarray:
            return torch_path(lambda x: torch.optim.Adam(x, LR, BETAS, EPS, **options), steps, seed)

        name = f"Adam({way}{', amsgrad' if amsgrad else ''}{', ' + around if around else ''})"
        yield Peer(name, "AMSGrad, after_max" if amsgrad else "Adam", path, around, way)
