"""The four curves of a training: loss and accuracy in training and in testing."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torchbearer
from torchbearer import Callback

from breaking_adam.networks.batches import Labelled
from breaking_adam.networks.metrics import evaluate
from breaking_adam.trials.callbacks.clock import due, step_number

#: The metrics of a point, in their order.
CURVES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


class LearningCurve(Callback):
    """Keep a point after every so many steps, and show it to the callbacks that follow.

    To the means over the stretch of training batches it adds the model's loss and accuracy on the
    whole test set, as ``test_loss`` and ``test_accuracy``.

    Args:
        test: images that are not trained on.
        every: the steps from point to point.

    State Requirements:
        - :attr:`torchbearer.state.METRICS`: ``train_loss`` and ``train_accuracy``, from
          :class:`breaking_adam.networks.metrics.Stretch`
        - :attr:`torchbearer.state.MODEL`: evaluated in evaluation mode
    """

    def __init__(self, test: Labelled, every: int) -> None:
        super().__init__()
        self.test, self.every = test, every
        #: How many have been taken.
        self.steps = 0
        self._points: list[list[float]] = []

    @property
    def curves(self) -> np.ndarray:
        """The curves in the order of :data:`CURVES`, float64, shape (4, points)."""
        return np.array(self._points, float).reshape(-1, len(CURVES)).T

    def on_step_training(self, state: Any) -> None:
        self.steps = step_number(state)
        if due(state, self.every):
            metrics = state[torchbearer.METRICS]
            score = evaluate(state[torchbearer.MODEL], self.test)
            metrics |= {"test_loss": score.loss, "test_accuracy": score.accuracy}
            self._points.append([metrics[name] for name in CURVES])

    def state_dict(self) -> dict[str, Any]:
        return {"steps": self.steps, "points": torch.tensor(self._points, dtype=torch.float64)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> LearningCurve:
        self.steps, self._points = state_dict["steps"], state_dict["points"].tolist()
        return self
