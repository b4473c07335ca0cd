"""One optimizer's attempt at a problem, which can be stopped and carried on."""

from __future__ import annotations

import contextlib
import dataclasses
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torchbearer

from breaking_adam.optimizers.find import hyperparameters
from breaking_adam.problems import Problem
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.runs.settings import Settings
from breaking_adam.trials.build import build, pace
from breaking_adam.trials.callbacks.curves import Curves
from breaking_adam.trials.callbacks.progress import Progress
from breaking_adam.trials.callbacks.tensorboard import TensorBoard
from breaking_adam.trials.metrics import average_regret, distance, est
from breaking_adam.trials.verdict import Verdict, judge, known_of


class Result(NamedTuple):
    """What an attempt has come to: a row of the table, and an entry of ``runs`` in the JSON.

    Args:
        optimizer: as it was asked for.
        engine: "compiled", "compiled (read)" or "eager".
        steps: how many it has taken.
        x: x_T, the median of several replicas.
        average_regret: R_T/T, the median of several replicas; NaN where there is none.
        worst_average_regret: of staying at the worst point; NaN where none is known.
        distance: from the best points, the median of several replicas.
        verdict: a word; see :mod:`breaking_adam.trials.verdict`.
        reason: for the verdict.
        seconds: how long that took.
        steps_per_second: one replica's.
        logdir: where its logs are.
        hyperparameters: what the optimizer really used.
    """

    optimizer: str
    engine: str
    steps: int
    x: float
    average_regret: float
    worst_average_regret: float
    distance: float
    verdict: str
    reason: str
    seconds: float
    steps_per_second: float
    logdir: str
    hyperparameters: dict[str, Any]


class Attempt:
    """One optimizer's Trial, with its logs, its curves and all that carries it on in a new process.

    Args:
        name: what the optimizer is called.
        problem: to be played.
        optimizer: of ``problem.x``.
        settings: the run's.
        directory: the run's; the attempt gets one of its own in it.
        folder: what the attempt's own is called, behind the problem; None for the name.
    """

    def __init__(
        self,
        name: str,
        problem: Problem,
        optimizer: torch.optim.Optimizer,
        settings: Settings,
        directory: Path,
        folder: str | None = None,
    ) -> None:
        self.name = name
        self.problem = problem
        self.optimizer = optimizer
        self.settings = settings
        schedule = SCHEDULES[settings.schedule]
        rhythm = pace(problem, optimizer, settings.engine, settings.log_every, schedule)
        self.engine = rhythm.engine
        self.curves = Curves(rhythm.batches_per_point)
        self.board = TensorBoard(
            directory,
            batch_step_size=rhythm.batches_per_point,
            comment=folder or name,
            hparams=self._hparams(),
        )
        #: Its own, within the run's. What is there already was logged before it was stopped.
        self.directory = directory / f"{type(problem).__name__}_{folder or name}"
        if self.directory.exists():
            self.board.load_state_dict({"run_dir": str(self.directory)})
        self._seconds = 0.0
        self._since: float | None = None

    @property
    def complete(self) -> bool:
        """Whether it has come to its end, be it the last step or NaN."""
        x = self.problem.x.detach()
        return self.problem.steps >= self.settings.steps or not bool(x.isfinite().all())

    @property
    def seconds(self) -> float:
        """How long it has run."""
        now = 0.0 if self._since is None else time.perf_counter() - self._since
        return self._seconds + now

    def run(
        self,
        callbacks: Sequence[torchbearer.Callback] = (),
        tell: Callable[[str], object] = warnings.warn,
    ) -> None:
        """Play to the end, or until a callback stops the Trial or something raises.

        ``tell`` is told if the optimizer cannot be read any more, and runs eagerly.
        """

        def goes_eager(line: str) -> None:
            self.engine = "eager"
            tell(line)

        progress = Progress(self.name, self.settings.steps)
        trial, _ = build(
            self.problem,
            self.optimizer,
            engine=self.engine,
            steps=self.settings.steps,
            every=self.settings.log_every,
            schedule=SCHEDULES[self.settings.schedule],
            callbacks=[self.board, self.curves, progress, *callbacks],
            tell=goes_eager,
        )
        self._since = time.perf_counter()
        try:
            trial.run()
        except BaseException:  # torchbearer does not call on_end then
            progress.close()
            with contextlib.suppress(OSError):  # a full disk, which has been raised already
                self.board.close()
            raise
        finally:
            self._seconds, self._since = self.seconds, None

    def result(self) -> Result:
        """What it has come to so far."""
        problem = self.problem
        state = {torchbearer.MODEL: problem}
        verdict = self._verdict()
        return Result(
            optimizer=self.name,
            engine="compiled (read)" if self.engine == "read" else self.engine,
            steps=problem.steps,
            x=est().process(state)["est"],
            average_regret=average_regret().process(state)["average_regret"],
            worst_average_regret=problem.worst_average_regret,
            distance=distance().process(state)["distance"],
            verdict=verdict.word,
            reason=verdict.reason,
            seconds=self.seconds,
            steps_per_second=problem.steps / max(self.seconds, 1e-9),
            logdir=str(self.directory),
            hyperparameters=hyperparameters(self.optimizer),
        )

    def _verdict(self) -> Verdict:
        problem, t = self.problem, self.curves.t
        return judge(
            t - problem.first_step + 1,
            self.curves["est"],
            self.curves["average_regret"],
            **known_of(problem),
            near=self.settings.problem.nearness,
        )

    def _hparams(self) -> dict[str, Any]:
        """What tells this attempt from others, the most telling first."""
        used = hyperparameters(self.optimizer)
        shown: dict[str, Any] = {"optimizer": self.name, "lr": used.pop("lr", None)}
        if isinstance(betas := used.get("betas"), list):
            shown |= {f"beta{i}": beta for i, beta in enumerate(betas, start=1)}
            del used["betas"]
        shown |= {"schedule": self.settings.schedule, "engine": self.engine}
        shown |= used
        shown |= {"steps": self.settings.steps, "problem": self.settings.problem.name}
        shown |= dataclasses.asdict(self.settings.problem)
        return {key: value for key, value in shown.items() if value is not None}

    def state_dict(self) -> dict[str, Any]:
        """All that it needs to carry on, for :func:`breaking_adam.runs.checkpoints.save`."""
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
        # Optimizer.load_state_dict casts the state to the dtype of x. NAdam keeps a product in
        # float32 beside an x in float64: the saved tensors themselves give the same bits.
        if kept := state["optimizer"]["state"].get(0):
            self.optimizer.state[self.problem.x].update(kept)
        self.curves.load_state_dict(state["curves"])
        self._seconds = state["seconds"]
        torch.set_rng_state(state["random"])
