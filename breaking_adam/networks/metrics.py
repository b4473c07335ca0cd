"""Loss and accuracy: over a stretch of batches, and on a whole set."""

from __future__ import annotations

from math import fsum
from typing import Any, NamedTuple

import torch
import torchbearer
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as torch has it
from torchbearer.metrics import Metric

from breaking_adam.networks.batches import Labelled
from breaking_adam.trials.callbacks.clock import due

#: Images that are evaluated at once: enough to be fast, and little memory for a convolution.
CHUNK = 1000


class Stretch(Metric):
    """Mean loss and accuracy over every so many batches, as ``train_loss`` and ``train_accuracy``.

    Each batch counts as it was before its step. The means are there at the end of a stretch alone;
    torchbearer's own metrics work out theirs at each batch, which takes as long as a third of a
    step of a small network.

    Args:
        every: the batches of a stretch.

    State Requirements:
        - :attr:`torchbearer.state.LOSS`: the loss
        - :attr:`torchbearer.state.Y_PRED`: logits, shape (images, classes)
        - :attr:`torchbearer.state.Y_TRUE`: classes, shape (images,)
    """

    def __init__(self, every: int) -> None:
        super().__init__("train")
        self.every = every
        self._losses: list[float] = []
        self._right = self._seen = 0
        self._waiting: list[tuple[Tensor, Tensor, Tensor]] = []

    def process(self, state: Any) -> dict[str, float]:
        loss, logits = state[torchbearer.LOSS].detach(), state[torchbearer.Y_PRED].detach()
        self._waiting.append((loss, logits, state[torchbearer.Y_TRUE]))
        if not due(state, self.every):
            return {}
        self._count()
        # fsum is exact: where a training was stopped in between makes no difference.
        means = fsum(self._losses) / len(self._losses), self._right / self._seen
        self._losses, self._right, self._seen = [], 0, 0
        return {"train_loss": means[0], "train_accuracy": means[1]}

    def _count(self) -> None:
        """Work out what waits, all at once."""
        if self._waiting:
            losses, logits, y = zip(*self._waiting, strict=True)
            self._losses += torch.stack(losses).tolist()
            self._right += right_ones(torch.cat(logits), torch.cat(y))
            self._seen += sum(map(len, y))
            self._waiting = []

    def state_dict(self) -> dict[str, Any]:
        self._count()
        losses = torch.tensor(self._losses, dtype=torch.float64)
        return {"losses": losses, "right": self._right, "seen": self._seen}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._losses = state_dict["losses"].tolist()
        self._right, self._seen = state_dict["right"], state_dict["seen"]


def right_ones(logits: Tensor, y: Tensor) -> int:
    """How many of the logits are largest at the right class."""
    return int((logits.argmax(1) == y).count_nonzero().item())


class Score(NamedTuple):
    """Mean cross-entropy, and the part that is classified rightly, in [0, 1]."""

    loss: float
    accuracy: float


def evaluate(model: nn.Module, labelled: Labelled) -> Score:
    """The model's score on the set, in evaluation mode and without gradients."""
    mode = model.training
    model.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for x, y in zip(labelled.x.split(CHUNK), labelled.y.split(CHUNK), strict=True):
            logits = model(x)
            loss += F.cross_entropy(logits, y, reduction="sum").item()
            right += right_ones(logits, y)
    model.train(mode)
    return Score(loss / len(labelled), right / len(labelled))
