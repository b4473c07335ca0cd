"""What one process does: a training that can be stopped and carried on, or many in lanes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from breaking_adam.networks.lanes import train_lanes
from breaking_adam.networks.sources import Source, load
from breaking_adam.networks.training import Run, Sets, Training
from breaking_adam.runs import checkpoints
from breaking_adam.runs.interrupts import Interrupts

#: The seconds from one checkpoint to the next; most trainings on MNIST are done before the first.
CHECKPOINT_EVERY = 30.0


class StoppedError(Exception):
    """A training that a signal stopped; its checkpoint is safe."""


class Job(NamedTuple):
    """Trainings of one process: several share their batches and are trained in lanes.

    Args:
        trainings: at least one.
        source: their images.
        directory: for checkpoints.
        logs: for TensorBoard, or None.
    """

    trainings: tuple[Training, ...]
    source: Source
    directory: Path
    logs: Path | None = None


def work(job: Job) -> np.ndarray:
    """The learning curves, of shape (trainings, 4, points).

    Raises:
        StoppedError: if SIGINT or SIGTERM came; not in lanes, which such a signal ends.
        DataError: if the data have become unreadable.
        OSError: if the disk fails.
    """
    sets = load(job.source)
    if len(job.trainings) > 1:
        return train_lanes(job.trainings, sets)
    return train(job.trainings[0], sets, job.directory, job.logs)[None]


def train(
    training: Training,
    sets: Sets,
    directory: Path,
    logs: Path | None = None,
    every: float = CHECKPOINT_EVERY,
) -> np.ndarray:
    """The learning curves of one training, of shape (4, points), from its checkpoint if it has one.

    Args:
        training: what to train.
        sets: on what.
        directory: for the checkpoint, which goes when the training is complete.
        logs: for TensorBoard, or None.
        every: the seconds from one checkpoint to the next.

    Raises:
        StoppedError: if SIGINT or SIGTERM came.
        OSError: if the disk fails.
    """
    path = directory / f"{training.experiment}_{training.name}.pt"
    with Interrupts() as interrupts:
        run = Run(training, sets, logs, [checkpoints.Checkpoint(lambda: save(), every), interrupts])

        def save() -> None:
            if run.board is not None:
                run.board.sync()  # a point before the checkpoint does not come again
            checkpoints.save(path, run.state_dict())

        if path.exists():
            _carry_on(run, path)
        run.trial.run(1)
        if not run.complete:
            save()
            raise StoppedError(training.name)
    path.unlink(missing_ok=True)
    return run.curve.curves


def _carry_on(run: Run, path: Path) -> None:
    """Put the run where its checkpoint is; a damaged one is as good as none."""
    try:
        run.load_state_dict(checkpoints.load(path))
    except (checkpoints.CheckpointError, KeyError, ValueError):
        path.unlink()
