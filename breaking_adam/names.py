"""The optimizers that the commands know by a short name, and where each is defined."""

from __future__ import annotations

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
