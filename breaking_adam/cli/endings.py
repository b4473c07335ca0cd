"""How a command ends that cannot be carried on: by a disk that fails, or by Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from breaking_adam.cli.startup import clear, standard_streams
from breaking_adam.support.command import as_typed
from breaking_adam.support.ctrl_c import on_ctrl_c
from breaking_adam.support.text import one_line


class _Work:
    """What the command in hand has come to: the directories it made, the part that it is at."""

    made: tuple[Path, ...] = ()
    part: str = ""
    store: Path | None = None


_work = _Work()


def at(part: str) -> None:
    """Note the part of its work that the command begins, for the line that Ctrl-C ends with."""
    _work.part = part


def results_go_to(directory: Path, *above: Path) -> None:
    """Note the directory that the command has made, and those above that it made for it."""
    _work.made = (directory, *above)


def goes_on_in(store: str | None) -> None:
    """Note the directory, if there is one, in which the same command would go on."""
    _work.store = None if store is None else Path(store)


@contextmanager
def storage_failures(name: str) -> Iterator[None]:
    """End the command of the name, whose results are nowhere but in its output, with one line.

    A disk that fails is status 1; Ctrl-C is status 130. Neither leaves an empty directory.
    """
    command = as_typed(name)
    standard_streams()
    _work.made, _work.part, _work.store = (), "", None
    try:
        # The door has Ctrl-C end the process.
        with on_ctrl_c(signal.default_int_handler):
            yield
    except OSError as error:
        leave_standard_output()
        _remove_if_empty()
        reason = f"{one_line(error)}; see to the disk, then run the command again"
        tell(f"{command}: error: {reason}")
        raise SystemExit(1) from error
    except KeyboardInterrupt as error:
        # Ctrl-C may come between zarr's making of a coroutine and its awaiting it, of which Python
        # would warn below our line. The process ends here, so nobody needs the filter as it was.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        leave_standard_output()
        _remove_if_empty()
        where = f"stopped in {_work.part}" if _work.part else "stopped"
        tell(f"{command}: {where}: {_kept()}")
        raise SystemExit(128 + signal.SIGINT) from error


def _remove_if_empty() -> None:
    """Remove the directories that the command has made, from the innermost, while empty."""
    with contextlib.suppress(OSError):
        for directory in _work.made:
            directory.rmdir()


def _kept() -> str:
    if _work.store and _work.store.is_dir():
        return f"the same command goes on in {_work.store}"
    if _work.made and _work.made[0].is_dir():
        return f"what it had done is in {_work.made[0]}"
    return "nothing is kept"


def tell(line: str) -> None:
    """A line on standard error, if there is one to tell it to."""
    clear()
    with contextlib.suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)


def leave_standard_output() -> None:
    """Python would try again to write what is left when it ends, and complain."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # where it is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
