"""Checkpoints: a state on disk that is whole, unchanged and only data, or is refused.

torchbearer's own checkpointers are not built upon: they remove the last checkpoint before the
next one is written, look at the clock at the ends of epochs only (a run here is one epoch), and
save ``Trial.state_dict()``, whose keys and values include classes that ``torch.load`` rightly
refuses with ``weights_only=True``. Its callback grammar and its ``state_dict``s serve.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torchbearer import Callback

from breaking_adam.support import files

_MAGIC = b"breaking_adam checkpoint 1\n"
_DIGEST = 32


class CheckpointError(Exception):
    """A checkpoint that cannot be used; the message says why."""


def save(path: Path, state: Any) -> None:
    """Write the state in place of the checkpoint before it, at once or not at all.

    Args:
        path: the checkpoint's file.
        state: tensors, numbers, strings, None, and lists, tuples and dicts of them.

    Raises:
        CheckpointError: if the state has anything else that cannot be written.
        OSError: if the disk fails; the checkpoint before it is then untouched.
    """
    files.replace(path, encode(state))


def load(path: Path) -> Any:
    """The state that :func:`save` wrote.

    Raises:
        CheckpointError: if the file is not what ``save`` wrote, to the last bit, or holds
            anything but data.
        OSError: if it cannot be read.
    """
    return decode(path.read_bytes())


def encode(state: Any) -> bytes:
    """The bytes of a checkpoint: what it is, the checksum, and the state as torch saves it."""
    buffer = io.BytesIO()
    try:
        torch.save(state, buffer)
    except Exception as error:  # whatever pickling an object raises
        raise CheckpointError(f"it cannot be written: {error}") from error
    content = buffer.getvalue()
    return _MAGIC + hashlib.sha256(content).digest() + content


def decode(content: bytes) -> Any:
    """The state in the bytes of a checkpoint."""
    start = len(_MAGIC) + _DIGEST
    if content[: len(_MAGIC)] != _MAGIC:
        raise CheckpointError("it is not a checkpoint of breaking_adam")
    state = memoryview(content)[start:]
    if hashlib.sha256(state).digest() != content[len(_MAGIC) : start]:
        raise CheckpointError("it is damaged: its checksum does not match")
    try:
        return torch.load(io.BytesIO(state), weights_only=True)
    except Exception as error:
        raise CheckpointError(
            "it holds something other than data, which could run code when loaded"
        ) from error


class Checkpoint(Callback):
    """Save at an interval in time, at the end of a batch.

    Args:
        save: what to call; what it raises ends the Trial.
        seconds: the least time from one checkpoint to the next.
    """

    def __init__(self, save: Callable[[], None], seconds: float = 30.0) -> None:
        super().__init__()
        self.save = save
        self.seconds = seconds
        self._last = time.monotonic()

    def on_start(self, state: Any) -> None:
        self._last = time.monotonic()

    def on_step_training(self, state: Any) -> None:
        if time.monotonic() - self._last >= self.seconds:
            self.save()
            self._last = time.monotonic()
