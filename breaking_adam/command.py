"""What ``online`` and ``stochastic`` do with their options: run, judge, report."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import torchbearer

from breaking_adam.attempts import Attempt
from breaking_adam.callbacks import Curves
from breaking_adam.checkpoints import Checkpoint, CheckpointError
from breaking_adam.figures import Curve, Theory, figure_1
from breaking_adam.interrupts import Interrupts
from breaking_adam.metrics import average_regret, est
from breaking_adam.options import distinct, settings_of
from breaking_adam.problems import Problem
from breaking_adam.refusals import RequestError, check_figure, make, make_directory, rehearse
from breaking_adam.report import as_json, as_table, one_line, save_figure, save_summary, show, size
from breaking_adam.runs import Run, RunError
from breaking_adam.startup import quick_imports
from breaking_adam.tensorboard import bytes_per_point

#: The size in bytes from which a log is worth a word beforehand.
LARGE_LOG = 10_000_000


class OptimizerError(Exception):
    """An optimizer that raised in mid-run; the message is the line to show."""


def run(name: str, options: argparse.Namespace, make_problem: Callable[[], Problem]) -> int:
    """Run every optimizer on its own copy of the problem and report; the exit status."""
    names = distinct(options.optimizer)
    try:
        with quick_imports():  # torch imports its compiler when it makes its first optimizer
            for optimizer_name in names:
                rehearse(optimizer_name, make_problem, options)
        check_figure(options.figure)
        directory = Path(options.resume) if options.resume else make_directory(options.logdir, name)
        with Run(directory, name, settings_of(options)) as this:
            attempts = [_attempt(each, make_problem(), this, options) for each in names]
            _announce_log(options, attempts, directory)
            return _carry_out(this, attempts, options)
    except RequestError as error:
        reason, status = str(error), 2
    except RunError as error:
        reason, status = str(error), 1
    except OSError as error:
        reason, status = f"{one_line(error)}: nothing was run", 1
    print(f"python -m breaking_adam.{name}: error: {reason}", file=sys.stderr)
    return status


def _carry_out(this: Run, attempts: Sequence[Attempt], options: argparse.Namespace) -> int:
    """Play what is left of the attempts and tell what they came to; the exit status."""
    failure, figure, status = None, None, 0
    try:
        with Interrupts() as interrupts:
            for attempt in attempts:
                if not attempt.complete:
                    _play(attempt, this, interrupts)
                    this.save(attempt)
                if interrupts.signal is not None:
                    break
            if all(attempt.complete for attempt in attempts):
                figure = _draw(this, attempts, options)
                save_summary(_summary(this, attempts, figure), this.directory)
            elif interrupts.signal is not None:
                status = 128 + interrupts.signal
    except OSError as error:
        failure, status = f"{one_line(error)}; {_what_to_do(this)}", 1
    except (OptimizerError, CheckpointError) as error:
        failure, status = f"{error}; {_safe(this)}", 1

    begun = [attempt for attempt in attempts if attempt.problem.steps]
    complete = failure is None and status == 0
    try:
        if options.json:
            show(as_json(_summary(this, begun, figure if complete else None)))
        else:
            show(_text(this, attempts, figure if complete else None))
    except OSError as error:
        failure, status = f"standard output: {one_line(error)}; {_safe(this)}", 1
    if failure:
        print(f"python -m breaking_adam.{this.command}: error: {failure}", file=sys.stderr)
    return status


def _attempt(name: str, problem: Problem, this: Run, options: argparse.Namespace) -> Attempt:
    """The optimizer's attempt, where it was left."""
    attempt = Attempt(name, problem, make(name, problem, options), options, this.directory)
    this.load(attempt)
    return attempt


def _announce_log(
    options: argparse.Namespace, attempts: Sequence[Attempt], directory: Path
) -> None:
    """Say beforehand how large the log will be, where that is worth a word."""
    points = sum(-(-(options.steps - a.problem.steps) // options.log_every) for a in attempts)
    state = {torchbearer.MODEL: attempts[0].problem}
    metrics = {**est().process(state), **average_regret().process(state)}
    log, free = points * bytes_per_point(metrics, options.steps), shutil.disk_usage(directory).free
    if log >= LARGE_LOG:
        print(
            f"the log will be {size(log)}, of {size(free)} free: {points:,} points "
            "(--log-every sets how many steps lie between two)",
            file=sys.stderr,
        )


def _play(attempt: Attempt, this: Run, interrupts: Interrupts) -> None:
    """Run the attempt with checkpoints; an OptimizerError tells of what its optimizer raises."""
    save = Checkpoint(partial(this.save, attempt), attempt.options.checkpoint_every)
    try:
        attempt.run([save, interrupts])
    except Exception as error:
        frames = traceback.walk_tb(error.__traceback__)
        if any(frame.f_locals.get("self") is attempt.optimizer for frame, _ in frames):
            raise OptimizerError(
                f"{attempt.name} failed in step {attempt.problem.steps:,}: "
                f"{type(error).__name__}: {one_line(error)}"
            ) from error
        raise


def _safe(this: Run) -> str:
    if not this.directory.is_dir():
        return f"{this.directory} is gone, and with it all but what is shown here"
    safe = ", ".join(f"{name} to step {steps:,}" for name, steps in this.saved.items())
    return f"safe in {this.directory}: {safe or 'no steps yet'}"


def _what_to_do(this: Run) -> str:
    again = "run the command again" if not this.directory.is_dir() else this.resume
    return f"{_safe(this)}; see to the disk, then {again}"


def _draw(this: Run, attempts: Sequence[Attempt], options: argparse.Namespace) -> Path:
    """Draw the figure; where it is."""
    path = Path(options.figure) if options.figure else this.directory / f"{this.command}.png"
    curves = [curve_of(attempt.name, attempt.curves) for attempt in attempts]
    theory = theory_of(attempts[0].problem)
    save_figure(figure_1(curves, theory, _title(this.command, options)), path)
    return path


def _summary(this: Run, attempts: Sequence[Attempt], figure: Path | None) -> dict[str, Any]:
    """All that there is to tell; ``complete`` and ``resume`` say what is left to do."""
    return {
        **this.settings,
        "directory": str(this.directory),
        "complete": figure is not None,
        "resume": None if figure else this.resume,
        "figure": str(figure) if figure else None,
        "runs": [attempt.result() for attempt in attempts],
    }


def _text(this: Run, attempts: Sequence[Attempt], figure: Path | None) -> str:
    table = as_table([attempt.result() for attempt in attempts if attempt.problem.steps])
    reached = ", ".join(
        f"{attempt.name} at step {attempt.problem.steps:,} of {attempt.options.steps:,}"
        for attempt in attempts
    )
    stopped = f"stopped:     {reached}\nto carry on: {this.resume}"
    then = f"figure:      {figure}" if figure else stopped
    logs = shlex.quote(str(this.directory))
    return f"{table}\n\n{then}\ntensorboard: tensorboard --logdir {logs}"


def curve_of(name: str, curves: Curves) -> Curve:
    """What a run's metrics were, for a figure."""
    import numpy as np

    def band(metric: str) -> Any:
        low, high = f"{metric}_q25", f"{metric}_q75"
        return np.stack([curves[low], curves[high]]) if low in curves else None

    return Curve(
        name,
        curves.t,
        curves["est"],
        curves["average_regret"],
        band("est"),
        band("average_regret"),
    )


def theory_of(problem: Problem) -> Theory:
    """What is known of the problem, for a figure."""
    worst = problem.worst_average_regret
    exact = Fraction(worst).limit_denominator(1000)
    fraction = f"{exact}" if exact.denominator > 10 else f"{worst:.3g}"
    return Theory(
        problem.x_star,
        problem.x_worst,
        worst,
        f"{fraction}: staying at {problem.x_worst:+g}",
    )


def _title(name: str, options: argparse.Namespace) -> str:
    step_size = f"{options.lr:g}" + ("/√t" if options.schedule == "inverse-sqrt" else "")
    b1, b2 = options.betas
    return f"{name.capitalize()} problem, $α_t$ = {step_size}, $β_1$ = {b1:g}, $β_2$ = {b2:g}"
