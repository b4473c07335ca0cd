"""A command's directory: its settings, its checkpoints, and which process it belongs to."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

from breaking_adam.runs import checkpoints
from breaking_adam.runs.attempt import Attempt
from breaking_adam.runs.output import Output
from breaking_adam.runs.settings import Settings
from breaking_adam.runs.stored import SETTINGS, from_json, to_json
from breaking_adam.support import files
from breaking_adam.support.command import as_typed

CHECKPOINT = "checkpoint.pt"


class RunError(Exception):
    """A run that cannot be carried on; the message is the line to show."""


class RunDirectory:
    """One start of a command and all its resumptions; within ``with``, this process's alone.

    Args:
        directory: its own.
        settings: what makes it what it is, which never changes.
        output: where its results go, which never changes either.

    Raises:
        RunError: if another process is at it.
        OSError: if the directory cannot be read or written.
    """

    def __init__(self, directory: Path, settings: Settings, output: Output) -> None:
        self.directory = directory
        self.command = settings.problem.command
        #: Both as they are stored.
        self.settings = to_json(settings, output)
        #: The steps up to which each attempt is safe.
        self.saved: dict[str, int] = {}
        lock = files.claim(directory)
        if lock is None:
            raise RunError(f"{directory} is being run by another process: wait for it to end")
        self._lock = lock
        for left in directory.rglob(f".*{files.PART}"):
            left.unlink()
        if not (directory / SETTINGS).exists():
            files.replace(directory / SETTINGS, json.dumps(self.settings, indent=2).encode())

    def __enter__(self) -> RunDirectory:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    @property
    def resume(self) -> str:
        """The command line that carries it on."""
        return f"{as_typed(self.command)} --resume {shlex.quote(str(self.directory))}"

    def save(self, attempt: Attempt) -> None:
        """Make a checkpoint of the attempt, in place of the one before."""
        attempt.board.sync()  # a point before the checkpoint does not come again
        state = {"settings": self.settings, "attempt": attempt.state_dict()}
        checkpoints.save(attempt.directory / CHECKPOINT, state)
        self.saved[attempt.name] = attempt.problem.steps

    def load(self, attempt: Attempt) -> None:
        """Put the attempt where its checkpoint is, if it has one.

        Raises:
            RunError: if the checkpoint is damaged, or belongs to other settings.
        """
        path = attempt.directory / CHECKPOINT
        if not path.exists():
            return
        try:
            state = checkpoints.load(path)
            self._compare(state["settings"])
            attempt.load_state_dict(state["attempt"])
        except checkpoints.CheckpointError as error:
            raise RunError(
                f"{path} cannot be used: {error}. Everything else is untouched: put a copy of it "
                "back, or delete it to run from the first step"
            ) from error
        except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
            raise RunError(
                f"{path} does not hold a run of this version: delete it to run from the first step"
            ) from error
        self.saved[attempt.name] = attempt.problem.steps

    def _compare(self, settings: dict[str, Any]) -> None:
        settings = to_json(*from_json(settings))  # of an earlier version, it may lack some
        for name in {**settings, **self.settings}:
            there, here = settings.get(name), self.settings.get(name)
            if there != here:
                raise checkpoints.CheckpointError(
                    f"it is of other settings, with {name} {there} where {SETTINGS} has {here}"
                )
