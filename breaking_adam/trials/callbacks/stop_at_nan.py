"""The end of a Trial that has diverged."""

from __future__ import annotations

import math
from typing import Any

import torchbearer
from torchbearer.callbacks import on_step_training


@on_step_training
def stop_at_nan(state: Any) -> None:
    """End a Trial whose x is no number any more: nothing that it could do would change that.

    torchbearer's TerminateOnNaN prints, and looks at the running loss. With several replicas
    one is enough, since their median is no number then either. It belongs before the callbacks
    that record, so that they record its last step.

    State Requirements:
        - :attr:`torchbearer.state.METRICS`: ``est``, from :class:`breaking_adam.trials.metrics.est`
        - :attr:`torchbearer.state.STOP_TRAINING`: set to True
    """
    if not math.isfinite(state[torchbearer.METRICS]["est"]):
        state[torchbearer.STOP_TRAINING] = True
