"""A run from its settings to its result: what a command does, from Python."""

from __future__ import annotations

import re
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torchbearer

from breaking_adam.optimizers.find import make_optimizer
from breaking_adam.plots.watched import picture
from breaking_adam.runs import rehearsal
from breaking_adam.runs.animation import animate
from breaking_adam.runs.attempt import Attempt
from breaking_adam.runs.checkpoints import Checkpoint, CheckpointError
from breaking_adam.runs.interrupts import Interrupts
from breaking_adam.runs.output import Output
from breaking_adam.runs.picture import short_names, title
from breaking_adam.runs.played import Played, StoppedError, summary
from breaking_adam.runs.run_directory import RunDirectory
from breaking_adam.runs.settings import Settings
from breaking_adam.runs.stored import stored
from breaking_adam.support.calls import Call
from breaking_adam.support.results import save_figure, save_summary
from breaking_adam.support.text import one_line, size
from breaking_adam.trials.callbacks.event_file import bytes_per_point
from breaking_adam.trials.metrics import metrics_of

#: The size in bytes from which a log is worth a word beforehand.
LARGE_LOG = 10_000_000


class OptimizerError(Exception):
    """An optimizer that raised in mid-run; the message is the line to show."""


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def play(
    settings: Settings | None = None,
    output: Output | None = None,
    *,
    resume: Path | str | None = None,
    tell: Callable[[str], None] = _tell,
) -> Played:
    """Run every optimizer on its own copy of the problem, and save logs, summary and figure.

    It does what ``python -m breaking_adam.online``, ``stochastic`` and ``watch`` do. Ctrl-C stops
    it at the end of a batch, after which it returns what it has come to.

    Args:
        settings: what makes the run what it is; None for the paper's online problem.
        output: where its results go; None for a new directory in ``logs``.
        resume: the directory of a run to carry on, in place of both.
        tell: what to call with a line on what will take long; by default it is printed to
            standard error.

    Raises:
        SettingError: a ValueError that names the setting; nothing was written.
        RunError: if a run to resume is damaged or in use.
        StoppedError: if the disk or an optimizer fails in mid-run.
        OSError: if the disk fails before the first step.

    >>> import tempfile
    >>> from breaking_adam import Output, Settings, play
    >>> with tempfile.TemporaryDirectory() as logs:
    ...     settings = Settings(optimizer=["adam(lr=0.01)"], steps=100_000)
    ...     played = play(settings, Output(logdir=logs))
    >>> played.runs[0].verdict
    'worst point'
    """
    if resume is not None:
        if settings is not None or output is not None:
            raise ValueError("resume: a resumed run keeps its own settings and output")
        settings, output = stored(resume)
    settings, output = settings or Settings(), output or Output()
    rehearsal.rehearse_all(settings, tell)
    rehearsal.check_figure(output.figure)
    rehearsal.check_animation(output.animate, settings.problem)
    if resume is None:
        name = output.name or settings.problem.name
        directory = rehearsal.make_directory(output.logdir, name)
    else:
        directory = Path(resume)
    with RunDirectory(directory, settings, output) as place:
        attempts = _attempts(settings, place)
        if announced := _large_log(settings, attempts, directory):
            tell(announced)
        return _carry_out(place, attempts, settings, output, tell)


def folders(calls: Sequence[Call]) -> list[str]:
    """What each attempt's directory is called: a bare name as it is, a call without its quotes.

    >>> folders([Call("adam"), Call("sgd", (("lr", 0.1),)), Call("sgd", (("lr", "0.1"),))])
    ['adam', 'sgd_lr=0.1', 'sgd_lr=0.1_2']
    """
    names: list[str] = []
    for call in calls:
        unquoted = re.sub("['\"]", "", str(call))
        plain = re.sub(r"[^\w.=+-]+", "_", unquoted).strip("_")[:150]
        name = plain if call.keywords else call.name
        number = 1
        while name in names:
            number += 1
            name = f"{plain}_{number}"
        names.append(name)
    return names


def _attempts(settings: Settings, place: RunDirectory) -> list[Attempt]:
    """Every optimizer's attempt, where it was left."""
    attempts = []
    for call, folder in zip(settings.calls, folders(settings.calls), strict=True):
        problem = rehearsal.make_problem(settings.problem)
        optimizer = make_optimizer(call, problem, **settings.typed)
        attempt = Attempt(str(call), problem, optimizer, settings, place.directory, folder)
        place.load(attempt)
        attempts.append(attempt)
    return attempts


def _large_log(settings: Settings, attempts: Sequence[Attempt], directory: Path) -> str | None:
    """How large the log will be, where that is worth a word beforehand."""
    points = sum(-(-(settings.steps - a.problem.steps) // settings.log_every) for a in attempts)
    problem = attempts[0].problem
    state = {torchbearer.MODEL: problem}
    metrics = {key: v for each in metrics_of(problem) for key, v in each.process(state).items()}
    log, free = points * bytes_per_point(metrics, settings.steps), shutil.disk_usage(directory).free
    if log < LARGE_LOG:
        return None
    return (
        f"the log will be {size(log)}, of {size(free)} free: {points:,} points "
        "(--log-every sets how many steps lie between two)"
    )


def _carry_out(
    place: RunDirectory,
    attempts: Sequence[Attempt],
    settings: Settings,
    output: Output,
    tell: Callable[[str], None],
) -> Played:
    """Play what is left of the attempts."""
    stopped: tuple[str, Exception] | None = None
    figure = (
        Path(output.figure) if output.figure else place.directory / f"{settings.problem.name}.png"
    )
    interrupts = Interrupts()
    try:
        with interrupts:
            for attempt in attempts:
                if not attempt.complete:
                    _play(attempt, place, interrupts, tell)
                    place.save(attempt)
                if interrupts.signal is not None:
                    break
            if all(attempt.complete for attempt in attempts):
                names = short_names(settings.calls)
                series = [
                    attempt.curves.series(name)
                    for name, attempt in zip(names, attempts, strict=True)
                ]
                words = title(settings, attempts)
                save_figure(picture(attempts[0].problem, series, words, output.picture), figure)
                if output.animate is not None:
                    path = Path(output.animate)
                    animate(settings, names, words, output.picture, path, interrupts)
                played = _played(place, attempts, settings, output, figure, interrupts.signal)
                save_summary(summary(played), place.directory)
                return played
    except OSError as error:
        stopped = f"{one_line(error)}; {_what_to_do(place)}", error
    except (OptimizerError, CheckpointError) as error:
        stopped = f"{error}; {safe(place)}", error
    played = _played(place, attempts, settings, output, None, interrupts.signal)
    if stopped is not None:
        raise StoppedError(stopped[0], played) from stopped[1]
    return played


def _played(
    place: RunDirectory,
    attempts: Sequence[Attempt],
    settings: Settings,
    output: Output,
    figure: Path | None,
    signal: int | None = None,
) -> Played:
    return Played(
        settings,
        output,
        place.directory,
        tuple(attempt.result() for attempt in attempts if attempt.problem.steps),
        {attempt.name: attempt.problem.steps for attempt in attempts},
        figure,
        None if figure else place.resume,
        signal,
    )


def _play(
    attempt: Attempt, place: RunDirectory, interrupts: Interrupts, tell: Callable[[str], None]
) -> None:
    """Run the attempt with checkpoints; an OptimizerError tells of what its optimizer raises."""
    save = Checkpoint(partial(place.save, attempt), attempt.settings.checkpoint_every)
    try:
        attempt.run([save, interrupts], tell)
    except Exception as error:
        frames = traceback.walk_tb(error.__traceback__)
        if any(frame.f_locals.get("self") is attempt.optimizer for frame, _ in frames):
            raise OptimizerError(
                f"{attempt.name} failed in step {attempt.problem.steps:,}: "
                f"{type(error).__name__}: {one_line(error)}"
            ) from error
        raise


def safe(place: RunDirectory) -> str:
    """What of the run is on the disk."""
    if not place.directory.is_dir():
        return f"{place.directory} is gone, and with it all but what is shown here"
    steps = ", ".join(f"{name} to step {steps:,}" for name, steps in place.saved.items())
    return f"safe in {place.directory}: {steps or 'no steps yet'}"


def _what_to_do(place: RunDirectory) -> str:
    again = "run the command again" if not place.directory.is_dir() else place.resume
    return f"{safe(place)}; see to the disk, then {again}"
