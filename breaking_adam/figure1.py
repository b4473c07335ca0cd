"""``python -m breaking_adam.figure1``: the paper's Figure 1 whole, with both step sizes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breaking_adam import options
from breaking_adam.report import save_figure, save_summary, storage_failures
from breaking_adam.startup import end_quietly, quick_imports

if TYPE_CHECKING:
    from breaking_adam.figures import Curve
    from breaking_adam.problems import Problem

DESCRIPTION = (
    "Draw all three panels of the paper's Figure 1, with the constant step size of the public "
    "reproductions (0.001) and with that of the theory (0.5/√t), betas 0.9 and 0.99. The paper "
    "states neither. A constant step leaves AMSGrad's average regret above zero."
)

#: α of each schedule.
STEP_SIZES = {"constant": 0.001, "inverse-sqrt": 0.5}

OPTIMIZERS = ("adam", "amsgrad")


@storage_failures("python -m breaking_adam.figure1")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    parser = options.Parser(prog="python -m breaking_adam.figure1", description=DESCRIPTION)
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
    options.add_output(parser)
    chosen = parser.parse_args(arguments)

    with quick_imports():
        import torch
        from tabulate import tabulate

        from breaking_adam import figures
        from breaking_adam.command import theory_of
        from breaking_adam.problems import Online, Stochastic
        from breaking_adam.refusals import RequestError, check_figure, make_directory

    try:
        check_figure(chosen.figure)
        directory = make_directory(chosen.logdir, "figure1")
    except RequestError as error:
        parser.error(str(error))
    path = Path(chosen.figure or directory / "figure1.png")
    results: list[dict[str, Any]] = []

    def play(problem: Problem, schedule: str) -> list[Curve]:
        runs = [_play(problem, name, schedule, chosen.steps) for name in OPTIMIZERS]
        results.extend(result for result, _ in runs)
        return [curve for _, curve in runs]

    rows = []
    for schedule, alpha in STEP_SIZES.items():
        online = Online(dtype=torch.float64)
        stochastic = Stochastic(seed=chosen.seed, dtype=torch.float64)
        rows.append(
            figures.Row(
                f"$α_t$ = {alpha:g}{'/√t' if schedule == 'inverse-sqrt' else ', constant'}",
                play(online, schedule),
                theory_of(online),
                play(stochastic, schedule),
                theory_of(stochastic),
            )
        )
    save_figure(figures.whole_figure_1(rows), path)
    summary = {"steps": chosen.steps, "seed": chosen.seed, "figure": str(path), "runs": results}
    text = save_summary(summary, directory)
    if chosen.json:
        print(text)
        return 0
    print(
        tabulate(
            [
                [
                    *(r[k] for k in ("step_size", "problem", "optimizer")),
                    *(f"{r[k]:+.4f}" for k in ("x", "average_regret", "second_half")),
                ]
                for r in results
            ],
            ["step size", "problem", "optimizer", "x_T", "R_T/T", "in the second half"],
            disable_numparse=True,
            colalign=("left",) * 3 + ("right",) * 3,
        )
    )
    print(f"\nfigure: {path}")
    return 0


def _play(problem: Problem, name: str, schedule: str, steps: int) -> tuple[dict[str, Any], Curve]:
    """A run on a fresh copy of the problem: its results, and its curves."""
    import copy

    from breaking_adam.callbacks import Curves, Progress
    from breaking_adam.command import curve_of
    from breaking_adam.schedules import SCHEDULES
    from breaking_adam.trials import build, make_optimizer

    problem, alpha = copy.deepcopy(problem), STEP_SIZES[schedule]
    optimizer = make_optimizer(name, problem, lr=alpha, betas=(0.9, 0.99), eps=1e-8)
    kind = type(problem).__name__.lower()
    curves = Curves()
    trial, _ = build(
        problem,
        optimizer,
        engine="compiled",
        steps=steps,
        every=max(1, steps // 2000),
        schedule=SCHEDULES[schedule],
        callbacks=[curves, Progress(f"{name}, {kind}, {schedule}", steps)],
    )
    trial.run()
    curve = curve_of(name, curves)
    regret = curve.average_regret * curve.t
    half = int(curve.t.searchsorted(curve.t[-1] / 2))
    result = {
        "step_size": f"{alpha:g}" + ("/√t" if schedule == "inverse-sqrt" else ""),
        "problem": kind,
        "optimizer": name,
        "x": float(curve.x[-1]),
        "average_regret": float(curve.average_regret[-1]),
        # R_T/T of the second half alone, where the way to x* no longer weighs
        "second_half": float((regret[-1] - regret[half]) / max(1, curve.t[-1] - curve.t[half])),
    }
    return result, curve


if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
