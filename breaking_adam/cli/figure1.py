"""``python -m breaking_adam.figure1``: the paper's Figure 1 whole, with both step sizes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.startup import quick_imports
from breaking_adam.cli.table import table
from breaking_adam.support.results import save_figure, save_summary

if TYPE_CHECKING:
    from breaking_adam.paper.figure1 import End

DESCRIPTION = (
    "Draw all three panels of the paper's Figure 1, with the constant step size of the public "
    "reproductions (0.001) and with that of the theory (0.5/√t), betas 0.9 and 0.99. The paper "
    "states neither. A constant step leaves AMSGrad's average regret above zero."
)


@storage_failures("figure1")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    parser = options.Parser("figure1", DESCRIPTION)
    parser.add_argument(
        "--steps", type=options.count, default=6_000_000, metavar="N", help="steps of each run"
    )
    parser.add_argument(
        "--seed", type=options.integer(0, 2**64 - 1), default=0, help="of the draws"
    )
    parser.add_argument(
        "--figure",
        metavar="PATH",
        help="where to save the picture, as its suffix says (default: a PNG beside the summary)",
    )
    options.add_picture(parser)
    options.add_output(parser)
    chosen = parser.parse_args(arguments)

    with quick_imports():
        from breaking_adam.cli.refusals import RequestError, check_figure, make_directory
        from breaking_adam.paper.figure1 import figure_1
        from breaking_adam.plots.figure1 import whole_figure_1

    picture = options.picture_of(parser, chosen)
    try:
        check_figure(chosen.figure)
        directory = make_directory(chosen.logdir, "figure1")
    except RequestError as error:
        parser.error(str(error))
    path = Path(chosen.figure or directory / "figure1.png")
    rows, ends = figure_1(chosen.steps, chosen.seed, at=endings.at)
    save_figure(whole_figure_1(rows, picture), path)
    summary = {
        "steps": chosen.steps,
        "seed": chosen.seed,
        "figure": str(path),
        "runs": [end._asdict() for end in ends],
    }
    text = save_summary(summary, directory)
    print(text if chosen.json else f"{_table(ends)}\n\nfigure: {path}")
    return 0


def _table(ends: Sequence[End]) -> str:
    rows = [
        [
            *(end.step_size, end.problem, end.optimizer),
            *(f"{value:+.4f}" for value in (end.x, end.average_regret, end.second_half)),
        ]
        for end in ends
    ]
    headers = ["step size", "problem", "optimizer", "x_T", "R_T/T", "in the second half"]
    return table(rows, headers, "lllrrr", spare=["in the second half"])
