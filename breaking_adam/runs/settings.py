"""What makes a run what it is, and where its results go: typed, checked, stored as JSON.

Nothing heavy is imported here, so that a command line is read before torch is.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from breaking_adam.plots.picture import Picture
from breaking_adam.runs import fields
from breaking_adam.runs.fields import SettingError as SettingError
from breaking_adam.support.calls import Call, parse

#: Where a run keeps its settings.
SETTINGS = "settings.json"

#: The most steps, and the latest first one.
LONGEST = 10**12


@dataclass(frozen=True, kw_only=True)
class ProblemSettings:
    """A problem's constants, as its module takes them.

    Args:
        large: the rare slope.
        small: the common slope.
        x0: where x starts, within the domain.
        domain: the box F, (low, high).
        first_step: where t starts, from 0 to 10¹².
        dtype: of x, "float32" or "float64".
        seed: of the draws, where there are any, from 0 to 2⁶⁴ − 1.

    Raises:
        SettingError: a ValueError that names the field, as all settings here.
    """

    name: ClassVar[str]

    large: float = 1010.0
    small: float = -10.0
    x0: float = 0.0
    domain: tuple[float, float] = (-1.0, 1.0)
    first_step: int = 1
    dtype: str = "float64"
    seed: int = 0

    def __post_init__(self) -> None:
        fields.real(self, "large")
        fields.real(self, "small")
        fields.reals(self, "domain")
        if len(self.domain) != 2 or not self.domain[0] < self.domain[1]:
            raise SettingError(
                "domain", f"{fields.shown(self.domain)} is not LOW HIGH with LOW < HIGH"
            )
        fields.choice(self, "dtype", ("float32", "float64"))
        if self.dtype == "float32" and max(map(abs, self.domain)) > 3.4e38:
            raise SettingError("domain", f"{fields.shown(self.domain)} is beyond float32")
        fields.real(self, "x0", at_least=self.domain[0], at_most=self.domain[1])
        fields.integer(self, "first_step", 0, LONGEST)
        fields.integer(self, "seed", 0, 2**64 - 1)


@dataclass(frozen=True, kw_only=True)
class OnlineSettings(ProblemSettings):
    """The online problem: ``large`` once in ``period`` steps; see :class:`ProblemSettings`."""

    name: ClassVar[str] = "online"

    period: int = 101

    def __post_init__(self) -> None:
        super().__post_init__()
        fields.integer(self, "period", 1, LONGEST)


@dataclass(frozen=True, kw_only=True)
class StochasticSettings(ProblemSettings):
    """The stochastic problem: ``large`` with a ``probability``; see :class:`ProblemSettings`.

    ``replicas`` is the number of independent runs at once, from 1 to 10⁷.
    """

    name: ClassVar[str] = "stochastic"

    probability: float = 0.01
    replicas: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        fields.real(self, "probability", at_least=0, at_most=1)
        fields.integer(self, "replicas", 1, 10**7)


PROBLEMS: dict[str, type[ProblemSettings]] = {
    kind.name: kind for kind in (OnlineSettings, StochasticSettings)
}


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
        schedule: "constant", or "inverse-sqrt" for α/√t.
        engine: "auto", "compiled", "read" or "eager".
        log_every: steps from point to point.
        checkpoint_every: seconds from one checkpoint to the next.

    Raises:
        SettingError: a ValueError that names the field.

    >>> Settings(steps=0)
    Traceback (most recent call last):
    breaking_adam.runs.fields.SettingError: steps: 0 is not from 1 to 1,000,000,000,000
    """

    problem: ProblemSettings = OnlineSettings()
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
        fields.choice(self, "schedule", ("constant", "inverse-sqrt"))
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


@dataclass(frozen=True, kw_only=True)
class Output:
    """Where a run's results go.

    Args:
        logdir: where the run gets a directory of its own.
        name: of that directory; None for the problem's.
        figure: the picture's file, as its suffix says; None for a PNG in the run's directory.
        size: of the picture in pixels, (width, height); None for the picture's own.
        dpi: the picture's dots per inch.

    Raises:
        SettingError: a ValueError that names the field.
    """

    logdir: str = "logs"
    name: str | None = None
    figure: str | None = None
    size: tuple[int, int] | None = None
    dpi: int = 300

    def __post_init__(self) -> None:
        for field in ("logdir", "name", "figure"):
            value = getattr(self, field)
            if value is not None:
                fields.keep(self, field, str(value))
        if self.name is not None and (self.name in ("", ".", "..") or set("/\0") & set(self.name)):
            raise SettingError("name", f"{self.name!r} is no name of a directory")
        fields.integer(self, "dpi", 50, 1200)
        if self.size is not None:
            fields.integers(self, "size", 1, 20_000)
            if len(self.size) != 2:
                raise SettingError("size", f"{fields.shown(self.size)} is not WIDTH HEIGHT")
        try:
            self.picture  # noqa: B018 - which refuses a size without room
        except ValueError as error:
            raise SettingError("size", str(error)) from error

    @property
    def picture(self) -> Picture:
        """How large the picture is."""
        return Picture(self.size, self.dpi)


def to_json(settings: Settings, output: Output) -> dict[str, Any]:
    """Both as one flat object, which :func:`from_json` reads."""
    flat = {"problem": settings.problem.name}
    for part in (settings, settings.problem, output):
        for field in dataclasses.fields(part):
            if field.name != "problem":
                flat[field.name] = _plain(getattr(part, field.name))
    return flat


def from_json(stored: Mapping[str, Any]) -> tuple[Settings, Output]:
    """The settings that :func:`to_json` wrote; what is not there has its default.

    Raises:
        SettingError: for a value that is refused, or a name that is none.
    """
    values = dict(stored)
    kind = PROBLEMS.get(name := values.pop("problem", None))
    if kind is None:
        raise SettingError("problem", f"{name!r} is none of {', '.join(PROBLEMS)}")
    problem, rest = _take(kind, values)
    settings, rest = _take(Settings, rest)
    output, rest = _take(Output, rest)
    for field in rest:
        raise SettingError(field, "there is no such setting")
    return Settings(problem=kind(**problem), **settings), Output(**output)


def stored(directory: Path | str) -> tuple[Settings, Output]:
    """The settings of the run that the directory is of.

    Raises:
        SettingError: if it is the directory of no run, or its settings are damaged.
    """
    path = Path(directory) / SETTINGS
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(settings, dict) or "problem" not in settings:
            raise ValueError("it is no run's")
    except OSError as error:
        reason = f"{str(directory)!r} is no run: {path}: {error.strerror}"
        raise SettingError("resume", reason) from error
    except ValueError as error:
        raise SettingError("resume", f"{path} is damaged: put a copy of it back") from error
    return from_json(settings)


def names_of(kind: type[Any]) -> list[str]:
    """The names of a settings class's own and inherited fields."""
    return [field.name for field in dataclasses.fields(kind)]


def _take(kind: type[Any], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    own = set(names_of(kind))
    return (
        {key: value for key, value in values.items() if key in own},
        {key: value for key, value in values.items() if key not in own},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Call):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


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
