"""The command: which optimizers can be read, and how fast they are then.

Run as ``python -m breaking_adam.readable``. Each optimizer is read on the online problem, walks in
lockstep with its own step, and is timed compiled and eager.
"""

from __future__ import annotations

import contextlib
import sys
import textwrap
import warnings
from collections.abc import Sequence
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.report import show
from breaking_adam.cli.startup import quick_imports
from breaking_adam.cli.table import table, width
from breaking_adam.support.calls import Call, parse
from breaking_adam.support.results import as_json

if TYPE_CHECKING:
    from breaking_adam.trials.readable import Row

#: Variants of torch.optim's classes, each with other arithmetic.
VARIANTS = (
    "Adam(amsgrad=True)",
    "Adam(maximize=True, weight_decay=0.1)",
    "Adam(foreach=True)",
    "AdamW(amsgrad=True)",
    "NAdam(weight_decay=0.1, decoupled_weight_decay=True)",
    "RAdam(weight_decay=0.1, decoupled_weight_decay=True)",
    "RMSprop(centered=True, momentum=0.9)",
    "SGD(momentum=0.9, nesterov=True)",
)

ZOO = "pytorch_optimizer"
INSTALL = "pip install -c constraints.txt --no-deps pytorch_optimizer"

DESCRIPTION = (
    "Which optimizers can be read from their own step and compiled: alone or as replicas in lanes, "
    "with the branches seen and the time of a step compiled and eager."
)


@storage_failures("readable")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, measure, report; the exit status."""
    parser = options.Parser("readable", DESCRIPTION)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="short names or import paths, with keywords or without, as in 'torch.optim.SGD("
        "momentum=0.9)' (default: the classes of torch.optim and some variants)",
    )
    parser.add_argument(
        "--zoo",
        action="store_true",
        help=f"all of {ZOO}, in some minutes; optional: {INSTALL}",
    )
    parser.add_argument("--json", action="store_true", help=options.JSON_HELP)
    chosen = parser.parse_args(arguments)
    if chosen.zoo and chosen.names:
        parser.error("argument --zoo: give names or --zoo, not both")
    with quick_imports():
        from tqdm import tqdm

        from breaking_adam.optimizers.find import classes, find_optimizer
        from breaking_adam.trials.readable import measure
    try:
        if chosen.zoo:
            calls = [Call(f"{ZOO}.{name}") for name in classes(ZOO)]
        elif chosen.names:
            calls = [parse(name) for name in chosen.names]
        else:
            torchs = [*classes("torch.optim"), *VARIANTS]
            calls = [parse(f"torch.optim.{name}") for name in torchs]
        for call in calls:
            find_optimizer(call.name)
    except ImportError as error:
        parser.error(f"argument --zoo: {error}: {INSTALL}")
    except ValueError as error:
        parser.error(f"argument NAME: {error}")
    rows = []
    bar = tqdm(calls, disable=None, unit=" optimizers", leave=False)
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what optimizers warn of is not what is asked
        for call in bar:
            bar.set_description(_short(str(call)))
            endings.at(str(call))
            rows.append(measure(call))
    show(as_json({"rows": [row._asdict() for row in rows]}) if chosen.json else report(rows))
    return 0


def report(rows: Sequence[Row]) -> str:
    """A line for each optimizer, the reasons below them, and what they come to."""
    cells = [
        [
            _short(row.optimizer),
            row.engine or "none",
            ("lanes" if row.replicas else "alone") if row.engine == "read" else "",
            _number(row.branches, ""),
            _number(row.compiled_ns, ".1f"),
            _number(row.eager_us, ".0f"),
            _number(row.speedup, ",.0f"),
            _number(row.seconds, ".2f"),
        ]
        for row in rows
    ]
    headers = ["optimizer", "engine", "replicas", "branches", "ns", "eager µs", "times", "seconds"]
    reasons = [
        f"{_short(row.optimizer)}: "
        + (f"alone, as {row.alone}" if row.engine == "read" else _why(row))
        for row in rows
        if row.alone or row.why
    ]
    notes = [
        *reasons,
        "",
        "replicas: whether many take their steps in lanes. ns, µs: of a step, compiled and eager; "
        "times: their ratio. seconds: to read, to walk in lockstep and to compile.",
        "",
        *_summary(rows),
    ]
    folded = [textwrap.fill(line, width(), subsequent_indent="    ") for line in notes]
    spare = ["branches", "seconds", "replicas"]
    return "\n".join([table(cells, headers, "lllrrrrr", spare=spare), "", *folded])


def _why(row: Row) -> str:
    return f"eager, as {row.why}" if row.engine else row.why


def _summary(rows: Sequence[Row]) -> list[str]:
    read = [row for row in rows if row.engine == "read"]
    if not read:
        return []
    seconds = sorted(row.seconds for row in read if row.seconds is not None)
    speedups = [row.speedup for row in read if row.speedup is not None]
    return [
        f"{len(read)} of {sum(bool(row.engine) for row in rows)} are read, "
        f"{sum(row.replicas for row in read)} of them for lanes; in the median "
        f"{median(speedups):,.0f} times faster, after {median(seconds):.2f} s "
        f"(95% within {seconds[ceil(0.95 * len(seconds)) - 1]:.2f} s)"
    ]


def _short(name: str) -> str:
    """A call without its module."""
    path, bracket, rest = name.partition("(")
    return path.rpartition(".")[2] + bracket + rest


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
