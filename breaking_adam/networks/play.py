"""A run of Figure 2 from its settings to its outcomes, in a directory that keeps all of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tqdm import tqdm

from breaking_adam.networks import estimate, sources
from breaking_adam.networks.execution import ClusterError, cluster, processes
from breaking_adam.networks.experiments import EXPERIMENTS
from breaking_adam.networks.figure2 import Outcome, figure_2, source_of
from breaking_adam.networks.settings import Settings
from breaking_adam.runs.run_directory import RunError
from breaking_adam.support import files
from breaking_adam.support.text import duration


def play(
    settings: Settings,
    directory: Path,
    workers: int | None = None,
    scheduler: str | None = None,
    *,
    tell: Callable[[str], None] = lambda line: None,
    at: Callable[[str], None] = lambda part: None,
) -> list[Outcome]:
    """Train what the directory does not have yet; what each experiment has come to.

    Args:
        settings: what to train.
        directory: of the run.
        workers: processes of one thread each; None for one for each core.
        scheduler: the address of a Dask scheduler, whose workers take their place.
        tell: is called with a line on what will take long.
        at: is called with the name of each experiment as it begins.

    Raises:
        RunError: if another process is at it, one of its own dies, or there is no scheduler.
        OSError: if the disk fails.
    """
    workers = workers or len(os.sched_getaffinity(0))
    lock = files.claim(directory)
    if lock is None:
        raise RunError(f"{directory} is being run by another process")
    outcomes = []
    try:
        with cluster(scheduler) if scheduler else processes(workers) as execute:
            for plan in settings.plans:
                at(plan.experiment)
                source = source_of(plan, settings.data, "report")
                if EXPERIMENTS[plan.experiment].accelerator:
                    seconds = estimate.seconds(plan, sources.load(source), workers)
                    tell(f"{plan.experiment}: {duration(seconds)} at most, on an idle machine")
                with tqdm(disable=None, leave=False, unit=" trainings") as bar:
                    outcomes.append(
                        figure_2(
                            plan, directory, execute, settings.data, _shown(bar, plan.experiment)
                        )
                    )
    except BrokenProcessPool as error:
        raise RunError("a process died, perhaps for lack of memory") from error
    except (ClusterError, ValueError) as error:
        raise RunError(str(error)) from error
    finally:
        os.close(lock)
    return outcomes


def _shown(bar: tqdm, experiment: str) -> Callable[[str, int, int], None]:
    """What shows on the bar how many trainings of a stage have been done."""

    def show(stage: str, done: int, trainings: int) -> None:
        bar.set_description(f"{experiment}, {stage}", refresh=False)
        bar.total = trainings
        bar.update(done - bar.n)

    return show
