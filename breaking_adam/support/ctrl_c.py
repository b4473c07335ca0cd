"""What Ctrl-C comes to for a while."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def on_ctrl_c(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Have the handler called at Ctrl-C within; outside the main thread, nothing is changed."""
    try:
        before = signal.signal(signal.SIGINT, handler)
    except ValueError:  # signals belong to the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Have Ctrl-C wait until what is within is done."""
    held: list[int] = []
    with on_ctrl_c(lambda number, _: held.append(number)):
        yield
    if held:
        raise KeyboardInterrupt
