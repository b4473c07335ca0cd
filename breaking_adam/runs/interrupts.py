"""Ctrl-C and SIGTERM, as a wish to stop that is met between two batches."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

import torchbearer
from torchbearer import Callback


class Interrupts(Callback):
    """Within ``with``, the first SIGINT or SIGTERM stops the Trial at the end of the batch.

    The second one ends the process at once. As the last of a Trial's callbacks it leaves the
    others to treat the batch as any other.

    State Requirements:
        - :attr:`torchbearer.state.STOP_TRAINING`: set to True
    """

    def __init__(self) -> None:
        super().__init__()
        #: The signal that came, or None.
        self.signal: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.signal = number
        for each in self._before:
            signal.signal(each, signal.SIG_DFL)

    def on_step_training(self, state: Any) -> None:
        if self.signal is not None:
            state[torchbearer.STOP_TRAINING] = True
