"""An optimizer of another library, and which of ours it is said to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Peer(NamedTuple):
    """An optimizer of another library, and which of ours it is said to be.

    Args:
        name: as its library calls it, with its options.
        algorithm: a key of :data:`~breaking_adam.peers.ours.ALGORITHMS`.
        path: gives x after every step, shape (steps, 32).
        surroundings: a key of :data:`~breaking_adam.peers.ours.SURROUNDINGS`.
        way: a key of :data:`~breaking_adam.peers.ours.WAYS`.
    """

    name: str
    algorithm: str
    path: Callable[[], np.ndarray]
    surroundings: str = ""
    way: str = "loop"
