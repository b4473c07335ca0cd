"""torchbearer's Trial, with less between two steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
import torchbearer
from torchbearer.metrics import MetricList


class _LeanState(torchbearer.State):
    """A state without torchbearer's expenses, which come to more than a short step.

    torchbearer checks the kind of each key at each access, and copies all of its forty entries
    for the metrics at each step, to detach the tensors among them; metrics run without gradients
    all the same.
    """

    __getitem__ = dict.__getitem__
    __setitem__ = dict.__setitem__
    __contains__ = dict.__contains__

    @property
    def data(self) -> _LeanState:
        return self


class _LeanMetricList(MetricList):
    """A list of metrics without torchbearer's ``no_grad``, which parses torch's version each time.

    The version only matters to torch 0.4.
    """

    def process(self, *args: Any) -> dict[str, Any]:
        with torch.no_grad():
            return self._for_list(lambda metric: metric.process(*args))


class Trial(torchbearer.Trial):
    """A torchbearer Trial that spends less between steps; everything else is torchbearer's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        metrics = self.state[torchbearer.METRIC_LIST].metric_list
        self.state[torchbearer.METRIC_LIST] = _LeanMetricList(metrics)
        self.closure: Callable[[Any], Any] = _with_loss(self.closure)
        self._steps: Callable[[Any], Any] | None = None

    def with_steps(self, closure: Callable[[Any], Any]) -> Trial:
        """``with_closure``, of one that takes the optimizer's steps, so that its step need not."""
        self._steps = closure
        self.with_closure(closure)
        return self

    def _fit_pass(self, state: Any) -> Any:
        lean = _LeanState()
        lean.update(state)
        steps = self.closure is self._steps
        try:
            with _stepping_nowhere(state[torchbearer.OPTIMIZER]) if steps else nullcontext():
                super()._fit_pass(lean)
        finally:
            state.update(lean)
        return state


@contextmanager
def _stepping_nowhere(optimizer: Any) -> Iterator[None]:
    """Let the optimizer's step call its closure, and do nothing else.

    torch's own comes to as much as half of a compiled block, to find no gradient in the end. One
    that has been set on this optimizer, as torch's schedulers do, stays.
    """
    if "step" in vars(optimizer):
        yield
        return
    optimizer.step = lambda closure: closure()
    try:
        yield
    finally:
        del optimizer.step


def _with_loss(closure: Callable[[Any], None]) -> Callable[[Any], Any]:
    """The closure, with the loss as its value, which LBFGS asks for and torchbearer's lacks."""

    def evaluate(state: Any) -> Any:
        closure(state)
        return state[torchbearer.LOSS]

    return evaluate
