"""A problem's constants: typed and checked before torch is imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from breaking_adam.runs import fields
from breaking_adam.runs.fields import LONGEST, SettingError
from breaking_adam.support.calls import parse


@dataclass(frozen=True, kw_only=True)
class ProblemSettings:
    """What the settings of all problems have.

    Args:
        dtype: of x, "float32" or "float64".
        seed: of the draws, where there are any, from 0 to 2⁶⁴ − 1.

    Raises:
        SettingError: a ValueError that names the field, as all settings here.
    """

    #: The command that plays it.
    command: ClassVar[str]

    dtype: str = "float64"
    seed: int = 0

    def __post_init__(self) -> None:
        fields.choice(self, "dtype", ("float32", "float64"))
        fields.integer(self, "seed", 0, 2**64 - 1)

    @property
    def name(self) -> str:
        """What the problem is called."""
        return self.command

    @property
    def title(self) -> str:
        """What the problem is called in a picture."""
        return f"{self.name.capitalize()} problem"

    @property
    def kind(self) -> str:
        """The module, by its name in :data:`breaking_adam.problems.names.PROBLEMS`."""
        return self.command

    @property
    def constants(self) -> dict[str, Any]:
        """What the module takes, but for the dtype and the seed."""
        return {key: value for key, value in asdict(self).items() if key not in ("dtype", "seed")}

    @property
    def telling(self) -> dict[str, Any]:
        """The constants that tell the problem from the paper's."""
        return {}

    @property
    def nearness(self) -> float | None:
        """How far from x* is near; None for the part of the problem's width that is usual."""
        return None


@dataclass(frozen=True, kw_only=True)
class SlopesSettings(ProblemSettings):
    """The constants of a problem with two slopes, as its module takes them.

    Args:
        large: the rare slope.
        small: the common slope.
        x0: where x starts, within the domain.
        domain: the box F, (low, high).
        first_step: where t starts, from 0 to 10¹².
        dtype: as of :class:`ProblemSettings`, and so ``seed``.
    """

    large: float = 1010.0
    small: float = -10.0
    x0: float = 0.0
    domain: tuple[float, float] = (-1.0, 1.0)
    first_step: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        fields.real(self, "large")
        fields.real(self, "small")
        fields.reals(self, "domain")
        if len(self.domain) != 2 or not self.domain[0] < self.domain[1]:
            raise SettingError(
                "domain", f"{fields.shown(self.domain)} is not LOW HIGH with LOW < HIGH"
            )
        if self.dtype == "float32" and max(map(abs, self.domain)) > 3.4e38:
            raise SettingError("domain", f"{fields.shown(self.domain)} is beyond float32")
        fields.real(self, "x0", at_least=self.domain[0], at_most=self.domain[1])
        fields.integer(self, "first_step", 0, LONGEST)

    @property
    def telling(self) -> dict[str, Any]:
        usual = type(self)().constants
        slopes = ("large", "small", "period", "probability")
        return {
            key: value
            for key, value in self.constants.items()
            if key in slopes and value != usual[key]
        }


@dataclass(frozen=True, kw_only=True)
class OnlineSettings(SlopesSettings):
    """The online problem: ``large`` once in ``period`` steps; see :class:`SlopesSettings`."""

    command: ClassVar[str] = "online"

    period: int = 101

    def __post_init__(self) -> None:
        super().__post_init__()
        fields.integer(self, "period", 1, LONGEST)


@dataclass(frozen=True, kw_only=True)
class StochasticSettings(SlopesSettings):
    """The stochastic problem: ``large`` with a ``probability``; see :class:`SlopesSettings`.

    ``replicas`` is the number of independent runs at once, from 1 to 10⁷.
    """

    command: ClassVar[str] = "stochastic"

    probability: float = 0.01
    replicas: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        fields.real(self, "probability", at_least=0, at_most=1)
        fields.integer(self, "replicas", 1, 10**7)


@dataclass(frozen=True, kw_only=True)
class WatchSettings(ProblemSettings):
    """Any problem, as it is spelled.

    Args:
        call: a name of :data:`breaking_adam.problems.names.PROBLEMS` with keywords, as
            "power(k=4)".
        counterexample: the name of the counterexample that it is; None for another.
        near: how far from the best points is near; None for 5% of the problem's width.
        replicas: the number of independent runs at once, from 1 to 10⁷.
        dtype: as of :class:`ProblemSettings`, and so ``seed``.
    """

    command: ClassVar[str] = "watch"

    call: str
    counterexample: str | None = None
    near: float | None = None
    replicas: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            spelled = parse(self.call)
        except (AttributeError, ValueError) as error:
            raise SettingError("problem", str(error)) from error
        for key, _ in spelled.keywords:
            if key in ("dtype", "replicas", "seed"):
                raise SettingError("problem", f"{spelled.name} has no {key}: it is one for all")
        if self.near is not None:
            fields.real(self, "near", above=0)
        fields.integer(self, "replicas", 1, 10**7)

    @property
    def name(self) -> str:
        return self.counterexample or self.kind

    @property
    def title(self) -> str:
        return self.counterexample or self.call

    @property
    def kind(self) -> str:
        return parse(self.call).name

    @property
    def constants(self) -> dict[str, Any]:
        return {**dict(parse(self.call).keywords), "replicas": self.replicas}

    @property
    def nearness(self) -> float | None:
        return self.near


#: The settings of the commands for one problem each.
PROBLEMS: dict[str, type[ProblemSettings]] = {
    kind.command: kind for kind in (OnlineSettings, StochasticSettings)
}
