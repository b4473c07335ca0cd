"""What a run has come to: for the caller, for the table, and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from breaking_adam.runs.attempt import Result
from breaking_adam.runs.output import Output
from breaking_adam.runs.run_directory import RunError
from breaking_adam.runs.settings import Settings
from breaking_adam.runs.stored import to_json


class Played(NamedTuple):
    """What a run has come to.

    Args:
        settings: what made it what it is.
        output: where its results went.
        directory: its own.
        runs: a result for each optimizer that has begun.
        reached: the steps that each optimizer has taken, in their order.
        figure: its picture; None if it is not complete.
        resume: the command that carries it on; None if it is complete.
        signal: the signal that stopped it, or None.
    """

    settings: Settings
    output: Output
    directory: Path
    runs: tuple[Result, ...]
    reached: dict[str, int]
    figure: Path | None
    resume: str | None
    signal: int | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.figure is not None


class StoppedError(RunError):
    """A run that something stopped; ``played`` is what it had come to, and is safe as it says."""

    def __init__(self, reason: str, played: Played) -> None:
        super().__init__(reason)
        self.played = played


def summary(played: Played) -> dict[str, Any]:
    """All that there is to tell, for JSON; ``complete`` and ``resume`` say what is left to do."""
    return {
        **to_json(played.settings, played.output),
        "directory": str(played.directory),
        "complete": played.complete,
        "resume": played.resume,
        "figure": str(played.figure) if played.figure else None,
        "runs": [result._asdict() for result in played.runs],
    }
