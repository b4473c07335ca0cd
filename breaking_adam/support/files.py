"""Files that are whole or not there: what survives a crash, a full disk and a second process."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

#: What the name of a file being written ends in; a process that is killed may leave one.
PART = ".part"


def replace(path: Path, content: bytes) -> None:
    """Make the file hold the content, or leave it as it was: never anything between.

    The content is on the disk before it takes the name, so that a loss of power is no exception.

    Raises:
        OSError: if it cannot be done; the file is then what it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def claim(directory: Path) -> int | None:
    """A lock on the directory, to be given to ``os.close``; None where another process has it.

    It ends with the process, however that ends.
    """
    lock = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except OSError:  # a file system without locks
        pass
    return lock


def new_directory(parent: Path, name: str) -> Path:
    """Make ``parent/name``, or ``parent/name_2``, … where that exists: never an earlier one.

    ``mkdir`` takes a name or fails, so that of two at once each gets its own.
    """
    number = 1
    while True:
        directory = parent / (name if number == 1 else f"{name}_{number}")
        try:
            directory.mkdir(parents=True)
        except FileExistsError:
            if not parent.is_dir():  # a file, or a link to nothing
                raise
            number += 1
        else:
            return directory
