"""``python -m breaking_adam.figure2``: the paper's networks on real data, with error bars."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures, tell
from breaking_adam.cli.report import show
from breaking_adam.cli.startup import quick_imports
from breaking_adam.networks.names import ALGORITHMS, EXPERIMENTS, USUAL
from breaking_adam.support.command import as_typed

DESCRIPTION = (
    "Train the models of the paper's Section 5 with Adam and with AMSGrad in its three orders, "
    "each with the best α of a search, and compare them seed by seed: the same initial weights, "
    "the same batches. Without --data or --download it is a demonstration on 4,000 images of "
    "MNIST, and not the paper's experiment."
)


def parser() -> options.Parser:
    """The command's options; what is not typed is None, or False."""
    p = options.Parser("figure2", DESCRIPTION)
    some = options.integer(1, 10**6)
    p.add_argument(
        "--experiment",
        nargs="+",
        choices=EXPERIMENTS,
        metavar="NAME",
        help=f"of {', '.join(EXPERIMENTS)} (default: {' '.join(USUAL)})",
    )
    p.add_argument(
        "--data", metavar="DIR", help="the directory of MNIST, and of CIFAR-10 for cifarnet"
    )
    p.add_argument(
        "--download",
        action="store_true",
        help="get them into the user's cache, once: 11 MB, and 162 MB for cifarnet",
    )
    p.add_argument(
        "--optimizer",
        nargs="+",
        choices=ALGORITHMS,
        metavar="NAME",
        help=f"of {', '.join(ALGORITHMS)} (default: all; the last for networks alone)",
    )
    p.add_argument(
        "--iterations",
        type=options.count,
        metavar="N",
        help="steps of each training (default: 5000; 300 in the demonstration)",
    )
    p.add_argument(
        "--points",
        type=some,
        metavar="N",
        help="of each curve, at most; each evaluates the whole test set (default: 50; 30 in the "
        "demonstration)",
    )
    p.add_argument(
        "--seeds",
        type=some,
        metavar="N",
        help="seeds to report (default: 5; 3 in the demonstration)",
    )
    p.add_argument(
        "--search-seeds",
        type=some,
        metavar="N",
        help="other seeds, by which α is chosen (default: 1)",
    )
    p.add_argument(
        "--per-decade",
        type=options.integer(1, 100),
        metavar="N",
        help="α from 0.1 to 1, 1 to 10, … that are tried (default: 4; 2 in the demonstration)",
    )
    p.add_argument(
        "--alphas",
        type=options.real,
        nargs="+",
        metavar="A",
        help="try these α in place of each experiment's own; a single one leaves out the search",
    )
    p.add_argument(
        "--beta2", type=options.real, nargs="+", metavar="B", help="β2 (default: 0.99 0.999)"
    )
    p.add_argument(
        "--workers",
        type=options.integer(1, 1024),
        metavar="N",
        help="processes of one thread each (default: one for each core)",
    )
    p.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster, whose workers train instead; they need this package and the same "
        "files at the same paths",
    )
    p.add_argument("--resume", metavar="RUN", help="carry on in this directory of a run")
    p.add_argument(
        "--figure",
        metavar="PATH",
        help="where to save the picture, as its suffix says (default: a PNG beside the summary)",
    )
    options.add_picture(p)
    options.add_output(p)
    return p


#: The options that make a run what it is, which one that is carried on keeps.
OWN = (
    *("experiment", "data", "download", "optimizer", "alphas", "beta2"),
    *("iterations", "points", "seeds", "search_seeds", "per_decade"),
)


@storage_failures("figure2")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, train, report; the exit status."""
    p = parser()
    chosen = p.parse_args(arguments)
    for name in OWN if chosen.resume is not None else ():
        if getattr(chosen, name):
            p.error(f"argument {options.option(name)}: a resumed run keeps its own settings")
    if any(find_spec(name) is None for name in ("dask", "xarray", "zarr")):
        p.error("this needs more packages: pip install -c constraints.txt -e '.[data,grid]'")

    with quick_imports():
        from breaking_adam.cli import figure2_report as report
        from breaking_adam.cli.refusals import (
            RequestError,
            as_option,
            check_figure,
            make_directory,
        )
        from breaking_adam.networks.drawing import panels
        from breaking_adam.networks.execution import ClusterError, connect
        from breaking_adam.networks.play import play
        from breaking_adam.networks.request import request, resumed
        from breaking_adam.networks.settings import save
        from breaking_adam.plots.figure2 import figure_2
        from breaking_adam.runs.fields import SettingError
        from breaking_adam.runs.run_directory import RunError
        from breaking_adam.support.results import save_figure, save_summary

    picture = options.picture_of(p, chosen)
    try:
        check_figure(chosen.figure)
        if chosen.scheduler is not None:
            connect(chosen.scheduler).close()
        if chosen.resume is None:
            settings = request(**{name: getattr(chosen, name) for name in OWN})
            directory = make_directory(chosen.logdir, "figure2")
            save(settings, directory)
        else:
            directory = Path(chosen.resume)
            settings = resumed(directory)
    except SettingError as error:
        p.error(as_option(error))
    except ClusterError as error:
        p.error(f"argument --scheduler: {error}")
    except RequestError as error:
        p.error(str(error))
    again = f"{as_typed('figure2')} --resume {shlex.quote(str(directory))}"
    try:
        outcomes = play(
            settings, directory, chosen.workers, chosen.scheduler, tell=tell, at=endings.at
        )
    except RunError as error:
        tell(f"{as_typed('figure2')}: error: {error}; to carry on: {again}")
        return 1
    except KeyboardInterrupt:
        tell(f"to carry on: {again}")
        raise
    path = Path(chosen.figure or directory / "figure2.png")
    rows = [row for outcome in outcomes for row in panels(outcome)]
    save_figure(figure_2(rows, report.title(settings), picture), path)
    text = save_summary(report.summary(settings, outcomes, path), directory)
    show(text if chosen.json else f"{report.text(settings, outcomes)}\n\nfigure: {path}")
    return 0
