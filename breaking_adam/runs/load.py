"""A run's curves and settings, back from its directory."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breaking_adam.runs import checkpoints
from breaking_adam.runs.checkpoints import CheckpointError
from breaking_adam.runs.fields import SettingError
from breaking_adam.runs.play import folders
from breaking_adam.runs.rehearsal import kind_of
from breaking_adam.runs.run_directory import CHECKPOINT, RunError
from breaking_adam.runs.settings import Settings
from breaking_adam.runs.stored import stored, to_json

if TYPE_CHECKING:
    import xarray

#: What each curve is called in the Dataset, and what it is in words.
CURVES = {
    "est": ("x", "x after step t"),
    "average_regret": ("average_regret", "average regret R_t/t"),
    "distance": ("distance", "distance to the best points after step t"),
}

#: Behind both names, where there are several replicas.
QUARTILES = {"_q25": "lower quartile of ", "_q75": "upper quartile of "}


def load(directory: Path | str) -> xarray.Dataset:
    """The curves of a run of ``online``, ``stochastic`` or ``watch``, finished or not.

    Args:
        directory: the run's, such as ``"logs/online"``.

    Returns:
        ``x`` and ``average_regret`` over t and the optimizers, as they were called; NaN where one
        has no point. ``distance`` is there too where no price tells how well x does. Of several
        replicas they are medians, and ``x_q25`` to ``average_regret_q75`` the quartiles. The
        settings are the attributes. Of a long run it is every other point, or every fourth, and so
        on: no more than 8192.

    Raises:
        RunError: if it is the directory of no run, has not reached its first checkpoint, or holds
            a damaged one.

    >>> import tempfile
    >>> from breaking_adam import Output, Settings, load, play
    >>> with tempfile.TemporaryDirectory() as logs:
    ...     settings = Settings(optimizer=["adam(lr=0.01)", "sgd"], steps=5000)
    ...     ds = load(play(settings, Output(logdir=logs)).directory)
    >>> ds.x.dims, ds.x.shape
    (('t', 'optimizer'), (5, 2))
    """
    import xarray

    try:
        settings, output = stored(directory)
    except SettingError as error:
        raise RunError(error.reason) from error
    runs = []
    for call, curves in _curves(Path(directory), settings):
        t = curves["t"].numpy()
        variables = {
            name + suffix: ("t", curves["metrics"][metric + suffix].numpy(), {"long_name": words})
            for metric, (name, of) in CURVES.items()
            for suffix, words in [("", of), *((s, part + of) for s, part in QUARTILES.items())]
            if metric + suffix in curves["metrics"]
        }
        runs.append(xarray.Dataset(variables, {"t": t}).expand_dims(optimizer=[call]))
    if not runs:
        raise RunError(f"{os.fspath(directory)!r} has no curves yet: it has made no checkpoint")
    found = xarray.concat(runs, "optimizer", join="outer", combine_attrs="override")
    found = found.transpose("t", "optimizer")
    found["t"].attrs["long_name"] = "step"
    return found.assign_attrs(_attributes(to_json(settings, output)))


def _curves(directory: Path, settings: Settings) -> Any:
    """Each optimizer that has begun, with what :class:`breaking_adam.Curves` kept of it."""
    for call, folder in zip(settings.calls, folders(settings.calls), strict=True):
        path = directory / f"{kind_of(settings.problem).__name__}_{folder}" / CHECKPOINT
        if not path.exists():
            continue
        try:
            curves = checkpoints.load(path)["attempt"]["curves"]
        except (CheckpointError, KeyError) as error:
            raise RunError(f"{path} cannot be used: {error}") from error
        if len(curves["t"]):
            yield str(call), curves


def _attributes(flat: dict[str, Any]) -> dict[str, Any]:
    """The settings as attributes can be stored: what was not said is left out."""
    told = {key: int(v) if isinstance(v, bool) else v for key, v in flat.items() if v is not None}
    return {**told, "settings": json.dumps(flat)}
