"""The words of a run's picture: names and title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breaking_adam.optimizers.find import hyperparameters
from breaking_adam.runs.attempt import Attempt
from breaking_adam.runs.settings import FALLS, Settings
from breaking_adam.support.calls import Call


def short_names(calls: Sequence[Call]) -> list[str]:
    """What to write at a line: the last part of the name, with keywords where that is not enough.

    >>> from breaking_adam.support.calls import parse
    >>> short_names([parse(each) for each in ("torch.optim.SGD(lr=1)", "adam", "adam(lr=2)")])
    ['SGD', 'adam', 'adam(lr=2)']
    """
    lasts = [call.name.rpartition(".")[2] for call in calls]
    return [
        last if lasts.count(last) == 1 else str(call)
        for last, call in zip(lasts, calls, strict=True)
    ]


def title(settings: Settings, attempts: Sequence[Attempt]) -> str:
    """The problem, with the constants that are not the paper's, and what all attempts used."""
    constants = [f"{name} {_shown(value)}" for name, value in settings.problem.telling.items()]
    name = settings.problem.title + (f" ({', '.join(constants)})" if constants else "")
    used = [hyperparameters(attempt.optimizer) for attempt in attempts]
    falls = FALLS[settings.schedule]
    shared = [f"$α_t$ = {alpha:g}{falls}" for alpha in _shared("lr", used) if _is_number(alpha)]
    for betas in _shared("betas", used):
        if isinstance(betas, list) and all(map(_is_number, betas)):
            shared += [f"$β_{i}$ = {beta:g}" for i, beta in enumerate(betas, start=1)]
    return ", ".join([name, *(shared or ([f"$α_t$ = α{falls}"] if falls else []))])


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _shared(key: str, used: Sequence[dict[str, Any]]) -> list[Any]:
    """The one value that all have who have any; nothing where they differ."""
    values = [each[key] for each in used if key in each]
    return values[:1] if all(value == values[0] for value in values) else []
