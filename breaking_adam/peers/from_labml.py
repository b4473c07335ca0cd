"""labml-nn's Adam and AMSGrad, with ε in either place."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from breaking_adam.peers.gradients import BETAS, EPS, LR, torch_path
from breaking_adam.peers.ours import Settings
from breaking_adam.peers.peer import Peer

#: The arguments of labml's WeightDecay.
DECAYS: dict[str, tuple[Any, ...]] = {
    "": (),
    "L2": (0.1, False),
    "decoupled decay": (0.1, True),
    "absolute decay": (0.001, True, True),
}


def labml_peers(steps: int, seed: int) -> Iterator[Peer]:
    def path(kind: str, decay: tuple[Any, ...], options: Settings) -> np.ndarray:
        optimizers = importlib.import_module("labml_nn.optimizers")
        module = importlib.import_module(f"labml_nn.optimizers.{kind.lower()}")
        made = getattr(module, kind)
        return torch_path(
            lambda x: made(
                x, LR, BETAS, EPS, weight_decay=optimizers.WeightDecay(*decay), **options
            ),
            steps,
            seed,
        )

    for amsgrad, hat, (around, decay) in product(
        (None, False, True), (False, True), DECAYS.items()
    ):
        kind = "Adam" if amsgrad is None else "AMSGrad"
        options = {"optimized_update": hat} | ({} if amsgrad is None else {"amsgrad": amsgrad})
        arguments = ", ".join(f"{k}={v}" for k, v in options.items())
        algorithm = ("AMSGrad, after_max" if amsgrad else "Adam") + (", eps_hat" if hat else "")
        yield Peer(
            f"{kind}({arguments}{', ' + around if around else ''})",
            algorithm,
            lambda kind=kind, decay=decay, options=options: path(kind, decay, options),  # type: ignore[misc]
            around,
        )
