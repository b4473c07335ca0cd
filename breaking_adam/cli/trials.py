"""What ``online``, ``stochastic`` and ``watch`` do: read, play, report."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from breaking_adam.cli import options
from breaking_adam.cli.endings import tell
from breaking_adam.cli.report import as_table, show
from breaking_adam.cli.startup import (
    announce,
    clear,
    import_lean,
    quick_imports,
    standard_streams,
)
from breaking_adam.support.command import as_typed
from breaking_adam.support.results import as_json

if TYPE_CHECKING:
    from breaking_adam.cli.options import Chosen
    from breaking_adam.runs.played import Played
    from breaking_adam.runs.settings import Settings


def run(command: str, description: str, arguments: Sequence[str] | None) -> int:
    """Read the options of a command for one problem, play, report; the exit status."""
    standard_streams()
    parser = options.parser(command, description)
    chosen = options.read(parser, command, arguments)
    return carry_out(command, chosen, lambda: chosen.settings)


def carry_out(command: str, chosen: Chosen, settings_of: Callable[[], Settings]) -> int:
    """Play what was chosen, report; the exit status.

    Args:
        command: whose options they were.
        chosen: what they ask for.
        settings_of: gives the settings once there is time for imports; it may refuse one.
    """
    announce("starting: the first time, rules are compiled for some seconds …")
    with quick_imports():
        from breaking_adam.cli import compiler

        compiler.do_without()
        import_lean()
        from breaking_adam.cli.refusals import as_option
        from breaking_adam.runs.fields import SettingError
        from breaking_adam.runs.play import play
        from breaking_adam.runs.played import StoppedError, summary
        from breaking_adam.runs.run_directory import RunError
        from breaking_adam.support.text import one_line

    failure, status = None, 0
    played: Played | None = None
    try:
        # An optimizer may print: what a reader of the table or the JSON gets is that alone.
        with contextlib.redirect_stdout(sys.stderr):
            if chosen.resume is None:
                played = play(settings_of(), chosen.output, tell=tell)
            else:
                played = play(resume=chosen.resume, tell=tell)
        if played.signal is not None:
            status = 128 + played.signal
    except SettingError as error:
        failure, status = as_option(error), 2
    except StoppedError as error:
        played, failure, status = error.played, str(error), 1
    except RunError as error:
        failure, status = str(error), 1
    except OSError as error:
        failure, status = f"{one_line(error)}: nothing was run", 1

    clear()
    if played is not None:
        try:
            show(as_json(summary(played)) if chosen.json else _text(played))
        except OSError as error:
            reached = ", ".join(f"{name} to step {t:,}" for name, t in played.reached.items())
            failure = f"standard output: {one_line(error)}; safe in {played.directory}: {reached}"
            status = 1
    if failure:
        tell(f"{as_typed(command)}: error: {failure}")
    return status


def _text(played: Played) -> str:
    table = as_table(played.runs)
    reached = ", ".join(
        f"{name} at step {steps:,} of {played.settings.steps:,}"
        for name, steps in played.reached.items()
    )
    stopped = f"stopped:     {reached}\nto carry on: {played.resume}"
    then = f"figure:      {played.figure}" if played.figure else stopped
    if played.figure and played.output.animate and played.signal is None:
        then += f"\nanimation:   {played.output.animate}"
    logs = shlex.quote(str(played.directory))
    return f"{table}\n\n{then}\ntensorboard: tensorboard --logdir {logs}"
