"""Our side of the comparison: the algorithms that go by the two names, and what surrounds them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from breaking_adam.optimizers import Adam, AMSGrad, WeightDecay
from breaking_adam.peers.gradients import BETAS, EPS, LR, torch_path

Settings = dict[str, Any]

#: Our optimizer's settings for each algorithm. eps_hat: ε stands beside the uncorrected root.
ALGORITHMS: dict[str, tuple[type[Adam] | type[AMSGrad], Settings]] = {
    "Adam": (Adam, {"optimized_update": False}),
    "Adam, eps_hat": (Adam, {"optimized_update": True}),
    "AMSGrad, none": (AMSGrad, {"bias_correction": "none"}),
    "AMSGrad, after_max": (AMSGrad, {"optimized_update": False}),
    "AMSGrad, after_max, eps_hat": (AMSGrad, {"optimized_update": True}),
    "AMSGrad, before_max": (AMSGrad, {"bias_correction": "before_max"}),
}

#: What surrounds an algorithm, as our settings for it.
SURROUNDINGS: dict[str, Settings] = {
    "": {},
    "maximize": {"maximize": True},
    "L2": {"weight_decay": WeightDecay(0.1, weight_decouple=False)},
    "decoupled decay": {"weight_decay": WeightDecay(0.1)},
    "absolute decay": {"weight_decay": WeightDecay(0.001, absolute=True)},
}

#: The ways to take a step, by torch's options for them.
WAYS = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}


@cache
def our_path(algorithm: str, surroundings: str, way: str, steps: int, seed: int) -> np.ndarray:
    """The x after every step of ours, shape (steps, 32)."""
    kind, settings = ALGORITHMS[algorithm]
    settings = {**settings, **SURROUNDINGS[surroundings], **WAYS[way]}
    return torch_path(lambda x: kind(x, LR, BETAS, EPS, **settings), steps, seed)
