"""What is refused before anything is written: failing optimizers, figures without a place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

import torch

from breaking_adam.optimizers.adapters import bind
from breaking_adam.optimizers.find import ignored, make_optimizer
from breaking_adam.problems import Problem
from breaking_adam.problems.names import PROBLEMS
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.runs import checkpoints
from breaking_adam.runs.fields import SettingError, shown
from breaking_adam.runs.problem_settings import ProblemSettings, SlopesSettings
from breaking_adam.runs.settings import Settings
from breaking_adam.support.calls import Call
from breaking_adam.support.files import new_directory
from breaking_adam.support.results import WRITERS
from breaking_adam.support.text import duration, one_line
from breaking_adam.trials.build import build, pace, seconds_per_step
from breaking_adam.trials.read_block import why_unread


def kind_of(settings: ProblemSettings) -> type[Problem]:
    """The class of the problem's module.

    Raises:
        SettingError: if there is none of that name.
    """
    kind = PROBLEMS.get(settings.kind)
    if kind is None:
        raise SettingError("problem", f"{settings.kind!r} is none of {', '.join(PROBLEMS)}")
    return kind


def make_problem(settings: ProblemSettings) -> Problem:
    """The problem's module, before its first step.

    Raises:
        SettingError: if there is none of that name, or it refuses its constants.
    """
    kind = kind_of(settings)
    values = {**settings.constants, "dtype": getattr(torch, settings.dtype)}
    if "seed" in kind.settings:
        values["seed"] = settings.seed
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise SettingError("problem", f"{settings.title}: {one_line(error)}") from error


def rehearse_all(settings: Settings, tell: Callable[[str], None]) -> None:
    """Refuse optimizers that cannot be made or take a step, all of them in one line.

    Args:
        settings: of the run.
        tell: what to call with a line about an optimizer that will take long, or that does not
            take all that is typed.

    Raises:
        SettingError: if there is one.
    """
    refused: dict[str, list[str]] = {}
    lines: list[str] = []
    for call in settings.calls:
        try:
            _rehearse(call, settings, lines.append)
        except SettingError as error:
            refused.setdefault(error.field, []).append(error.reason)
    for field, reasons in refused.items():
        raise SettingError(field, "; ".join(reasons))
    _tell_what_is_ignored(settings, lines.append)
    for line in lines:
        tell(line)


def _tell_what_is_ignored(settings: Settings, tell: Callable[[str], None]) -> None:
    """Refuse a hyperparameter that no optimizer takes; tell which do not where some do."""
    without = {call: ignored(call, **settings.typed) for call in settings.calls}
    for field in settings.typed:
        names = [str(call) for call, fields in without.items() if field in fields]
        if len(names) == len(without):
            value = shown(settings.typed[field])
            raise SettingError(field, f"{value} is taken by none of {', '.join(names)}")
        if names:
            tell(f"--{field} leaves out {', '.join(names)}: it is not taken there, or not so many")


def _rehearse(call: Call, settings: Settings, tell: Callable[[str], None]) -> None:
    """Let the optimizer take its first steps; what can be compiled is compiled by that, too."""
    problem = make_problem(settings.problem)
    try:
        optimizer = make_optimizer(call, problem, **settings.typed)
    except ValueError as error:
        raise SettingError("optimizer", one_line(error)) from error
    schedule = SCHEDULES[settings.schedule]
    if settings.schedule != "constant" and "lr" not in optimizer.param_groups[0]:
        raise SettingError("schedule", f"{call} has no lr that a schedule could set")
    engine, *_, why = pace(problem, optimizer, settings.engine, settings.log_every, schedule)
    if engine == "compiled" and bind(optimizer, optimizer.param_groups[0]) is None:
        raise SettingError("engine", f"{call} has no written rule: choose auto, read or eager")
    if settings.engine == "read" and (reason := why_unread(problem, optimizer, schedule)):
        raise SettingError("engine", f"{call} cannot be read, as {reason}: choose auto or eager")
    try:
        if engine == "eager":
            seconds = seconds_per_step(problem, optimizer)
        else:  # the first step of one that is read may be its own
            build(problem, optimizer, engine=engine, steps=4, schedule=schedule)[0].run()
    except Exception as error:
        raise SettingError(
            "optimizer",
            f"{call} fails in its first steps: {type(error).__name__}: {one_line(error)}",
        ) from error
    if problem.steps == 0:
        raise SettingError(
            "optimizer", f"{call} has a step that calls no closure: begin it with loss = closure()"
        )
    try:
        checkpoints.decode(checkpoints.encode(optimizer.state_dict()))
    except checkpoints.CheckpointError as error:
        raise SettingError(
            "optimizer",
            f"{call} has a state_dict that no checkpoint can hold: "
            "it may have tensors, numbers, strings, None, lists, tuples and dicts",
        ) from error
    if why:
        tell(
            f"{call} runs eagerly, as {why}: "
            f"about {duration(seconds * settings.steps)} for {settings.steps:,} steps"
        )


def check_figure(path: str | None) -> None:
    """Refuse a figure that could not be saved.

    Raises:
        SettingError: if so.
    """
    if path is None:
        return
    from matplotlib.backend_bases import FigureCanvasBase

    formats = set(FigureCanvasBase.get_supported_filetypes()) - {"pgf"}  # which takes a TeX
    _check_suffix("figure", path, {f".{each}" for each in formats})
    check_file("figure", path)


def check_animation(path: str | None, problem: ProblemSettings) -> None:
    """Refuse an animation that could not be saved, or is of another problem than the paper's.

    Raises:
        SettingError: if so.
    """
    if path is None:
        return
    from matplotlib.animation import writers

    if not isinstance(problem, SlopesSettings):
        raise SettingError("animate", f"{problem.title} has none: online and stochastic have")
    _check_suffix("animate", path, WRITERS)
    check_file("animate", path)
    suffix = Path(path).suffix.lower()
    if not writers.is_available(WRITERS[suffix]):
        reason = f"{suffix} takes {WRITERS[suffix]}, which is not installed: ask for a .gif"
        raise SettingError("animate", f"{path!r}: {reason}")


def _check_suffix(field: str, path: str, suffixes: Collection[str]) -> None:
    if Path(path).suffix.lower() not in suffixes:
        raise SettingError(field, f"{path!r} ends in none of {', '.join(sorted(suffixes))}")


def check_file(field: str, path: str | None) -> None:
    """Refuse a file that could not be written.

    Raises:
        SettingError: of the field, if so.
    """
    if path is None:
        return
    parent = Path(path).parent
    try:
        if not parent.is_dir():
            raise SettingError(field, f"there is no directory {str(parent)!r}")
        there = Path(path).exists()
    except OSError as error:
        raise SettingError(field, f"{path!r} cannot be written: {one_line(error)}") from error
    if Path(path).is_dir() or (there and not os.access(path, os.W_OK)):
        raise SettingError(field, f"{path!r} cannot be written")
    try:
        with tempfile.TemporaryFile(dir=parent):  # where a new file would replace it
            pass
    except OSError as error:
        raise SettingError(field, f"{path!r} cannot be written: {one_line(error)}") from error


def check_directory(field: str, path: str | None) -> None:
    """Refuse a directory in which nothing could be written; it is not made yet.

    Raises:
        SettingError: of the field, if so.
    """
    if path is None:
        return
    if not path:
        raise SettingError(field, "it has no name: give a directory")
    there = Path(path)
    try:
        while not there.exists() and not there.is_symlink():  # a link to nowhere is in the way
            there = there.parent
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        reason = error.strerror or one_line(error)
        raise SettingError(field, f"nothing can be written in {path!r}: {reason}") from error


def make_directory(logdir: str, name: str) -> Path:
    """A new directory for a run's results.

    Raises:
        SettingError: if it cannot be made.
    """
    try:
        if not logdir:
            raise ValueError("it has no name")
        return new_directory(Path(logdir), name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingError("logdir", f"cannot make a directory in {logdir!r}: {reason}") from error
