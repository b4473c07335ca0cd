"""What a command refuses before it has written anything."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from breaking_adam import checkpoints
from breaking_adam.adapters import bind
from breaking_adam.problems import Problem
from breaking_adam.report import duration, one_line
from breaking_adam.schedules import SCHEDULES
from breaking_adam.tensorboard import new_directory
from breaking_adam.trials import build, make_optimizer, pace, seconds_per_step


class RequestError(Exception):
    """A request that cannot be met; its message is the line to show."""


def rehearse(name: str, make_problem: Callable[[], Problem], options: argparse.Namespace) -> None:
    """Refuse an optimizer that cannot be made or take a step, before anything is written.

    What can be compiled is compiled by that, too.
    """
    problem = make_problem()
    optimizer = make(name, problem, options)
    engine = pace(problem, optimizer, options.engine, options.log_every).engine
    if engine == "compiled" and bind(optimizer, optimizer.param_groups[0]) is None:
        raise RequestError(
            f"argument --engine: {name} has no rule to compile: choose auto or eager"
        )
    try:
        if engine == "compiled":
            schedule = SCHEDULES[options.schedule]
            build(problem, optimizer, engine=engine, steps=1, schedule=schedule)[0].run()
            return
        each = seconds_per_step(problem, optimizer)
    except Exception as error:
        raise RequestError(
            f"argument --optimizer: {name} fails in its first steps: "
            f"{type(error).__name__}: {one_line(error)}"
        ) from error
    try:
        checkpoints.decode(checkpoints.encode(optimizer.state_dict()))
    except checkpoints.CheckpointError as error:
        raise RequestError(
            f"argument --optimizer: {name} has a state_dict that no checkpoint can hold: "
            "it may have tensors, numbers, strings, None, lists, tuples and dicts"
        ) from error
    if options.engine == "auto":
        print(
            f"{name} has no rule to compile and runs eagerly: "
            f"about {duration(each * options.steps)} for {options.steps:,} steps",
            file=sys.stderr,
        )


def make(name: str, problem: Problem, options: argparse.Namespace) -> torch.optim.Optimizer:
    try:
        return make_optimizer(
            name, problem, lr=options.lr, betas=tuple(options.betas), eps=options.eps
        )
    except ValueError as error:
        raise RequestError(f"argument --optimizer: {one_line(error)}") from error


def check_figure(path: str | None) -> None:
    """Refuse a figure that could not be saved, before anything has run."""
    if path is None:
        return
    from matplotlib.backend_bases import FigureCanvasBase

    formats = FigureCanvasBase.get_supported_filetypes()
    suffix, parent = Path(path).suffix.lstrip(".").lower(), Path(path).parent
    if suffix not in formats:
        raise RequestError(
            f"argument --figure: {path!r} ends in none of .{', .'.join(sorted(formats))}"
        )
    if not parent.is_dir():
        raise RequestError(f"argument --figure: there is no directory {str(parent)!r}")
    if Path(path).is_dir() or not os.access(Path(path) if Path(path).exists() else parent, os.W_OK):
        raise RequestError(f"argument --figure: {path!r} cannot be written")


def make_directory(logdir: str, name: str) -> Path:
    """A new directory for a command's results, or a RequestError."""
    try:
        if not logdir:
            raise ValueError("it has no name")
        return new_directory(Path(logdir), name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RequestError(
            f"argument --logdir: cannot make a directory in {logdir!r}: {reason}"
        ) from error
