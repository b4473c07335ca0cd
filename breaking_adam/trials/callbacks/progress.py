"""The progress bar."""

from __future__ import annotations

from typing import Any

import torchbearer
from torchbearer import Callback
from tqdm import tqdm


class Progress(Callback):
    """A progress bar over t with x in it, on a terminal alone.

    Args:
        name: what is running.
        steps: the number of steps to come to.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`
        - :attr:`torchbearer.state.METRICS`: ``est``, from :class:`breaking_adam.trials.metrics.est`
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
