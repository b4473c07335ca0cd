"""What a command tells when it ends: the table, or the JSON."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from breaking_adam import files

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def as_json(summary: Any) -> str:
    """The summary as JSON, which knows no NaN and no infinity: they are null."""
    return json.dumps(_finite(summary), indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_table(results: list[dict[str, Any]]) -> str:
    """A row per optimizer, and below them the reason for each verdict."""
    rows = [
        [
            r["optimizer"],
            r["engine"],
            f"{r['x']:+.4f}",
            f"{r['average_regret']:.4f}",
            r["verdict"],
            f"{r['seconds']:.2f}",
            f"{r['steps_per_second']:,.0f}",
        ]
        for r in results
    ]
    headers = ["optimizer", "engine", "x_T", "R_T/T", "verdict", "seconds", "steps/s"]
    table = tabulate(
        rows,
        headers,
        disable_numparse=True,
        colalign=("left",) * 2 + ("right",) * 2 + ("left",) + ("right",) * 2 if rows else None,
    )
    reasons = "\n".join(f"{r['optimizer']}: {r['verdict']}, as {r['reason']}" for r in results)
    return f"{table}\n\n{reasons}"


def save_figure(figure: Figure, path: Path) -> None:
    """Save the figure as the path's suffix says, whole or not at all."""
    image = io.BytesIO()
    figure.savefig(image, format=path.suffix.lstrip(".").lower())
    files.replace(path, image.getvalue())


def save_summary(summary: Any, directory: Path) -> str:
    """Save the summary, whole or not at all; its text."""
    text = as_json(summary)
    files.replace(directory / "summary.json", f"{text}\n".encode())
    return text


@contextmanager
def storage_failures(command: str) -> Iterator[None]:
    """End a command whose results are nowhere but in its output with one line and status 1."""
    try:
        yield
    except OSError as error:
        _leave_standard_output()
        reason = f"{one_line(error)}; see to the disk, then run the command again"
        print(f"{command}: error: {reason}", file=sys.stderr)
        raise SystemExit(1) from error


def show(text: str) -> None:
    """Print the text, whatever the terminal can and cannot show.

    Raises:
        OSError: if standard output cannot be written, as to a full disk.
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(text, flush=True)
    except BrokenPipeError:  # the reader has seen enough
        _leave_standard_output()
    except OSError:
        _leave_standard_output()
        raise


def _leave_standard_output() -> None:
    """Python would try again to write what is left when it ends, and complain."""
    with contextlib.suppress(OSError):  # where it is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
