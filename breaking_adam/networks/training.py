"""One training, as a torchbearer Trial that can be stopped and carried on to the bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torchbearer
from torch.nn import functional as F  # noqa: N812 - as torch has it

from breaking_adam.networks.augmentation import Augment
from breaking_adam.networks.batches import Batches, Labelled
from breaking_adam.networks.experiments import ALGORITHMS, EXPERIMENTS
from breaking_adam.networks.learning_curve import LearningCurve
from breaking_adam.networks.metrics import Stretch
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.trials.callbacks.clock import PLAYED
from breaking_adam.trials.callbacks.step_size import StepSize
from breaking_adam.trials.callbacks.tensorboard import TensorBoard
from breaking_adam.trials.trial import Trial


@dataclass(frozen=True)
class Training:
    """What makes a training what it is, but for its data.

    Args:
        experiment: one of :data:`breaking_adam.networks.experiments.EXPERIMENTS`.
        algorithm: one of :data:`breaking_adam.networks.experiments.ALGORITHMS`.
        beta2: β2.
        alpha: α of the step size.
        seed: of the initial weights, the batches and the dropout, whatever the algorithm.
        iterations: the number of steps.
        points: of each curve; a divisor of the iterations.
        batch: the images of a batch.
    """

    experiment: str
    algorithm: str
    beta2: float
    alpha: float
    seed: int
    iterations: int = 5000
    points: int = 50
    batch: int = 128

    def __post_init__(self) -> None:
        if self.iterations % self.points:
            raise ValueError(f"{self.points} points do not divide {self.iterations} iterations")

    @property
    def every(self) -> int:
        """The steps from point to point."""
        return self.iterations // self.points

    @property
    def name(self) -> str:
        """What it is called among those of its experiment."""
        return f"{self.algorithm}_beta2={self.beta2:g}_alpha={self.alpha:g}_seed={self.seed}"


class Sets(NamedTuple):
    """What is trained on, and what is not."""

    train: Labelled
    test: Labelled


class Run:
    """The Trial of a training, with what carries it on in a new process.

    A reader's own Trial needs no more than ``Run(training, sets).trial``: model, optimizer, loss,
    metrics and callbacks are in it, to be taken out and changed.

    Args:
        training: what to train.
        sets: on what.
        logs: a directory for TensorBoard, or None.
        callbacks: what else to call.
        augment: of :class:`breaking_adam.networks.batches.Batches`.

    >>> from breaking_adam.data import demonstration
    >>> data = demonstration()
    >>> sets = Sets(Labelled(data.train), Labelled(data.test))
    >>> run = Run(Training("network", "amsgrad-none", 0.99, 1e-3, 0, 40, points=1), sets)
    >>> _ = run.trial.run(1)
    >>> run.curve.curves[3, -1] > 0.6  # the accuracy on the test images
    np.True_
    """

    def __init__(
        self,
        training: Training,
        sets: Sets,
        logs: Path | None = None,
        callbacks: Sequence[torchbearer.Callback] = (),
        augment: Augment | None = None,
    ) -> None:
        self.training = training
        experiment = EXPERIMENTS[training.experiment]
        # Everything random of torch's own from here on: initial weights, then dropout.
        torch.manual_seed(training.seed)
        self.model = experiment.model().to(sets.train.y.device)
        if experiment.accelerator:
            # torch's stubs do not know the option.
            self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        algorithm = ALGORITHMS[training.algorithm]
        self.optimizer = algorithm.make(self.model, training.alpha, training.beta2)
        self.metric = Stretch(training.every)
        self.curve = LearningCurve(sets.test, training.every)
        self.board = (
            TensorBoard(logs, batch_step_size=training.every, comment=training.name)
            if logs is not None
            else None
        )
        self.batches = Batches(
            sets.train, training.seed, training.batch, last=training.iterations, augment=augment
        )
        schedule = experiment.schedule_of(training.algorithm)
        before = [] if schedule == "constant" else [StepSize(SCHEDULES[schedule])]
        boards = [] if self.board is None else [self.board]
        self.trial = Trial(
            self.model,
            self.optimizer,
            cross_entropy,
            [self.metric],
            [*before, self.curve, *boards, *callbacks],
            verbose=0,
        )
        self.trial.to(sets.train.y.device)
        self.trial.with_train_generator(self.batches)

    @property
    def complete(self) -> bool:
        """Whether it has taken all of its steps."""
        return self.curve.steps == self.training.iterations

    def state_dict(self) -> dict[str, Any]:
        """All that it needs to carry on, for :func:`breaking_adam.runs.checkpoints.save`."""
        return {
            "training": asdict(self.training),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "metric": self.metric.state_dict(),
            "curve": self.curve.state_dict(),
            "board": None if self.board is None else self.board.state_dict(),
            "random": _random_state(self.batches.labelled.y.device),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Be where the run was of which this is the state.

        Raises:
            ValueError: if it is of another training.
        """
        if state["training"] != asdict(self.training):
            raise ValueError(f"it is of another training: {state['training']}")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.metric.load_state_dict(state["metric"])
        self.curve.load_state_dict(state["curve"])
        if self.board is not None and state["board"] is not None:
            self.board.load_state_dict(state["board"])
        _set_random_state(self.batches.labelled.y.device, state["random"])
        self.batches.first = self.curve.steps + 1
        self.trial.state[PLAYED] = self.curve.steps
        self.trial.for_train_steps(len(self.batches))


def cross_entropy(state: Any) -> torch.Tensor:
    """The batch's mean cross-entropy.

    torchbearer takes torch's own as well, but offers it the state first, at each step, and goes by
    the error.

    State Requirements:
        - :attr:`torchbearer.state.Y_PRED`: logits, shape (images, classes)
        - :attr:`torchbearer.state.Y_TRUE`: classes, shape (images,)
    """
    return F.cross_entropy(state[torchbearer.Y_PRED], state[torchbearer.Y_TRUE])


def _random_state(device: torch.device) -> list[torch.Tensor]:
    """Of torch's generators: the CPU's, and the accelerator's if that is where the training is."""
    own = [] if device.type == "cpu" else [torch.cuda.get_rng_state(device)]
    return [torch.get_rng_state(), *own]


def _set_random_state(device: torch.device, states: list[torch.Tensor]) -> None:
    torch.set_rng_state(states[0])
    if device.type != "cpu":
        torch.cuda.set_rng_state(states[1], device)
