"""Numbers, lengths of time and errors as people read them."""

from __future__ import annotations

from typing import Any


def size(count: float) -> str:
    """A number of bytes, for people.

    >>> size(96), size(61_440_000)
    ('96 bytes', '61.4 MB')
    """
    for unit, bytes_ in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= bytes_:
            return f"{count / bytes_:.3g} {unit}"
    return f"{count:.0f} bytes"


def duration(seconds: float) -> str:
    """A length of time, for people.

    >>> duration(7), duration(5400)
    ('7 s', '1.5 h')
    """
    for unit, length in (("h", 3600.0), ("min", 60.0)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"


def one_line(error: BaseException) -> str:
    """What an error says, in one line: an exception's text may have several."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def printable(value: Any) -> str:
    """The value as text that can be encoded: a path need not be."""
    return str(value).encode(errors="backslashreplace").decode()
