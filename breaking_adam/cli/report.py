"""What a command tells when it ends: the table, or the JSON."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from breaking_adam.cli.endings import leave_standard_output
from breaking_adam.cli.table import table, width
from breaking_adam.support.calls import parse

if TYPE_CHECKING:
    from breaking_adam.runs.attempt import Result


def as_table(results: Sequence[Result]) -> str:
    """A row per optimizer, and below them what each used and the reason for its verdict.

    Where no price tells how well x does, the distance from the best points stands in its place.
    """
    by_distance = any(isnan(r.worst_average_regret) for r in results)
    rows = [
        [
            r.optimizer,
            r.engine,
            f"{r.x:+.4f}",
            f"{r.distance:.2e}" if by_distance else f"{r.average_regret:.4f}",
            r.verdict,
            f"{r.seconds:.2f}",
            f"{r.steps_per_second:,.0f}",
        ]
        for r in results
    ]
    score = "|x_T-x*|" if by_distance else "R_T/T"
    headers = ["optimizer", "engine", "x_T", score, "verdict", "seconds", "steps/s"]
    spare = ["seconds", "engine", "steps/s"]
    notes = [
        _folded(line)
        for r in results
        for line in (
            f"{r.optimizer}: {r.verdict}, as {r.reason}",
            f"  with {_used(r)}",
        )
    ]
    return "\n".join([table(rows, headers, "llrrlrr", spare=spare), "", *notes])


def _used(result: Result) -> str:
    """The step size, the decays and ε that it had, and what its own keywords said."""
    said = [key for key, _ in parse(result.optimizer).keywords]
    keys = dict.fromkeys(["lr", "betas", *(f"beta{i}" for i in range(1, 4)), "eps", *said])
    used = result.hyperparameters
    shown = (f"{key} {_short(used[key])}" for key in keys if key in used)
    return ", ".join(shown) or "hyperparameters of its own"


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return " ".join(map(_short, value)) if isinstance(value, list) else str(value)


def _folded(line: str) -> str:
    return textwrap.fill(line, width(), subsequent_indent="    ", break_on_hyphens=False)


def show(text: str) -> None:
    """Print the text.

    Raises:
        OSError: if standard output cannot be written, as to a full disk.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:  # the reader has seen enough
        leave_standard_output()
    except OSError:
        leave_standard_output()
        raise
    except ValueError:  # standard output is closed
        if not sys.stdout.closed:
            raise
