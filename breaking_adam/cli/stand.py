"""``python -m breaking_adam.stand``: any optimizer against every published counterexample."""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import sys
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.report import show
from breaking_adam.cli.startup import quick_imports
from breaking_adam.counterexamples.names import TITLES
from breaking_adam.support import files
from breaking_adam.support.results import save_figure, save_summary
from breaking_adam.support.text import one_line

if TYPE_CHECKING:
    import xarray

    from breaking_adam.counterexamples.counterexample import Counterexample
    from breaking_adam.counterexamples.entrants import Entrant

DESCRIPTION = (
    "Put optimizers on the stand: each plays every published counterexample over thirteen step "
    "sizes, with ten seeds and more where it is random, and gets a verdict. One's own stands "
    "beside the published matrix, which is not played again."
)

#: Of the picture and of the page.
TITLE = "Optimizers on the published counterexamples"

ZOO = "pytorch_optimizer"

#: What installs what is missing.
INSTALL = "pip install -c constraints.txt -e '.[stand]'"
INSTALL_ZOO = f"pip install -c constraints.txt --no-deps {ZOO}"


def parser() -> options.Parser:
    """The command's options."""
    p = options.Parser("stand", DESCRIPTION)
    p.add_argument(
        "--optimizer",
        nargs="+",
        metavar="NAME",
        help="short names or import paths, each with keywords where it is not to have its class's "
        "own default, as 'adam(betas=(0.9, 0.99))' (default: those of the published matrix)",
    )
    p.add_argument(
        "--zoo",
        action="store_true",
        help=f"all of {ZOO} that can be read, in some minutes; optional: {INSTALL_ZOO}",
    )
    p.add_argument(
        "--problem",
        nargs="+",
        choices=TITLES,
        metavar="NAME",
        help="; ".join(f"{name}: {what}" for name, what in TITLES.items()) + " (default: all)",
    )
    p.add_argument(
        "--alone",
        action="store_true",
        help="leave the published matrix out, and play what it has once more",
    )
    p.add_argument(
        "--store",
        metavar="DIR",
        help="where to keep what is done, as Zarr, by each optimizer's name and settings: this "
        "command goes on there if it is stopped, and another finds what it needs",
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
    p.add_argument(
        "--page",
        metavar="PATH",
        help="where to save the page, where a click on a cell shows the runs behind it (default: "
        "an HTML file beside the summary)",
    )
    p.add_argument(
        "--save",
        metavar="PATH",
        help="where to save the matrix as a file, in the way in which the published one is kept",
    )
    options.add_picture(p)
    options.add_output(p)
    return p


@storage_failures("stand")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, play, draw, report; the exit status."""
    p = parser()
    chosen = p.parse_args(arguments)
    if chosen.zoo and chosen.optimizer:
        p.error("argument --zoo: give --optimizer or --zoo, not both")
    if chosen.zoo and chosen.scheduler:
        p.error("argument --zoo: it is played on this machine; leave out --scheduler")
    try:
        with quick_imports():
            import bokeh  # noqa: F401 - whether there is one
            import scipy  # noqa: F401
            import xarray  # noqa: F401
            import zarr  # noqa: F401

            from breaking_adam.cli import refusals, stand_report
            from breaking_adam.counterexamples import published, shown, summary
            from breaking_adam.counterexamples.verdicts import counterexamples
            from breaking_adam.grids.store import StoreError
            from breaking_adam.plots.matrix import figure
            from breaking_adam.tracing import UnreadableError
    except ImportError as error:
        p.error(f"{error}: {INSTALL}")

    picture = options.picture_of(p, chosen)
    try:
        problems = {one.name: one for one in counterexamples(chosen.problem)}
        entered = _entered(chosen, list(problems.values()))
        refusals.check_figure(chosen.figure)
        for option in "page", "save":
            refusals.check_file(option, getattr(chosen, option))
        refusals.check_directory("store", chosen.store)
        known = None if chosen.alone else published.load(published.PATH, problems)
        client = refusals.cluster_at(chosen.scheduler)
        endings.goes_on_in(chosen.store)
        directory = refusals.make_directory(chosen.logdir, "stand")
    except (refusals.RequestError, ValueError) as error:
        p.error(str(error))
    try:
        ds, seconds = _played(chosen, entered, known, list(problems.values()), client)
    except (StoreError, UnreadableError, BrokenProcessPool) as error:
        with contextlib.suppress(OSError):
            directory.rmdir()
        option = "argument --store: " if isinstance(error, StoreError) else ""
        p.error(f"{option}{one_line(error)}")
    if seconds:
        typed = sys.argv[1:] if arguments is None else arguments
        ds.attrs["command"] = shlex.join(["python", "-m", "breaking_adam.stand", *typed])
    if chosen.save:
        published.save(ds, Path(chosen.save), problems)
    one = shown.shown(ds, [each.name for each in entered] if chosen.optimizer else ())
    paths = {
        "figure": Path(chosen.figure or directory / "stand.png"),
        "page": Path(chosen.page or directory / "stand.html"),
        "dataset": directory / "stand.zarr",
    }
    save_figure(figure(shown.rows(one), one.problems, TITLE, picture), paths["figure"])
    html = shown.as_page(one, problems, TITLE, notes(ds))
    files.replace(paths["page"], html.encode())
    published.write(summary.summarised(one.ds), paths["dataset"])
    told = {name: str(path) for name, path in paths.items()}
    held = () if known is None else known.optimizer.values
    text = save_summary({"cells": stand_report.as_json(one, held), **told}, directory)
    if not chosen.json:
        text = stand_report.as_text(one, problems)
        text += "\n" + "".join(f"\n{name + ':':<9}{path}" for name, path in told.items())
        text += stand_report.times(seconds)
    show(text)
    return 0


def _entered(chosen: argparse.Namespace, problems: Sequence[Counterexample]) -> list[Entrant]:
    """The optimizers that are asked for, each after its first steps."""
    from breaking_adam.counterexamples.entrants import PUBLISHED, entrants, rehearse
    from breaking_adam.counterexamples.matrix import farthest
    from breaking_adam.problems import Online

    if chosen.zoo:
        return _zoo(problems)
    try:
        entered = entrants(chosen.optimizer or PUBLISHED)
        for each in entered:
            rehearse(each, Online(), 0.001, farthest(each, problems))
    except ValueError as error:
        hint = f": {INSTALL_ZOO}" if ZOO in str(error) else ""
        raise ValueError(f"argument --optimizer: {one_line(error)}{hint}") from error
    return entered


def _zoo(problems: Sequence[Counterexample]) -> list[Entrant]:
    """All optimizers of ZOO that take steps on a problem."""
    from breaking_adam.counterexamples.entrants import willing
    from breaking_adam.counterexamples.matrix import farthest
    from breaking_adam.optimizers.find import classes

    try:
        names = [f"{ZOO}.{name}" for name in classes(ZOO)]
    except ImportError as error:
        raise ValueError(f"argument --zoo: {error}: {INSTALL_ZOO}") from error
    from tqdm import tqdm

    bar = tqdm(names, "first steps", disable=None, leave=False)
    found = willing(bar, lambda each: farthest(each, problems))
    endings.tell(
        f"{len(found)} of {len(names)} optimizers of {ZOO} take parameters, a learning rate and "
        "steps; of these all play that can be read"
    )
    return found


def _played(
    chosen: argparse.Namespace,
    entered: Sequence[Entrant],
    known: xarray.Dataset | None,
    problems: Sequence[Counterexample],
    client: Any,
) -> tuple[xarray.Dataset, dict[str, float]]:
    """The matrix: what is known of it, and the rest played; how long each problem has taken."""
    from breaking_adam.counterexamples import published, shares

    there = () if known is None else known.optimizer.values
    rest = [each for each in entered if each.name not in there]
    if known is not None and not rest:
        return known, {}
    ds, seconds = shares.play(
        rest,
        problems,
        store=None if chosen.store is None else Path(chosen.store),
        client=client,
        eager=not chosen.zoo,
        tell=endings.tell,
        at=endings.at,
    )
    return ds if known is None else published.joined(ds, known), seconds


def notes(ds: xarray.Dataset) -> list[str]:
    """What stands above the matrix on its page."""
    versions = json.loads(ds.attrs["versions"])
    return [
        "Each optimizer plays each published counterexample over thirteen step sizes around the "
        "problem's own, with ten seeds and more where it is random. A number is the share of these "
        "runs that solve it, in per cent. Click on a cell to see the runs behind it: the distance "
        "to the best points over the step size, and x over the steps.",
        "Played with " + ", ".join(" ".join(pair) for pair in versions.items()) + ".",
    ]
