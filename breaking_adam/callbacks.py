"""Callbacks: the projection onto the domain, and what a run tells while it goes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torchbearer
from torchbearer import Callback
from torchbearer.callbacks import on_step_training
from tqdm import tqdm

from breaking_adam import checks


@on_step_training
def greedy_update(state: Any) -> None:
    """Clamp x to the model's domain, [−1, 1] where it has none, after every step.

    This is the projection Π_F of the paper's algorithms, which on a box acts on each coordinate
    alone.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a model with a parameter ``x``
    """
    model = state[torchbearer.MODEL]
    model.x.data.clamp_(*getattr(model, "domain", (-1.0, 1.0)))


def step_number(state: Any) -> int:
    """The t that a Trial has reached: the problem's own, or the batches seen by another model."""
    model = state[torchbearer.MODEL]
    if hasattr(model, "t"):
        return model.t
    return state[torchbearer.EPOCH] * state[torchbearer.STEPS] + state[torchbearer.BATCH] + 1


#: The batches that an interrupted Trial had played before this one carried on, where it did.
PLAYED = torchbearer.state_key("breaking_adam_played")


def due(state: Any, every: int) -> bool:
    """Whether this batch ends a stretch of ``every`` batches, or the pass."""
    batches = state[torchbearer.BATCH] + 1
    return (
        (state.get(PLAYED, 0) + batches) % every == 0
        or batches == state[torchbearer.STEPS]
        or state.get(torchbearer.STOP_TRAINING, False)
    )


@on_step_training
def stop_at_nan(state: Any) -> None:
    """End a Trial whose x is no number any more: nothing that it could do would change that.

    torchbearer's TerminateOnNaN prints, and looks at the running loss. With several replicas
    one is enough, since their median is no number then either. It belongs before the callbacks
    that record, so that they record its last step.

    State Requirements:
        - :attr:`torchbearer.state.METRICS`: ``est``, from :class:`breaking_adam.metrics.est`
        - :attr:`torchbearer.state.STOP_TRAINING`: set to True
    """
    if not math.isfinite(state[torchbearer.METRICS]["est"]):
        state[torchbearer.STOP_TRAINING] = True


class Curves(Callback):
    """Keep the metrics over t, for figures: ``curves.t`` and ``curves["est"]`` as arrays.

    Memory stays bounded: at ``limit`` points every other one is dropped, and from then on only
    every other one is kept. The last point of a run is always there.

    Args:
        every: keep the metrics of every so many batches.
        limit: the most points to keep, an even number.

    State Requirements:
        - :attr:`torchbearer.state.METRICS`: the values to keep
        - :attr:`torchbearer.state.MODEL`: where t comes from
    """

    def __init__(self, every: int = 1, limit: int = 8192) -> None:
        super().__init__()
        self.every = checks.integer("every", every, at_least=1)
        self.limit = checks.integer("limit", limit, at_least=2)
        if limit % 2:
            raise ValueError(f"limit must be even, got {limit}")
        self._stride = 1
        self._seen = 0
        # The last point is the newest one, whether or not its turn to be kept has come.
        self._points: list[tuple[int, dict[str, float]]] = []

    @property
    def t(self) -> np.ndarray:
        """The steps, shape (points,)."""
        return np.array([t for t, _ in self._points])

    def __getitem__(self, metric: str) -> np.ndarray:
        """The metric at each of the steps, shape (points,)."""
        return np.array([metrics[metric] for _, metrics in self._points])

    def __contains__(self, metric: str) -> bool:
        return all(metric in metrics for _, metrics in self._points)

    def on_step_training(self, state: Any) -> None:
        if not due(state, self.every):
            return
        if self._points and self._seen % self._stride:
            self._points.pop()
        self._points.append((step_number(state), dict(state[torchbearer.METRICS])))
        self._seen += 1
        if len(self._points) >= self.limit and self._seen % self._stride == 0:
            self._points = self._points[1::2]
            self._stride *= 2

    def state_dict(self) -> dict[str, Any]:
        names = self._points[0][1] if self._points else ()
        return {
            "stride": self._stride,
            "seen": self._seen,
            "t": torch.tensor([t for t, _ in self._points], dtype=torch.int64),
            "metrics": {name: torch.from_numpy(self[name]) for name in names},
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> Curves:
        self._stride, self._seen = state_dict["stride"], state_dict["seen"]
        metrics = {name: values.tolist() for name, values in state_dict["metrics"].items()}
        rows = zip(*metrics.values(), strict=True)
        self._points = [
            (t, dict(zip(metrics, row, strict=True)))
            for t, row in zip(state_dict["t"].tolist(), rows, strict=True)
        ]
        return self


class Progress(Callback):
    """A progress bar over t with x in it, on a terminal alone.

    Args:
        name: what is running.
        steps: the number of steps to come to.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
        - :attr:`torchbearer.state.METRICS`: ``est``, from :class:`breaking_adam.metrics.est`
    """

    def __init__(self, name: str, steps: int) -> None:
        super().__init__()
        self.name = name
        self.steps = steps
        self._bar: Any = None

    def on_start(self, state: Any) -> None:
        self._bar = tqdm(
            desc=self.name,
            total=self.steps,
            initial=state[torchbearer.MODEL].steps,
            disable=None,  # where standard error is no terminal
            unit=" steps",
            unit_scale=True,
            miniters=1,
            leave=False,
        )

    def on_step_training(self, state: Any) -> None:
        if not self._bar.disable:
            self._bar.set_postfix_str(f"x = {state[torchbearer.METRICS]['est']:+.4f}", False)
            self._bar.update(state[torchbearer.MODEL].steps - self._bar.n)

    def on_end(self, state: Any) -> None:
        self.close()

    def close(self) -> None:
        """Clear the bar away; a Trial that raises does not come to do it."""
        if self._bar is not None:
            self._bar.close()
