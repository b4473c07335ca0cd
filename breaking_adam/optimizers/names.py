"""The optimizers that the commands know by a short name, and where each is defined."""

from __future__ import annotations

from typing import Any

#: Short name to import path.
NAMES = {
    "adam": "torch.optim.Adam",
    "amsgrad": "breaking_adam.optimizers.AMSGrad",
    "adamnc": "breaking_adam.optimizers.AdamNC",
    "adamw": "torch.optim.AdamW",
    "sgd": "torch.optim.SGD",
    "rmsprop": "torch.optim.RMSprop",
    "adagrad": "torch.optim.Adagrad",
}

#: What the short names use where nothing else is said: the paper's Section 5, with an ε.
PAPER: dict[str, Any] = {"lr": 0.001, "betas": (0.9, 0.99), "eps": 1e-8}
