"""Before a command has anything to lose: a quick start, and a quiet end."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports() -> Iterator[None]:
    """Spare the garbage collector what is imported within: now, and for the rest of the process.

    torch and the like make a million objects. Walking them over and over takes a command that is
    done in a second a third of its time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def end_quietly() -> None:
    """Let Ctrl-C end the process without a traceback, while there is nothing to save."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
