"""A run on a counterexample, by name."""

from __future__ import annotations

from typing import Any

from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.problems.names import PROBLEMS, call_of
from breaking_adam.rules.schedules import SCHEDULES
from breaking_adam.runs.fields import SettingError
from breaking_adam.runs.problem_settings import WatchSettings
from breaking_adam.runs.settings import Settings

#: The points of a counterexample's run.
POINTS = 2000


def watched(
    name: str, *, seed: int = 0, replicas: int = 1, dtype: str = "float64", **others: Any
) -> Settings:
    """The settings of a run on a counterexample, or on any problem as it is spelled.

    Args:
        name: of the counterexample; or a problem's with its constants, as "power(k=6)".
        seed: of the draws, where there are any.
        replicas: the number of independent runs at once.
        dtype: of x.
        **others: those of :class:`breaking_adam.Settings`. The step size, its schedule and the
            number of steps are the counterexample's own where they are not given.

    Raises:
        SettingError: if there is no such counterexample or problem, or for any other setting.

    >>> settings = watched("lopsided", optimizer=["adam"], steps=1000)
    >>> settings.problem.call, settings.lr, settings.schedule
    ('parabolas(n=10, large=1.0, small=1.0, large_at=10.0, x0=0.5)', 0.3, 'inverse-sqrt')
    """
    one = COUNTEREXAMPLES.get(name)
    if one is None:
        problem = WatchSettings(call=name, replicas=replicas, dtype=dtype, seed=seed)
        if problem.kind not in PROBLEMS:
            known = ", ".join([*COUNTEREXAMPLES, *PROBLEMS])
            raise SettingError("problem", f"{problem.kind!r} is none of {known}")
        return Settings(problem=problem, **others)
    problem = WatchSettings(
        call=str(call_of(one.problem())),
        counterexample=name,
        near=one.near,
        replicas=replicas,
        dtype=dtype,
        seed=seed,
    )
    schedule = next(key for key, value in SCHEDULES.items() if value is one.schedule)
    points = {"log_every": max(1, one.steps // POINTS)}
    own = {"steps": one.steps, "lr": one.alpha, "schedule": schedule, **points}
    return Settings(problem=problem, **{**own, **others})
