"""``python -m breaking_adam.diagram``: phase diagrams, published ones and one's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from inspect import signature
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.startup import quick_imports
from breaking_adam.cli.table import table
from breaking_adam.support.results import save_figure, save_summary

if TYPE_CHECKING:
    from breaking_adam.paper.diagrams.diagram import Diagram, Measured, P
    from breaking_adam.paper.diagrams.planes import Planes

DESCRIPTION = (
    "Draw where an optimizer goes to the best point, over a plane of hyperparameters and constants "
    "of the problem, with the edge that the theory predicts: a published diagram by its name, or "
    "any other by --problem, --optimizer, --x and --y."
)

#: The diagrams, and what each shows.
NAMES = {
    "shi": "RMSprop, Adam and AMSGrad by C and β2 (Shi et al. 2021)",
    "zhang": "Adam by β1 and β2 on pieces that pull it apart (Zhang et al. 2022, 2026)",
    "quartic": "Adam by β1 and β2 at a degenerate minimum (Bai et al. 2026)",
    "random-order": "Adam by C and β2, the large slope at random (Theorem 3)",
    "bias": "how far from x* Adam comes to rest, by 1−β2 (Dereich and Jentzen 2024)",
    "critical": "the least C that breaks Adam, by β1 and β2 (Theorem 2)",
}

#: What a free diagram takes, and needs all of.
FREE = ("problem", "optimizer", "x", "y")


class Side(NamedTuple):
    """An axis as it is typed: its name, ends, number of values and scale."""

    name: str
    low: float
    high: float
    values: int
    scale: str


def side(text: str) -> Side:
    """A type of option: NAME=LOW:HIGH:COUNT or NAME=LOW:HIGH:COUNT:SCALE."""
    name, _, rest = text.partition("=")
    parts = rest.split(":")
    if not name.isidentifier() or len(parts) not in (3, 4):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=LOW:HIGH:COUNT[:SCALE], as beta2=0.5:0.9999:256:log1m"
        )
    scale = parts[3] if len(parts) == 4 else "linear"
    if scale not in ("linear", "log", "log1m"):
        raise argparse.ArgumentTypeError(f"{scale!r} is none of linear, log, log1m")
    low, high, count = (
        options.real(parts[0]),
        options.real(parts[1]),
        options.integer(2, 10**5)(parts[2]),
    )
    if not (isfinite(low) and isfinite(high)):
        raise argparse.ArgumentTypeError(f"{text!r} has an end that is no finite number")
    if not low < high:
        raise argparse.ArgumentTypeError(f"{text!r} does not have LOW < HIGH")
    if scale == "log" and low <= 0:
        raise argparse.ArgumentTypeError(f"{text!r}: a log axis is above 0")
    if scale == "log1m" and high >= 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a log1m axis is below 1")
    return Side(name, low, high, count, scale)


def parser() -> options.Parser:
    """The command's options."""
    p = options.Parser("diagram", DESCRIPTION)
    p.add_argument(
        "name",
        nargs="?",
        choices=NAMES,
        metavar="NAME",
        help="; ".join(f"{name}: {what}" for name, what in NAMES.items()),
    )
    p.add_argument(
        "--cells",
        type=options.integer(2, 4096),
        metavar="N",
        help="of a published diagram: the values along each axis, fewer where they would be the "
        "same whole number twice (default: 64)",
    )
    p.add_argument(
        "--steps",
        type=options.count,
        metavar="N",
        help="steps of each run (default: the publication's; 100000 for one's own)",
    )
    p.add_argument(
        "--problem",
        metavar="CALL",
        help="online, stochastic, pulled_apart, parabolas, power, pseudo_huber, heavy_tails or "
        "zero_slopes, with axes by their names, as "
        "'online(large=C, small=-1, period=C)'",
    )
    p.add_argument(
        "--optimizer",
        nargs="+",
        metavar="CALL",
        help="a panel for each: short names or import paths, as 'rmsprop(alpha=beta2, eps=0)'",
    )
    for option in "--x", "--y":
        p.add_argument(
            option,
            type=side,
            metavar="AXIS",
            help="NAME=LOW:HIGH:COUNT[:SCALE], with the scale linear, log, or log1m: evenly in "
            "the logarithm of the distance to 1",
        )
    p.add_argument(
        "--schedule",
        choices=("constant", "inverse-sqrt"),
        help="the step size at step t: α, or α/√t (default: inverse-sqrt)",
    )
    p.add_argument(
        "--store",
        metavar="DIR",
        help="where to keep what is done, as Zarr: the same command goes on there if it is stopped",
    )
    p.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster to play on, as tcp://10.0.0.1:8786 (default: this machine)",
    )
    p.add_argument(
        "--figure",
        metavar="PATH",
        help="where to save the picture, as its suffix says (default: a PNG beside the summary)",
    )
    options.add_picture(p)
    options.add_output(p)
    return p


@storage_failures("diagram")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, play, draw, report; the exit status."""
    p = parser()
    chosen = p.parse_args(arguments)
    typed = [f"--{name}" for name in (*FREE, "schedule") if getattr(chosen, name) is not None]
    if chosen.name is None:
        if missing := [name for name in FREE if getattr(chosen, name) is None]:
            p.error(f"argument --{missing[0]}: needed for a diagram of one's own, or give a NAME")
        if chosen.x.name == chosen.y.name:
            p.error(f"argument --y: {chosen.y.name} is the axis of --x already: take another")
        if chosen.cells is not None:
            p.error("argument --cells: a diagram of one's own has them in --x and --y")
    elif typed:
        p.error(f"argument {typed[0]}: {chosen.name} has its own")

    with quick_imports():
        from breaking_adam.cli.refusals import (
            RequestError,
            check_directory,
            check_figure,
            cluster_at,
            make_directory,
        )
        from breaking_adam.paper.diagrams.names import DIAGRAMS
        from breaking_adam.paper.measured import measured

    picture = options.picture_of(p, chosen)
    try:
        diagram: Diagram[Any] = (
            DIAGRAMS[chosen.name](chosen.cells or 64) if chosen.name else _own(chosen)
        )
        steps = chosen.steps or diagram.steps
        check_figure(chosen.figure)
        check_directory("store", chosen.store)
        store = Path(chosen.store) if chosen.store else None
        for panel in diagram.panels:
            _check(diagram, panel, steps, store)
        endings.goes_on_in(chosen.store)
        client = cluster_at(chosen.scheduler)
        directory = make_directory(chosen.logdir, "diagram")
    except (RequestError, ValueError) as error:
        p.error(str(error))
    found = measured(diagram, steps, endings.at, store, client=client, tell=endings.tell)
    path = Path(chosen.figure or directory / "diagram.png")
    save_figure(diagram.draw(found, picture), path)
    text = save_summary(_summary(diagram, found, steps, path), directory)
    print(text if chosen.json else f"{_table(diagram, found)}\n\nfigure: {path}")
    return 0


def _own(chosen: argparse.Namespace) -> Planes:
    """The diagram that the options of FREE ask for."""
    from breaking_adam.grids.written import optimizer_of, problem_of
    from breaking_adam.paper.diagrams.axes import axis
    from breaking_adam.paper.diagrams.planes import OnPlane, Planes
    from breaking_adam.paper.diagrams.shades import end_of
    from breaking_adam.rules.schedules import SCHEDULES

    try:
        problem = problem_of(chosen.problem)
    except ValueError as error:
        raise ValueError(f"argument --problem: {error}") from error
    try:
        panels = tuple(
            OnPlane(text, problem, optimizer_of(text))
            for text in options.distinct(chosen.optimizer)
        )
    except ValueError as error:
        raise ValueError(f"argument --optimizer: {error}") from error
    x, y = axis(*chosen.x), axis(*chosen.y)
    corner = {x.name: x.values[0].item(), y.name: y.values[0].item()}
    try:
        names = signature(problem).parameters
        shade, values = end_of(problem(**{n: corner[n] for n in names if n in corner}))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"argument --problem: {error}") from error
    return Planes(
        chosen.problem,
        panels,
        x,
        y,
        100_000,
        SCHEDULES[chosen.schedule or "inverse-sqrt"],
        shade,
        values,
    )


def _check(diagram: Diagram[P], panel: P, steps: int, store: Path | None) -> None:
    """Refuse what cannot be played, by the option that says it."""
    from breaking_adam.grids.store import StoreError
    from breaking_adam.paper.measured import check

    try:
        check(diagram, panel, steps, store)
    except StoreError as error:
        raise ValueError(f"argument --store: {error}") from error
    except (ValueError, TypeError) as error:
        raise ValueError(f"argument --optimizer: {panel.title}: {error}") from error


def _summary(
    diagram: Diagram[Any], found: Sequence[Measured], steps: int, path: Path
) -> dict[str, Any]:
    return {
        "title": diagram.title,
        "x": diagram.x.label,
        "y": diagram.up,
        "steps": steps,
        "figure": str(path),
        "panels": [
            {
                "title": one.title,
                "cells": list(one.dataset.x.shape),
                diagram.counts: one.share,
                "agreement": one.agreement._asdict() if one.agreement else None,
            }
            for one in found
        ],
    }


#: What a panel's share is called, by what the diagram counts.
COUNTED = {"wrong": "gone wrong", "clear": "clear of x*"}


def _table(diagram: Diagram[Any], found: Sequence[Measured]) -> str:
    """Each panel's share of cells that are counted, and how well it agrees with the theory."""
    rows = []
    for one in found:
        agrees = one.agreement
        told = ["", "", ""]
        if agrees is not None:
            told = [f"{agrees.share:.1%}", f"{agrees.distance:.2f}", f"{agrees.at:g}"]
        told = ["" if text.startswith("nan") else text for text in told]
        rows.append([one.title, f"{one.share:.1%}", *told])
    counted, at = COUNTED[diagram.counts], f"at {diagram.x.label}"
    headers = ["panel", counted, "as predicted", "off by", at]
    return "\n\n".join(filter(None, [table(rows, headers, "lrrrr", spare=[at]), diagram.notes]))
