"""One optimizer's attempt at a problem, which can be stopped and carried on."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torchbearer

from breaking_adam.callbacks import Curves, Progress
from breaking_adam.metrics import average_regret, est
from breaking_adam.problems import Problem
from breaking_adam.schedules import SCHEDULES
from breaking_adam.tensorboard import TensorBoard
from breaking_adam.trials import build, pace
from breaking_adam.verdict import judge


class Attempt:
    """A Trial of a command, with its logs, its curves and all that carries it on elsewhere.

    Args:
        name: what the command calls the optimizer.
        problem: to be played.
        optimizer: of ``problem.x``.
        options: the command's.
        directory: where the command's logs go.
    """

    def __init__(
        self,
        name: str,
        problem: Problem,
        optimizer: torch.optim.Optimizer,
        options: argparse.Namespace,
        directory: Path,
    ) -> None:
        self.name = name
        self.problem = problem
        self.optimizer = optimizer
        self.options = options
        to = pace(problem, optimizer, options.engine, options.log_every)
        self.engine = to.engine
        self.curves = Curves(to.batches_per_point)
        self.board = TensorBoard(
            directory, batch_step_size=to.batches_per_point, comment=name, hparams=vars(options)
        )
        #: Its own, beneath the command's.
        self.directory = directory / f"{type(problem).__name__}_{name}"
        if self.directory.exists():  # of this attempt, before it was stopped
            self.board.load_state_dict({"run_dir": str(self.directory)})
        self._seconds = 0.0
        self._since: float | None = None

    @property
    def complete(self) -> bool:
        """Whether it has come to its end, be it the last step or NaN."""
        x = self.problem.x.detach()
        return self.problem.steps >= self.options.steps or not bool(x.isfinite().all())

    @property
    def seconds(self) -> float:
        """How long it has run."""
        now = 0.0 if self._since is None else time.perf_counter() - self._since
        return self._seconds + now

    def run(self, callbacks: Sequence[torchbearer.Callback] = ()) -> None:
        """Play to the end, or until a callback stops the Trial or something raises."""
        progress = Progress(self.name, self.options.steps)
        trial, _ = build(
            self.problem,
            self.optimizer,
            engine=self.engine,
            steps=self.options.steps,
            every=self.options.log_every,
            schedule=SCHEDULES[self.options.schedule],
            callbacks=[self.board, self.curves, progress, *callbacks],
        )
        self._since = time.perf_counter()
        try:
            trial.run()
        except BaseException:  # torchbearer then leaves out on_end
            progress.close()
            with contextlib.suppress(OSError):  # of which there may have been one already
                self.board.close()
            raise
        finally:
            self._seconds, self._since = self.seconds, None

    def result(self) -> dict[str, Any]:
        """What it has come to so far."""
        problem = self.problem
        state = {torchbearer.MODEL: problem}
        x, regret = est().process(state)["est"], average_regret().process(state)["average_regret"]
        verdict = judge(
            x,
            regret,
            problem.steps,
            x_star=problem.x_star,
            x_worst=problem.x_worst,
            worst_average_regret=problem.worst_average_regret,
        )
        return {
            "optimizer": self.name,
            "engine": self.engine,
            "steps": problem.steps,
            "x": x,
            "average_regret": regret,
            "verdict": verdict.word,
            "reason": verdict.reason,
            "seconds": self.seconds,
            "steps_per_second": problem.steps / max(self.seconds, 1e-9),
            "logdir": str(self.directory),
        }

    def state_dict(self) -> dict[str, Any]:
        """All that it needs to carry on, for :func:`breaking_adam.checkpoints.save`."""
        return {
            "problem": self.problem.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "curves": self.curves.state_dict(),
            "seconds": self.seconds,
            "random": torch.get_rng_state(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Be where the attempt was of which this is the state."""
        self.problem.load_state_dict(state["problem"])
        self.optimizer.load_state_dict(state["optimizer"])
        # torch converts what it loads to the parameter's dtype; to carry on with the same bits
        # takes the very tensors that there were, such as NAdam's float32 product.
        if kept := state["optimizer"]["state"].get(0):
            self.optimizer.state[self.problem.x].update(kept)
        self.curves.load_state_dict(state["curves"])
        self._seconds = state["seconds"]
        torch.set_rng_state(state["random"])
