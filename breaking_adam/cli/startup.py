"""Before a command has anything to lose: a quick start, and a quiet end."""

from __future__ import annotations

import codecs
import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


def import_lean() -> None:
    """Import what a command uses without what that asks in vain.

    Numba imports most of SciPy for a version and for BLAS, and finds both again when it compiles
    something that takes them; all that is lost are BLAS' inner products in ``np.convolve`` and
    the like, for which it has loops of its own. torchbearer imports IPython for a magic.
    """
    _import_without("scipy", "numba.np.arraymath")
    _import_without("IPython", "torchbearer")


def _import_without(missing: str, module: str) -> None:
    """Import a module as where another one is not installed, unless that is imported already."""
    if missing in sys.modules:
        return
    # This is how Python writes that there is none.
    sys.modules[missing] = None  # type: ignore[assignment]
    try:
        importlib.import_module(module)
    finally:
        del sys.modules[missing]


#: What takes a terminal's line back to its beginning, and clears it.
CLEAR = "\r\x1b[K"


def announce(line: str) -> None:
    """Show a line until the next one takes its place, where somebody is looking."""
    _show(f"{CLEAR}{line}")


def clear() -> None:
    """Take away what was announced."""
    _show(CLEAR)


def _show(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr.isatty():
            print(text, end="", file=sys.stderr, flush=True)


def end_quietly() -> None:
    """Let Ctrl-C end the process without a traceback, while there is nothing to save."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def standard_streams() -> None:
    """Make the standard streams such that what is written to them is no failure.

    A stream that was closed before the start becomes nothing, or Python would let the next file
    take its number. An encoding without Greek letters gets words for them.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            with contextlib.suppress(OSError):
                while os.open(os.devnull, os.O_RDWR) < number:
                    pass
            mode = "r" if number == 0 else "w"
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for good
    codecs.register_error("in words", _in_words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="in words")


#: What to write where an encoding lacks the sign.
WORDS = {
    **{"α": "alpha", "β": "beta", "ε": "eps", "λ": "lambda", "δ": "delta", "√": "sqrt "},
    **{"−": "-", "–": "-", "≤": "<=", "≥": ">=", "≈": "~", "×": "x", "…": "..."},
    **{"·": "*", "±": "+-"},
    **{"₁": "1", "₂": "2", "²": "^2", "⁻": "^-", "¹": "1", "⁰": "0", "’": "'"},
}


def _in_words(error: UnicodeError) -> tuple[str, int]:
    """What is written in place of the first character that cannot be."""
    assert isinstance(error, UnicodeEncodeError)
    character = error.object[error.start]
    word = WORDS.get(character) or character.encode("ascii", "backslashreplace").decode()
    return word, error.start + 1
