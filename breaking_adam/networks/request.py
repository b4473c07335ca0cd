"""From what is asked for to settings, with the images at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from breaking_adam import data as images
from breaking_adam.networks import sources
from breaking_adam.networks.experiments import BETA2, EXPERIMENTS
from breaking_adam.networks.names import USUAL
from breaking_adam.networks.search import Plan
from breaking_adam.networks.settings import Settings, load
from breaking_adam.runs.fields import SettingError

T = TypeVar("T")

#: What a plan has unless something else is asked for, with the paper's data and without.
FULL = {"iterations": 5000, "per_decade": 4}
SHORT = {"iterations": 300, "per_decade": 2, "seeds": 3, "points": 30}


def request(
    experiment: Sequence[str] | None = None,
    data: str | None = None,
    download: bool = False,
    alphas: Sequence[float] | None = None,
    beta2: Sequence[float] | None = None,
    optimizer: Sequence[str] | None = None,
    **counts: int | None,
) -> Settings:
    """Settings of a run.

    Args:
        experiment: the names of experiments; None for
            :data:`breaking_adam.networks.names.USUAL`.
        data: the directory of the images.
        download: whether to get them into the user's cache; with neither, it is a demonstration.
        alphas: where to look for α; None for each experiment's own grid.
        beta2: the values of β2; None for the paper's.
        optimizer: names of optimizers; None for all that each experiment compares.
        **counts: ``iterations``, ``points``, ``seeds``, ``search_seeds`` and ``per_decade`` of a
            :class:`Plan`; what is None is as usual.

    Raises:
        SettingError: a ValueError that names the field, and with it the option.
    """
    names = list(dict.fromkeys(experiment or USUAL))
    for value in alphas or ():
        if not 0 < value < float("inf"):
            raise SettingError("alphas", f"{value:g} is not a number above 0")
    for value in beta2 or ():
        if not 0 <= value < 1:
            raise SettingError("beta2", f"{value:g} is not from 0 to below 1")
    if data is not None and download:
        raise SettingError("download", "--data says already where the images are")
    place = str(Path(data).resolve()) if data is not None else None
    if download:
        place = _download(names)
    if place is None and "cifarnet" in names:
        raise SettingError("experiment", "cifarnet needs CIFAR-10: say --data DIR or --download")
    fields: dict[str, Any] = {name: count for name, count in counts.items() if count is not None}
    fields = {**(SHORT if place is None else FULL), **fields}
    fields |= {"alphas": _distinct(alphas or ()), "beta2": _distinct(beta2 or BETA2)}
    fields["algorithms"] = _distinct(optimizer or ())
    plans = tuple(Plan(name, **fields) for name in names)
    return Settings(plans, place, digests(plans, place))


def resumed(directory: Path) -> Settings:
    """The settings of the run in the directory.

    Raises:
        SettingError: if it cannot be carried on.
    """
    try:
        settings = load(directory)
    except ValueError as error:
        raise SettingError("resume", str(error)) from error
    if digests(settings.plans, settings.data) != settings.digests:
        raise SettingError("resume", f"the images in {settings.data} are not those it began with")
    return settings


def digests(plans: Iterable[Plan], data: str | None) -> dict[str, str]:
    """What tells the images from others, by the name of their set.

    Raises:
        SettingError: if they cannot be used.
    """
    found = {}
    for name in sorted({EXPERIMENTS[plan.experiment].data for plan in plans}):
        try:
            found[name] = sources.digest(sources.read(name, data))
        except images.DataError as error:
            raise SettingError("data", str(error)) from error
        except OSError as error:
            raise SettingError("data", f"{data} cannot be read: {error.strerror}") from error
    return found


def _download(names: Iterable[str]) -> str:
    """The directory that has the experiments' images, each set in a folder of its own."""
    try:
        folders = [
            images.download(name) for name in sorted({EXPERIMENTS[each].data for each in names})
        ]
    except images.DownloadError as error:
        raise SettingError("download", str(error)) from error
    return str(folders[0].parent)


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
