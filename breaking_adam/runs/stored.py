"""Settings as JSON: one flat object, as a run keeps it and a command line says it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from breaking_adam.runs.fields import SettingError
from breaking_adam.runs.output import Output
from breaking_adam.runs.problem_settings import PROBLEMS, ProblemSettings, WatchSettings
from breaking_adam.runs.settings import Settings
from breaking_adam.support.calls import Call

#: Where a run keeps its settings.
SETTINGS = "settings.json"


def to_json(settings: Settings, output: Output) -> dict[str, Any]:
    """Both as one flat object, which :func:`from_json` reads."""
    flat = {"problem": settings.problem.name}
    for part in (settings, settings.problem, output):
        for field in dataclasses.fields(part):
            if field.name != "problem":
                flat[field.name] = _plain(getattr(part, field.name))
    return flat


def from_json(stored: Mapping[str, Any]) -> tuple[Settings, Output]:
    """The settings that :func:`to_json` wrote; what is not there has its default.

    Raises:
        SettingError: for a value that is refused, or a name that is none.
    """
    values = dict(stored)
    name = values.pop("problem", None)
    kind: type[ProblemSettings] | None = WatchSettings if "call" in values else PROBLEMS.get(name)
    if kind is None:
        raise SettingError("problem", f"{name!r} is none of {', '.join(PROBLEMS)}")
    problem, rest = _take(kind, values)
    settings, rest = _take(Settings, rest)
    output, rest = _take(Output, rest)
    for field in rest:
        raise SettingError(field, "there is no such setting")
    return Settings(problem=kind(**problem), **settings), Output(**output)


def stored(directory: Path | str) -> tuple[Settings, Output]:
    """The settings of the run that the directory is of.

    Raises:
        SettingError: if it is the directory of no run, or its settings are damaged.
    """
    path = Path(directory) / SETTINGS
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(settings, dict) or "problem" not in settings:
            raise ValueError("it is no run's")
    except OSError as error:
        reason = f"{str(directory)!r} is no run: {path}: {error.strerror}"
        raise SettingError("resume", reason) from error
    except ValueError as error:
        raise SettingError("resume", f"{path} is damaged: put a copy of it back") from error
    return from_json(settings)


def names_of(kind: type[Any]) -> list[str]:
    """The names of a settings class's own and inherited fields."""
    return [field.name for field in dataclasses.fields(kind)]


def _take(kind: type[Any], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    own = set(names_of(kind))
    return (
        {key: value for key, value in values.items() if key in own},
        {key: value for key, value in values.items() if key not in own},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Call):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
