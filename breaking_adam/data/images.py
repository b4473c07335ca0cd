"""Labelled images, and what is wrong with a file that should hold them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

#: Both sets have ten classes.
CLASSES = 10


class DataError(ValueError):
    """Data that cannot be used; the message is the line to show."""


class Images(NamedTuple):
    """Images with their classes.

    Args:
        pixels: uint8 in [0, 255], shape (images, channels, height, width).
        labels: uint8 in [0, 9], shape (images,).
    """

    pixels: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


class Data(NamedTuple):
    """What a network is trained and tested on.

    Args:
        name: "mnist", "cifar10" or "demonstration".
        train: to be trained on.
        test: to be tested on.
    """

    name: str
    train: Images
    test: Images


def labelled(pixels: np.ndarray, labels: np.ndarray, source: object) -> Images:
    """The images, once their number and their classes are known to be right.

    Raises:
        DataError: if they are not; ``source`` is then said to be at fault.
    """
    if len(pixels) != len(labels):
        raise DataError(
            f"{source}: {len(labels):,} labels for {len(pixels):,} images: download it again"
        )
    if len(labels) == 0:
        raise DataError(f"{source}: it has no images: download it again")
    if labels.max() >= CLASSES:
        at = int(np.argmax(labels >= CLASSES))
        raise DataError(
            f"{source}: label {at} is {labels[at]}, where labels are 0 to {CLASSES - 1}: "
            "download it again"
        )
    return Images(pixels, labels)


def first_file(directories: Iterable[Path], names: Iterable[str]) -> Path | None:
    """The first file there is, of the names in the directories."""
    names = list(names)
    paths = (directory / name for directory in directories for name in names)
    return next((path for path in paths if path.is_file()), None)
