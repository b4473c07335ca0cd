"""A quick start: torch and the like make a million objects that live until the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports() -> Iterator[None]:
    """Spare the garbage collector what is imported within: now, and for the rest of the process.

    Walking it over and over takes a command that is done in a second a third of its time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
