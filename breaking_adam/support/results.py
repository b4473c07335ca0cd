"""Results on disk and in words: JSON, and pictures, each whole or not there."""

from __future__ import annotations

import io
import json
import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breaking_adam.support import files

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def as_json(summary: Any) -> str:
    r"""The summary as JSON, which knows no NaN and no infinity: they are null.

    >>> as_json([float("nan"), 1])
    '[\n  null,\n  1\n]'
    """
    return json.dumps(_finite(summary), indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def save_figure(figure: Figure, path: Path) -> None:
    """Save the figure as the path's suffix says."""
    image = io.BytesIO()
    figure.savefig(image, format=path.suffix.lstrip(".").lower())
    files.replace(path, image.getvalue())


#: How many frames go by in a second.
RATE = 10

#: The matplotlib writer of an animation, by the suffix of its file.
WRITERS = {".gif": "pillow", ".mp4": "ffmpeg"}


def save_animation(figure: Figure, frames: Iterable[object], path: Path) -> None:
    """Save what is drawn into the figure while the frames are taken, as the path's suffix says."""
    from matplotlib.animation import writers

    writer = writers[WRITERS[path.suffix.lower()]](fps=RATE)
    with tempfile.TemporaryDirectory() as directory:
        whole = Path(directory) / f"animation{path.suffix.lower()}"
        with writer.saving(figure, whole, figure.dpi):
            for _ in frames:
                writer.grab_frame()
        files.replace(path, whole.read_bytes())


def save_summary(summary: Any, directory: Path) -> str:
    """Save the summary; its text."""
    text = as_json(summary)
    files.replace(directory / "summary.json", f"{text}\n".encode())
    return text
