"""Keras' Adam, with and without the maximum, on its torch backend."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from breaking_adam.peers.gradients import BETAS, EPS, LR, gradients, start
from breaking_adam.peers.peer import Peer


def keras_peers(steps: int, seed: int) -> Iterator[Peer]:
    def path(**options: Any) -> np.ndarray:
        os.environ["KERAS_BACKEND"] = "torch"  # which Keras reads once, when it is imported
        keras = importlib.import_module("keras")
        x = keras.Variable(start(seed), dtype="float64")
        optimizer = keras.optimizers.Adam(LR, *BETAS, EPS, **options)
        path = []
        for g in gradients(steps, seed):
            optimizer.apply([keras.ops.convert_to_tensor(g, dtype="float64")], [x])
            path.append(x.value.detach().numpy().copy())
        return np.array(path)

    yield Peer("Adam", "Adam, eps_hat", path)
    name = "Adam(amsgrad=True)"
    yield Peer(name, "AMSGrad, after_max, eps_hat", lambda: path(amsgrad=True))
