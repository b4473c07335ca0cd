"""The step size of every step, whichever engine takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torchbearer

from breaking_adam.trials.callbacks.clock import next_step

#: The schedule of the Trial, where it has one.
SCHEDULE = torchbearer.state_key("schedule")


class StepSize(torchbearer.Callback):
    """Set the learning rate of every step to α_t, whichever engine takes it.

    α is the learning rate that the optimizer was made with, kept in its param groups as
    ``initial_lr``, as torch's own schedulers keep it.

    Args:
        schedule: a compilable function of t, such as :func:`inverse_sqrt`.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: a :class:`breaking_adam.problems.Problem`, or any other
          model, whose steps are the Trial's batches
        - :attr:`torchbearer.state.OPTIMIZER`: its param groups
        - :data:`SCHEDULE`: written, for the compiled engine
    """

    def __init__(self, schedule: Callable[[int], float]) -> None:
        super().__init__()
        self.schedule = schedule

    def on_start(self, state: Any) -> None:
        state[SCHEDULE] = self.schedule
        for group in state[torchbearer.OPTIMIZER].param_groups:
            group.setdefault("initial_lr", group["lr"])

    def on_sample(self, state: Any) -> None:
        factor = self.schedule(next_step(state))
        for group in state[torchbearer.OPTIMIZER].param_groups:
            group["lr"] = group["initial_lr"] * factor
