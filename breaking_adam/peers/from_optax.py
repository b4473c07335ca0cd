"""optax's adam and amsgrad."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from breaking_adam.peers.gradients import BETAS, EPS, LR, gradients, start
from breaking_adam.peers.peer import Peer


def optax_peers(steps: int, seed: int) -> Iterator[Peer]:
    def path(name: str, **options: Any) -> np.ndarray:
        jax, optax = importlib.import_module("jax"), importlib.import_module("optax")
        with jax.enable_x64(True):
            optimizer = getattr(optax, name)(LR, *BETAS, EPS, **options)

            def step(carry: Any, g: Any) -> Any:
                x, state = carry
                updates, state = optimizer.update(g, state, x)
                x = optax.apply_updates(x, updates)
                return (x, state), x

            x = jax.numpy.array(start(seed))
            return np.array(jax.lax.scan(step, (x, optimizer.init(x)), gradients(steps, seed))[1])

    yield Peer("adam", "Adam", lambda: path("adam"))
    yield Peer("amsgrad", "AMSGrad, before_max", lambda: path("amsgrad"))
    off = {"bias_correction_mu": False, "bias_correction_nu": False}
    name = "amsgrad(bias_correction_mu/nu=False)"
    yield Peer(name, "AMSGrad, none", lambda: path("amsgrad", **off))
