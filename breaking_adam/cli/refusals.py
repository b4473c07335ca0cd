"""Settings that are refused, as the options by which they were given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from breaking_adam.cli import endings
from breaking_adam.cli.options import option
from breaking_adam.runs import rehearsal
from breaking_adam.runs.fields import SettingError
from breaking_adam.support.ctrl_c import uninterrupted

#: For how many seconds a cluster may not answer.
PATIENCE = 10.0


class RequestError(Exception):
    """A request that cannot be met; its message is the line to show."""


def as_option(error: SettingError) -> str:
    """The line about a setting, with its option in place of its field."""
    return f"argument {option(error.field)}: {error.reason}"


@contextmanager
def _as_requests() -> Iterator[None]:
    try:
        yield
    except SettingError as error:
        raise RequestError(as_option(error)) from error


def check_figure(path: str | None) -> None:
    """Refuse a figure that could not be saved, before anything has run."""
    with _as_requests():
        rehearsal.check_figure(path)


def check_file(field: str, path: str | None) -> None:
    """Refuse a file of the field's option that could not be written."""
    with _as_requests():
        rehearsal.check_file(field, path)


def check_directory(field: str, path: str | None) -> None:
    """Refuse a directory of the field's option in which nothing could be written."""
    with _as_requests():
        rehearsal.check_directory(field, path)


def cluster_at(address: str | None) -> Any:
    """A client of the Dask cluster at the address; None for no cluster."""
    if address is None:
        return None
    from distributed import Client

    try:
        return Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise RequestError(f"argument --scheduler: no cluster at {address!r}: {error}") from error


def make_directory(logdir: str, name: str) -> Path:
    """A new directory for a command's results, or a RequestError."""
    missing = []
    for path in (Path(logdir), *Path(logdir).parents):
        try:
            if not path.exists():
                missing.append(path)
        except OSError:  # such a name cannot be: making it will say why
            break
    with _as_requests(), uninterrupted():
        directory = rehearsal.make_directory(logdir, name)
        endings.results_go_to(directory, *missing)
    return directory
