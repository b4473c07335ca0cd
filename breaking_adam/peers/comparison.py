"""Every library's every optimizer beside ours, over the same gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import metadata
from typing import NamedTuple

import numpy as np

from breaking_adam.peers.from_keras import keras_peers
from breaking_adam.peers.from_labml import labml_peers
from breaking_adam.peers.from_optax import optax_peers
from breaking_adam.peers.from_torch import torch_peers
from breaking_adam.peers.gradients import RANDOM
from breaking_adam.peers.ours import ALGORITHMS, our_path
from breaking_adam.peers.peer import Peer

#: The optimizers of each package; each importing what it needs only when its path is asked for.
PEERS: dict[str, Callable[[int, int], Iterator[Peer]]] = {
    "torch": torch_peers,
    "labml-nn": labml_peers,
    "optax": optax_peers,
    "keras": keras_peers,
}


class Comparison(NamedTuple):
    """A peer beside ours: the largest relative differences of x.

    Args:
        library: its name and version.
        optimizer: the peer's name.
        ours: the algorithm of ours that it is compared with, and what surrounds it.
        random: the difference over normal draws.
        spiky: the difference over draws with spikes.
        next: the difference from the nearest of the other algorithms.
    """

    library: str
    optimizer: str
    ours: str
    random: float
    spiky: float
    next: float


class Missing(NamedTuple):
    """A library that cannot be compared with, and the reason."""

    library: str
    reason: str


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest |ours − theirs| of a coordinate over its largest |theirs|.

    >>> difference(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.5], [2.0, 5.0]]))
    0.5
    """
    return float((np.abs(ours - theirs).max(0) / np.abs(theirs).max(0)).max())


def comparisons(
    steps: int = 1000, seed: int = 0, at: Callable[[str], object] = str
) -> Iterator[Comparison | Missing]:
    """Every library's every optimizer beside ours; where a library is missing, that.

    ``at`` is called with each library's name before what takes a while.
    """
    for package, peers in PEERS.items():
        at(package)
        try:
            library = f"{package} {metadata.version(package).partition('+')[0]}"
            for peer in peers(steps, seed):
                yield compare(library, peer, steps, seed)
        except ImportError as error:  # metadata's PackageNotFoundError is one
            yield Missing(package, str(error))


def compare(library: str, peer: Peer, steps: int, seed: int) -> Comparison:
    """What the peer's path tells about it."""
    theirs, around = peer.path(), peer.surroundings
    ours = our_path(peer.algorithm, around, peer.way, steps, seed)
    return Comparison(
        library,
        peer.name,
        peer.algorithm + (f"; {around}" if around else ""),
        random=difference(ours[:, :RANDOM], theirs[:, :RANDOM]),
        spiky=difference(ours[:, RANDOM:], theirs[:, RANDOM:]),
        next=min(
            difference(our_path(other, around, "loop", steps, seed), theirs)
            for other in ALGORITHMS
            if other != peer.algorithm
        ),
    )
