"""A grid's two functions from text, in which axes stand by their names."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from types import SimpleNamespace
from typing import Any

from breaking_adam.optimizers.find import accepted, did_you_mean, find_optimizer, make_optimizer
from breaking_adam.problems import Problem
from breaking_adam.problems.names import PROBLEMS
from breaking_adam.support.templates import Template, template


def problem_of(text: str) -> Callable[..., Problem]:
    """The function that makes the problem which the text spells, of the axes that it names.

    Raises:
        ValueError: if there is no such problem, or it takes no such keyword.

    >>> problem_of("online(large=C, small=-1, period=C)")(C=3).period
    3
    """
    written = template(text)
    if written.name not in PROBLEMS:
        raise ValueError(
            f"there is no problem {written.name!r}{did_you_mean(written.name, PROBLEMS)}: choose "
            f"from {', '.join(PROBLEMS)}"
        )
    kind = PROBLEMS[written.name]
    _check(written, accepted(kind)[0])

    def make(**point: Any) -> Problem:
        return kind(**dict(written.at(point).keywords))

    return _of(make, written)


def optimizer_of(text: str) -> Callable[..., Any]:
    """The function that makes the optimizer which the text spells, of the axes that it names.

    A hyperparameter that the text does not say is :func:`breaking_adam.make_optimizer`'s.

    Raises:
        ValueError: if there is no such optimizer, or it takes no such keyword.
    """
    written = template(text)
    takes, takes_any = accepted(find_optimizer(written.name))
    if not takes_any:
        _check(written, takes)

    def make(params: Any, **point: Any) -> Any:
        params = list(params)
        model: Any = SimpleNamespace(parameters=lambda: params)
        return make_optimizer(written.at(point), model)

    return _of(make, written, Parameter("params", Parameter.POSITIONAL_ONLY))


def _check(written: Template, takes: Any) -> None:
    for key, _ in written.keywords:
        if key not in takes:
            raise ValueError(f"{written.name} takes no {key}{did_you_mean(key, takes)}")


def _of(make: Any, written: Template, *first: Parameter) -> Any:
    """The function with the axes as the arguments that it says it takes."""
    axes = [Parameter(name, Parameter.KEYWORD_ONLY) for name in written.names]
    make.__signature__ = Signature([*first, *axes])
    make.__name__ = written.text
    return make
