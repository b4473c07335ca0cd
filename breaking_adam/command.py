"""What ``online`` and ``stochastic`` do with their options: run, judge, report."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from tabulate import tabulate

from breaking_adam.callbacks import Curves, Progress
from breaking_adam.figures import Curve, Theory, figure_1
from breaking_adam.options import distinct
from breaking_adam.problems import Problem
from breaking_adam.schedules import SCHEDULES
from breaking_adam.startup import quick_imports
from breaking_adam.tensorboard import TensorBoard, new_directory
from breaking_adam.trials import build, make_optimizer, seconds_per_step
from breaking_adam.verdict import judge


class RequestError(Exception):
    """A request that cannot be met; its message is the line to show."""


def run(name: str, options: argparse.Namespace, make_problem: Callable[[], Problem]) -> int:
    """Run every optimizer on its own copy of the problem and report; the exit status."""
    names = distinct(options.optimizer)
    try:
        with quick_imports():  # torch imports its compiler when it makes its first optimizer
            for optimizer_name in names:
                _make(optimizer_name, make_problem(), options)
        check_figure(options.figure)
        directory = make_directory(options.logdir, name)
    except RequestError as error:
        print(f"python -m breaking_adam.{name}: error: {error}", file=sys.stderr)
        return 2
    results, curves = [], []
    for optimizer_name in names:
        result, curve = _run_one(optimizer_name, make_problem, options, directory)
        results.append(result)
        curves.append(curve)
    figure = Path(options.figure) if options.figure else directory / f"{name}.png"
    figure_1(curves, theory_of(make_problem()), _title(name, options)).savefig(figure)
    summary = {
        "problem": name,
        "steps": options.steps,
        **{
            key: value
            for key, value in vars(options).items()
            if key not in ("json", "optimizer", "steps", "figure")
        },
        "figure": str(figure),
        "runs": results,
    }
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    (directory / "summary.json").write_text(text + "\n", encoding="utf-8")
    if options.json:
        print(text)
    else:
        _report(results, figure, directory)
    return 0


def _make(name: str, problem: Problem, options: argparse.Namespace) -> torch.optim.Optimizer:
    try:
        return make_optimizer(
            name, problem, lr=options.lr, betas=tuple(options.betas), eps=options.eps
        )
    except ValueError as error:
        raise RequestError(f"argument --optimizer: {error}") from error


def check_figure(path: str | None) -> None:
    """Refuse a figure that could not be saved, before anything has run."""
    if path is None:
        return
    from matplotlib.backend_bases import FigureCanvasBase

    formats = FigureCanvasBase.get_supported_filetypes()
    suffix, parent = Path(path).suffix.lstrip(".").lower(), Path(path).parent
    if suffix not in formats:
        raise RequestError(
            f"argument --figure: {path!r} ends in none of .{', .'.join(sorted(formats))}"
        )
    if not parent.is_dir():
        raise RequestError(f"argument --figure: there is no directory {str(parent)!r}")
    if Path(path).is_dir() or not os.access(Path(path) if Path(path).exists() else parent, os.W_OK):
        raise RequestError(f"argument --figure: {path!r} cannot be written")


def make_directory(logdir: str, name: str) -> Path:
    """A new directory for a command's results, or a RequestError."""
    try:
        return new_directory(Path(logdir), name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RequestError(
            f"argument --logdir: cannot make a directory in {logdir!r}: {reason}"
        ) from error


def _run_one(
    name: str,
    make_problem: Callable[[], Problem],
    options: argparse.Namespace,
    directory: Path,
) -> tuple[dict[str, Any], Curve]:
    problem = make_problem()
    optimizer = _make(name, problem, options)
    board = TensorBoard(directory, batch_step_size=1, comment=name, hparams=vars(options))
    curves = Curves()
    trial, engine = build(
        problem,
        optimizer,
        engine=options.engine,
        steps=options.steps,
        every=options.log_every,
        schedule=SCHEDULES[options.schedule],
        callbacks=[board, curves, Progress(name, options.steps)],
    )
    if engine == "eager":
        board.batch_step_size = curves.every = options.log_every
        if options.engine == "auto":
            each = seconds_per_step(make_problem(), _make(name, make_problem(), options))
            print(
                f"{name} has no rule to compile and runs eagerly: "
                f"about {_duration(each * options.steps)} for {options.steps:,} steps",
                file=sys.stderr,
            )
    start = time.perf_counter()
    history = trial.run()
    seconds = time.perf_counter() - start
    x, average_regret = history[-1]["est"], history[-1]["average_regret"]
    verdict = judge(
        x,
        average_regret,
        problem.steps,
        x_star=problem.x_star,
        x_worst=problem.x_worst,
        worst_average_regret=problem.worst_average_regret,
    )
    result = {
        "optimizer": name,
        "engine": engine,
        "x": x,
        "average_regret": average_regret,
        "verdict": verdict.word,
        "reason": verdict.reason,
        "seconds": seconds,
        "steps_per_second": problem.steps * problem.replicas / seconds,
        "logdir": str(board.run_dir),
    }
    return result, curve_of(name, curves)


def curve_of(name: str, curves: Curves) -> Curve:
    """What a run's metrics were, for a figure."""
    import numpy as np

    def band(metric: str) -> Any:
        low, high = f"{metric}_q25", f"{metric}_q75"
        return np.stack([curves[low], curves[high]]) if low in curves else None

    return Curve(
        name,
        curves.t,
        curves["est"],
        curves["average_regret"],
        band("est"),
        band("average_regret"),
    )


def theory_of(problem: Problem) -> Theory:
    """What is known of the problem, for a figure."""
    worst = problem.worst_average_regret
    exact = Fraction(worst).limit_denominator(1000)
    fraction = f"{exact}" if exact.denominator > 10 else f"{worst:.3g}"
    return Theory(
        problem.x_star,
        problem.x_worst,
        worst,
        f"{fraction}: staying at {problem.x_worst:+g}",
    )


def _title(name: str, options: argparse.Namespace) -> str:
    step_size = f"{options.lr:g}" + ("/√t" if options.schedule == "inverse-sqrt" else "")
    b1, b2 = options.betas
    return f"{name.capitalize()} problem, $α_t$ = {step_size}, $β_1$ = {b1:g}, $β_2$ = {b2:g}"


def _report(results: list[dict[str, Any]], figure: Path, directory: Path) -> None:
    rows = [
        [
            r["optimizer"],
            r["engine"],
            f"{r['x']:+.4f}",
            f"{r['average_regret']:.4f}",
            r["verdict"],
            f"{r['seconds']:.2f}",
            f"{r['steps_per_second']:,.0f}",
        ]
        for r in results
    ]
    headers = ["optimizer", "engine", "x_T", "R_T/T", "verdict", "seconds", "steps/s"]
    print(
        tabulate(
            rows,
            headers,
            disable_numparse=True,
            colalign=("left",) * 2 + ("right",) * 2 + ("left",) + ("right",) * 2,
        )
    )
    print()
    for r in results:
        print(f"{r['optimizer']}: {r['verdict']}, as {r['reason']}")
    print()
    print(f"figure:      {figure}")
    print(f"tensorboard: tensorboard --logdir {directory}")


def _duration(seconds: float) -> str:
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
