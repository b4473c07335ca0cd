"""What makes a run of Figure 2 what it is, stored in its directory so that it can be carried on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from breaking_adam.networks.search import Plan
from breaking_adam.runs.stored import SETTINGS
from breaking_adam.support import files

#: What tells these settings from those of another command.
KIND = "figure2"


@dataclass(frozen=True)
class Settings:
    """A run of Figure 2.

    Args:
        plans: one for each experiment.
        data: the directory of the images; None for the demonstration.
        digests: what tells each set's images from others, by its name.
    """

    plans: tuple[Plan, ...]
    data: str | None
    digests: dict[str, str]


def save(settings: Settings, directory: Path) -> None:
    """Store the settings.

    Raises:
        OSError: if the disk fails.
    """
    content = {"kind": KIND, **asdict(settings)}
    files.replace(directory / SETTINGS, json.dumps(content, indent=2).encode())


def load(directory: Path) -> Settings:
    """The settings of the run in the directory.

    Raises:
        ValueError: if there are none that can be used; the message says why.
    """
    path = directory / SETTINGS
    try:
        content: dict[str, Any] = json.loads(path.read_text())
        if content.pop("kind", None) != KIND:
            raise ValueError(f"{path} is of another command")
        plans = tuple(_plan(fields) for fields in content.pop("plans"))
        return Settings(plans, **content)
    except FileNotFoundError as error:
        raise ValueError(f"there is no run of figure2 in {directory}") from error
    except (OSError, json.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} cannot be used: it is not one that figure2 wrote") from error


def _plan(fields: dict[str, Any]) -> Plan:
    """A plan from its fields, where JSON has lists for tuples."""
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    return Plan(**plain)
