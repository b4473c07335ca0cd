"""The originals, from the known mirrors, into a cache: each file whole and right, or not there."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from breaking_adam.support.text import one_line


class DownloadError(Exception):
    """A file that no mirror would give; the message is the line to show."""


class Source(NamedTuple):
    """Where a set comes from.

    Args:
        mirrors: URLs of directories that have the files, the first to be asked first.
        files: the MD5 sum of each.
    """

    mirrors: Sequence[str]
    files: Mapping[str, str]


SOURCES = {
    "mnist": Source(
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        {
            "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
        },
    ),
    "cifar10": Source(
        (
            "https://www.cs.toronto.edu/~kriz/",
            "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/",
        ),
        {"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
    ),
}

#: The seconds for which a mirror may be silent.
PATIENCE = 30.0


def download(
    name: str,
    directory: Path | str | None = None,
    *,
    source: Source | None = None,
    patience: float = PATIENCE,
) -> Path:
    """Make sure that a set's files are in the directory, from the first mirror that has each.

    A file takes its name once it is whole and its sum is right, so that an interruption, or a
    second process that does the same, does no harm. One that is there already and right is left.

    Args:
        name: "mnist" or "cifar10".
        directory: where to; None for ``name`` in the user's cache.
        source: where from, if not from the known mirrors.
        patience: the seconds for which a mirror may be silent.

    Returns:
        The directory.

    Raises:
        DownloadError: if no mirror gives a file, with each one's reason, or pooch is not installed.
        OSError: if the disk fails.
    """
    try:
        import pooch
    except ImportError as error:
        raise DownloadError(
            "a download needs pooch: pip install -c constraints.txt -e '.[data]'"
        ) from error
    pooch.get_logger().setLevel(logging.WARNING)
    from requests import RequestException

    place = Path(directory) if directory else Path(pooch.os_cache("breaking_adam")) / name
    source = source or SOURCES[name]
    fetch = pooch.HTTPDownloader(
        progressbar=sys.stderr is not None and sys.stderr.isatty(),
        chunk_size=2**16,
        timeout=patience,
    )
    for file, md5 in source.files.items():
        reasons = []
        for mirror in source.mirrors:
            try:
                pooch.retrieve(mirror + file, f"md5:{md5}", file, place, downloader=fetch)
                break
            except RequestException as error:
                reasons.append(f"{mirror}: {_reason(error)}")
            except ValueError:  # pooch's word for a wrong sum
                reasons.append(f"{mirror}: what it sends has another MD5 sum than the original")
        else:
            raise DownloadError(
                f"{file} cannot be downloaded ({'; '.join(reasons)}): try again later, or put the "
                f"file into {place}"
            )
    return place


def _reason(error: Exception) -> str:
    """What a request failed of, without urllib3's objects."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP status {response.status_code}"
    kind = type(error).__name__
    return {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "the connection stalled",
        "ConnectionError": "no connection, or one that broke off or stalled",
        "ChunkedEncodingError": "the connection broke off",
    }.get(kind, f"{kind}: {one_line(error)}")
