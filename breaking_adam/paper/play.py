"""Running a construction on the compiled engine, with α_t = α/√t."""

from __future__ import annotations

import torchbearer

from breaking_adam.paper.construction import Construction
from breaking_adam.rules.schedules import inverse_sqrt
from breaking_adam.trials.callbacks.progress import Progress
from breaking_adam.trials.record import record
from breaking_adam.trials.series import Series


def play(
    name: str, made: Construction, steps: int, every: int, *callbacks: torchbearer.Callback
) -> Series:
    """x_{t+1} and R_t/t of the construction, after every so many steps.

    Args:
        name: of the run, and of the bar that shows its progress.
        made: the construction; it is used up.
        steps: how many to take.
        every: the steps from point to point.
        callbacks: what else to call.
    """
    return record(
        name,
        made.problem,
        made.optimizer,
        engine="compiled",
        steps=steps,
        every=every,
        schedule=inverse_sqrt,
        callbacks=[*callbacks, Progress(name, steps)],
        limit=steps + 1,
    )
