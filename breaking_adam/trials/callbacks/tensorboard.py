"""The TensorBoard callback: a Trial's metrics as curves over t."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
import torchbearer
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams, text
from torchbearer import Callback

from breaking_adam.support import checks
from breaking_adam.support.files import new_directory
from breaking_adam.support.text import printable
from breaking_adam.trials.callbacks.clock import PLAYED, due, step_number
from breaking_adam.trials.callbacks.event_file import EventFile


class TensorBoard(Callback):
    """Write metrics for TensorBoard, with torchbearer's arguments and the tensorboard package.

    Each run has a directory of its own, ``log_dir/<model>_<comment>``, with a number behind it
    where that exists already: runs never mix. Batch metrics are ``batch/<metric>`` over t, epoch
    metrics ``epoch/<metric>`` over the epochs; the optimizer is in the text tab.

    It differs from torchbearer's callback in its defaults, which are those of the "Breaking ADAM"
    notebook's calls (batch metrics, no graph, no epoch metrics), in its horizontal axis, and in
    keeping all of a run's points in one run.

    Args:
        log_dir: the directory that runs go to.
        write_graph: whether to write the model's graph, which takes a model with an input.
        write_batch_metrics: whether to write the metrics of batches.
        batch_step_size: write every so many batches, and the last.
        write_epoch_metrics: whether to write the metrics at the end of each epoch.
        comment: what to call the run.
        visdom: not supported, for the signature's sake.
        visdom_params: not supported, for the signature's sake.
        hparams: settings to show in the HParams tab.

    Raises:
        ValueError: if visdom is asked for, or batch_step_size is below 1.
        TypeError: if batch_step_size is no integer.
        OSError: when the Trial starts, if the directory cannot be made.

    State Requirements:
        - :attr:`torchbearer.state.MODEL`: its class names the run, its ``t`` is the axis
        - :attr:`torchbearer.state.OPTIMIZER`: for the text tab
        - :attr:`torchbearer.state.EPOCH`, :attr:`torchbearer.state.BATCH`,
          :attr:`torchbearer.state.STEPS`: which point this is
        - :attr:`torchbearer.state.METRICS`: the values to write
        - :attr:`torchbearer.state.X`: the input, if the graph is wanted
    """

    def __init__(
        self,
        log_dir: str | Path = "./logs",
        write_graph: bool = False,
        write_batch_metrics: bool = True,
        batch_step_size: int = 10,
        write_epoch_metrics: bool = False,
        comment: str = "torchbearer",
        visdom: bool = False,
        visdom_params: Any = None,
        *,
        hparams: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        if visdom or visdom_params is not None:
            raise ValueError("visdom is not supported: use torchbearer.callbacks.TensorBoard")
        self.log_dir = Path(log_dir)
        self.write_graph = write_graph
        self.write_batch_metrics = write_batch_metrics
        self.batch_step_size = checks.integer("batch_step_size", batch_step_size, at_least=1)
        self.write_epoch_metrics = write_epoch_metrics
        self.comment = comment
        self.hparams = hparams
        #: The run's own directory, once it has one.
        self.run_dir: Path | None = None
        self._file: EventFile | None = None

    def on_start(self, state: Any) -> None:
        resumed = self.run_dir is not None
        if self.run_dir is None:
            self.run_dir = new_directory(
                self.log_dir, f"{type(state[torchbearer.MODEL]).__name__}_{self.comment}"
            )
        self._file = EventFile(self.run_dir)
        model = state[torchbearer.MODEL]
        played = model.steps if hasattr(model, "t") else state.get(PLAYED)
        if resumed and played is not None:
            # All from the step that a resumed run starts with is void: it comes again.
            start = 0 if played == 0 else (model.t if hasattr(model, "t") else played) + 1
            self._file.add(Event(session_log=SessionLog(status=SessionLog.START), step=start))
            if played != 0:
                return
        optimizer = str(state[torchbearer.OPTIMIZER]).replace("\n", "\n    ")
        self._file.add(Event(summary=text("optimizer", "    " + optimizer)))
        for summary in self._hparams() if self.hparams else ():
            self._file.add(Event(summary=summary))
        self._file.flush()

    def _hparams(self) -> tuple[Summary, ...]:
        """The HParams tab's entries."""
        plain = {
            name: value if isinstance(value, (bool, int, float)) else printable(value)
            for name, value in (self.hparams or {}).items()
        }
        return hparams(plain, {"batch/est": None, "batch/average_regret": None})

    def on_sample(self, state: Any) -> None:
        if self.write_graph and state[torchbearer.X] is not None:
            model = copy.deepcopy(state[torchbearer.MODEL]).cpu()
            with SummaryWriter(str(self.run_dir)) as writer:
                writer.add_graph(model, (torch.rand(state[torchbearer.X].size()),))
            self.write_graph = False

    def on_step_training(self, state: Any) -> None:
        if self.write_batch_metrics and due(state, self.batch_step_size):
            self._write("batch/", state, step_number(state))

    def on_end_epoch(self, state: Any) -> None:
        if self.write_epoch_metrics:
            self._write("epoch/", state, state[torchbearer.EPOCH])

    def _write(self, prefix: str, state: Any, step: int) -> None:
        values = [
            Summary.Value(tag=prefix + name, simple_value=float(value))
            for name, value in state[torchbearer.METRICS].items()
        ]
        assert self._file, "the Trial has not started"
        self._file.add(Event(summary=Summary(value=values), step=step))

    def on_end(self, state: Any) -> None:
        self.close()

    def flush(self) -> None:
        """Hand all points so far to the operating system."""
        if self._file:
            self._file.flush()

    def sync(self) -> None:
        """Have all points so far on the disk."""
        if self._file:
            self._file.sync()

    def close(self) -> None:
        """Write what is left and close the run's file."""
        if self._file:
            file, self._file = self._file, None
            file.close()

    def state_dict(self) -> dict[str, Any]:
        return {"run_dir": str(self.run_dir) if self.run_dir else None}

    def load_state_dict(self, state_dict: dict[str, Any]) -> TensorBoard:
        """Carry on writing to the run that the state is of."""
        self.run_dir = Path(state_dict["run_dir"]) if state_dict["run_dir"] else None
        return self
