"""How a command is typed, for lines that say what to type."""

from __future__ import annotations

import sys
from pathlib import Path

SCRIPT = "breaking-adam"


def as_typed(command: str) -> str:
    """The words that start a command, in the way in which this process was started.

    >>> as_typed("online")
    'python -m breaking_adam.online'
    """
    if Path(sys.argv[0]).stem == SCRIPT:
        return f"{SCRIPT} {command}"
    return f"python -m breaking_adam.{command}"
