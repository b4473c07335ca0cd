"""What makes a run what it is: typed and checked before torch is imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from breaking_adam.runs import fields
from breaking_adam.runs.fields import LONGEST, SettingError
from breaking_adam.runs.problem_settings import OnlineSettings, ProblemSettings
from breaking_adam.support.calls import Call, parse

#: What divides α at step t, by the names of :data:`breaking_adam.rules.schedules.SCHEDULES`.
FALLS = {"constant": "", "inverse-sqrt": "/√t", "late-inverse-sqrt": "/√(1 + (t−1)/100)"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What makes a run what it is.

    Args:
        problem: what is played.
        optimizer: names, import paths or calls, each different; see
            :func:`breaking_adam.make_optimizer`.
        steps: T of each optimizer's run, from 1 to 10¹².
        lr: the step size α, above 0; None leaves it to the optimizer's call, the paper, or the
            class, and so do ``betas`` and ``eps``.
        betas: two or more decays in [0, 1).
        eps: at least 0.
        schedule: one of :data:`FALLS`.
        engine: "auto", "compiled", "read" or "eager".
        log_every: steps from point to point.
        checkpoint_every: seconds from one checkpoint to the next.

    Raises:
        SettingError: a ValueError that names the field.

    >>> Settings(steps=0)
    Traceback (most recent call last):
    breaking_adam.runs.fields.SettingError: steps: 0 is not from 1 to 1,000,000,000,000
    """

    problem: ProblemSettings = field(default_factory=OnlineSettings)
    optimizer: Sequence[str | Call] = ("adam", "amsgrad")
    steps: int = 6_000_000
    lr: float | None = None
    betas: tuple[float, ...] | None = None
    eps: float | None = None
    schedule: str = "constant"
    engine: str = "auto"
    log_every: int = 1000
    checkpoint_every: float = 30.0

    def __post_init__(self) -> None:
        if not isinstance(self.problem, ProblemSettings):
            raise SettingError("problem", f"{self.problem!r} is no OnlineSettings and the like")
        fields.keep(self, "optimizer", _calls(self.optimizer))
        fields.integer(self, "steps", 1, LONGEST)
        if self.lr is not None:
            fields.real(self, "lr", above=0)
        if self.betas is not None:
            fields.reals(self, "betas", at_least=0, below=1)
            if len(self.betas) < 2:
                raise SettingError(
                    "betas", f"{fields.shown(self.betas)} is one number: give β1 and β2"
                )
        if self.eps is not None:
            fields.real(self, "eps", at_least=0)
        fields.choice(self, "schedule", tuple(FALLS))
        fields.choice(self, "engine", ("auto", "compiled", "read", "eager"))
        fields.integer(self, "log_every", 1, LONGEST)
        fields.real(self, "checkpoint_every", at_least=0)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The optimizers, as what their text means."""
        return _calls(self.optimizer)

    @property
    def typed(self) -> dict[str, Any]:
        """The hyperparameters for all optimizers; None where nothing was said."""
        return {"lr": self.lr, "betas": self.betas, "eps": self.eps}


def _calls(optimizers: Any) -> tuple[Call, ...]:
    """What is given as calls, all of them different."""
    if isinstance(optimizers, (str, Call)):
        optimizers = (optimizers,)
    calls: list[Call] = []
    reasons = []
    if not isinstance(optimizers, Sequence) or not optimizers:
        raise SettingError("optimizer", f"{optimizers!r} is no list of names")
    for each in optimizers:
        try:
            call = each if isinstance(each, Call) else parse(each)
        except (AttributeError, TypeError):
            reasons.append(f"{each!r} is no name")
        except ValueError as error:
            reasons.append(str(error))
        else:
            if call in calls:
                reasons.append(f"{call} is there twice: runs differ in their settings")
            calls.append(call)
    if reasons:
        raise SettingError("optimizer", "; ".join(reasons))
    return tuple(calls)
