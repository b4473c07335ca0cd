"""CIFAR-10 (Krizhevsky, 2009) from its binary or Python batches, unpacked or in an archive."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from breaking_adam.data.batch_pickle import PickleError, plain
from breaking_adam.data.images import Data, DataError, Images, first_file, labelled
from breaking_adam.support.text import one_line

SHAPE = 3, 32, 32
PIXELS = 3 * 32 * 32

#: More than any of the files has; a larger one is not read.
LARGEST = 64 * 2**20


def binary_batch(content: bytes, source: object) -> Images:
    """A batch of the binary version: for each image a byte of label and 3,072 of pixels.

    Raises:
        DataError: if it is no such batch.
    """
    rows, rest = divmod(len(content), 1 + PIXELS)
    if rest:
        raise DataError(
            f"{source}: {len(content):,} bytes are no multiple of the {1 + PIXELS:,} that an image "
            "takes: download it again"
        )
    table = np.frombuffer(content, np.uint8).reshape(rows, 1 + PIXELS)
    return labelled(table[:, 1:].reshape(-1, *SHAPE), table[:, 0], source)


def python_batch(content: bytes, source: object) -> Images:
    """A batch of the Python version, which is a pickle; nothing in it is executed.

    Raises:
        DataError: if it is no such batch.
    """
    try:
        batch = plain(content)
    except PickleError as error:
        raise DataError(f"{source}: {error}: download it again") from error
    batch = batch if isinstance(batch, dict) else {}
    data, labels = batch.get(b"data"), batch.get(b"labels")
    if not (
        isinstance(data, np.ndarray)
        and data.ndim == 2
        and data.shape[1] == PIXELS
        and isinstance(labels, list)
        and all(type(label) is int and 0 <= label < 256 for label in labels)
    ):
        raise DataError(
            f"{source}: it has no rows of {PIXELS:,} bytes under 'data' with whole numbers under "
            "'labels': download it again"
        )
    return labelled(data.reshape(-1, *SHAPE), np.array(labels, np.uint8), source)


class Version(NamedTuple):
    """One of the two forms in which the set is published."""

    folder: str
    archive: str
    train: tuple[str, ...]
    test: str
    read: Callable[[bytes, object], Images]


_NAMES = [f"data_batch_{i}" for i in range(1, 6)]
VERSIONS = (
    Version(
        "cifar-10-batches-bin",
        "cifar-10-binary.tar.gz",
        tuple(f"{name}.bin" for name in _NAMES),
        "test_batch.bin",
        binary_batch,
    ),
    Version(
        "cifar-10-batches-py",
        "cifar-10-python.tar.gz",
        tuple(_NAMES),
        "test_batch",
        python_batch,
    ),
)


def read_cifar10(directory: Path | str) -> Data:
    """CIFAR-10 from a directory with either version of its batches, or with either archive.

    Args:
        directory: with the five ``data_batch`` files and ``test_batch``, in itself, in ``cifar10``
            or in the folder that unpacking makes; or with the archive, which is not unpacked.

    Raises:
        DataError: if a file is missing, or is not what its name says.
        OSError: if one cannot be read.
    """
    directory = Path(directory)
    places = directory, directory / "cifar10"
    for version in VERSIONS:
        folders = [at for place in places for at in (place, place / version.folder)]
        if (test := first_file(folders, [version.test])) is not None:
            return _assemble(version, _unpacked(version, test.parent), test.parent)
    for version in VERSIONS:
        if (archive := first_file(places, [version.archive])) is not None:
            return _assemble(version, _packed(version, archive), archive)
    raise DataError(
        f"{directory} has neither {VERSIONS[0].test} nor {VERSIONS[1].test} nor an archive of "
        "CIFAR-10: name the directory of the batches"
    )


def _unpacked(version: Version, folder: Path) -> Mapping[str, bytes]:
    contents = {}
    for name in (*version.train, version.test):
        path = folder / name
        if not path.is_file():
            raise DataError(f"{folder} has no {name}: unpack the archive again")
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path}: it is larger than a batch of CIFAR-10")
        contents[name] = path.read_bytes()
    return contents


def _packed(version: Version, archive: Path) -> Mapping[str, bytes]:
    wanted = {f"{version.folder}/{name}": name for name in (*version.train, version.test)}
    contents: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                if member.name in wanted and member.isfile() and member.size <= LARGEST:
                    stream = tar.extractfile(member)
                    assert stream is not None
                    contents[wanted[member.name]] = stream.read()
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DataError(
            f"{archive}: it is damaged, as {one_line(error)}: download it again"
        ) from error
    if missing := [name for name in wanted.values() if name not in contents]:
        raise DataError(f"{archive}: it lacks {missing[0]}: download it again")
    return contents


def _assemble(version: Version, contents: Mapping[str, bytes], place: Path) -> Data:
    batches = [version.read(contents[name], place / name) for name in version.train]
    for name, batch in zip(version.train, batches, strict=True):
        if len(batch) < max(map(len, batches)):
            # A binary batch has no header that would say how many there are to be.
            raise DataError(
                f"{place / name}: it has {len(batch):,} images, and another batch has more: "
                "download it again"
            )
    train = Images(
        np.concatenate([batch.pixels for batch in batches]),
        np.concatenate([batch.labels for batch in batches]),
    )
    return Data("cifar10", train, version.read(contents[version.test], place / version.test))
