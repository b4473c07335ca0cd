"""A problem's constants: typed and checked before torch is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from breaking_adam.runs import fields
from breaking_adam.runs.fields import LONGEST, SettingError


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
