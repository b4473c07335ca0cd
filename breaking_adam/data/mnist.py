"""MNIST (LeCun, Cortes and Burges, 1998) from its four IDX files."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from breaking_adam.data.images import Data, DataError, Images, first_file, labelled
from breaking_adam.support.text import one_line

#: The start of each part's file names.
PARTS = {"train": "train", "test": "t10k"}

#: An IDX file of unsigned bytes begins with 0, 0, 8 and its number of axes.
UNSIGNED_BYTES = b"\x00\x00\x08"

SIDE = 28

#: More than any of the files has; a header that promises more is not believed.
LARGEST = 2**30


def read_mnist(directory: Path | str) -> Data:
    """MNIST from a directory, with its files as they are, gzipped, or where torchvision puts them.

    Args:
        directory: with ``train-images-idx3-ubyte`` and its three siblings, each with or without
            ``.gz``, in itself or in ``mnist`` or ``MNIST/raw``.

    Raises:
        DataError: if a file is missing, or is not what its name says.
        OSError: if one cannot be read.
    """
    return Data("mnist", *(_part(Path(directory), start) for start in PARTS.values()))


def _part(directory: Path, start: str) -> Images:
    images = _find(directory, f"{start}-images", 3)
    labels = _find(directory, f"{start}-labels", 1)
    pixels = read_idx(images, axes=3)
    if pixels.shape[1:] != (SIDE, SIDE):
        height, width = pixels.shape[1:]
        raise DataError(f"{images}: its images are {height} by {width}, where MNIST's are 28 by 28")
    return labelled(pixels[:, None], read_idx(labels, axes=1), labels)


def _find(directory: Path, start: str, axes: int) -> Path:
    folders = (directory, directory / "mnist", directory / "MNIST" / "raw")
    name = f"{start}-idx{axes}-ubyte"
    dotted = f"{start}.idx{axes}-ubyte"
    path = first_file(folders, (name, f"{name}.gz", dotted, f"{dotted}.gz"))
    if path is None:
        raise DataError(f"{directory} has no {name}, nor a {name}.gz: name the directory of MNIST")
    return path


def read_idx(path: Path, axes: int) -> np.ndarray:
    """The unsigned bytes of an IDX file, gzipped if its name says so, with that many axes.

    Raises:
        DataError: if it is no such file, or is cut short or too long.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    start = 4 + 4 * axes
    try:
        with opener(path, "rb") as stream:
            header = stream.read(start)
            if header[:4] != UNSIGNED_BYTES + bytes([axes]) or len(header) < start:
                raise DataError(
                    f"{path}: it is no IDX file of bytes with {axes} axes: download it again"
                )
            shape = tuple(int(size) for size in np.frombuffer(header, ">u4", offset=4))
            count = math.prod(shape)
            # A byte more would show that there is one.
            content = stream.read(min(count, LARGEST) + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path}: it is damaged, as {one_line(error)}: download it again"
        ) from error
    if len(content) != count:
        held = f"{len(content):,}" if len(content) < count else "more"
        raise DataError(
            f"{path}: its header says {count:,} bytes and it has {held}: download it again"
        )
    return np.frombuffer(content, np.uint8).reshape(shape)
