"""Where an experiment's images come from, in words that another process understands."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from breaking_adam.data import Data, Images, demonstration, read_cifar10, read_mnist
from breaking_adam.networks.batches import Labelled
from breaking_adam.networks.training import Sets

#: Every so many images of the training set is held out from the trainings of a search.
HELD_OUT = 6


class Source(NamedTuple):
    """Images on disk, and how they are to lie in memory.

    Args:
        name: "mnist", "cifar10" or "demonstration".
        directory: with the files; None for the demonstration.
        device: where tensors are to be.
        channels_last: how they are to lie there.
        search: whether a sixth of the training images takes the test set's place, so that α is
            chosen without a look at that.
    """

    name: str
    directory: str | None = None
    device: str = "cpu"
    channels_last: bool = False
    search: bool = False


def read(name: str, directory: str | None) -> Data:
    """The data of that name.

    Raises:
        DataError: if a file is missing, or is not what its name says.
        OSError: if one cannot be read.
    """
    if directory is None:
        return demonstration()
    return {"mnist": read_mnist, "cifar10": read_cifar10}[name](directory)


def digest(data: Data) -> str:
    """What tells these images from others, in 16 hexadecimal digits."""
    total = hashlib.sha256()
    for part in (data.train, data.test):
        total.update(part.pixels.tobytes())
        total.update(part.labels.tobytes())
    return total.hexdigest()[:16]


# One is in memory at a time: a process meets them one after another.
@lru_cache(maxsize=1)
def load(source: Source) -> Sets:
    """The source's sets, ready for a network."""
    data = read(source.name, source.directory)
    train, test = split(data.train) if source.search else (data.train, data.test)
    return Sets(*(Labelled(part, source.device, source.channels_last) for part in (train, test)))


def split(images: Images) -> tuple[Images, Images]:
    """The images that a search trains on, and those that it holds out."""
    out = np.arange(len(images)) % HELD_OUT == HELD_OUT - 1
    kept, held = (Images(images.pixels[at], images.labels[at]) for at in (~out, out))
    return kept, held
