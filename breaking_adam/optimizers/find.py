"""Optimizers by name: short names, import paths, and either with keywords."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch

from breaking_adam.optimizers.names import NAMES, PAPER
from breaking_adam.support.calls import Call, parse


def make_optimizer(
    name: str | Call, problem: torch.nn.Module, **typed: Any
) -> torch.optim.Optimizer:
    """The optimizer of ``problem.x`` that the name stands for.

    A hyperparameter's value is what the call says; then what is typed here; then, for the short
    names, the paper's; else the class's own default.

    Args:
        name: one of :data:`~breaking_adam.optimizers.names.NAMES`, or the import path of a class,
            or a call of either, as ``"sgd(lr=0.1, nesterov=True)"``.
        problem: whose x to move.
        **typed: ``lr``, ``betas`` and ``eps`` for all optimizers that take them; those that this
            one does not take, or takes in another shape, are left out, and so is None. A class
            with ``beta1``, ``beta2``, … gets its betas by these names.

    Raises:
        ValueError: if there is no such optimizer, or it cannot be made so; the message says why.

    >>> from breaking_adam import Online
    >>> group = make_optimizer("sgd(momentum=0.9)", Online(), betas=(0.9, 0.99)).param_groups[0]
    >>> group["lr"], group["momentum"]
    (0.001, 0.9)
    """
    call = parse(name) if isinstance(name, str) else name
    factory = find_optimizer(call.name)
    takes, takes_any = accepted(factory)
    said = dict(call.keywords)
    for key in said:
        if key not in takes and not takes_any:
            raise ValueError(f"{call.name} takes no {key}{did_you_mean(key, takes)}")
    hyper: dict[str, Any] = {}
    for source in (PAPER if call.name in NAMES else {}, typed):
        hyper |= _fitting(source, takes, takes_any)
    hyper |= said
    try:
        optimizer = factory(problem.parameters(), **hyper)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{call} cannot be made: {error}") from error
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise ValueError(f"{call.name} makes no torch.optim.Optimizer, but a {_kind(optimizer)}")
    try:
        inspect.signature(optimizer.step).bind(lambda: None)
    except TypeError as error:
        raise ValueError(
            f"{call.name} has a step that takes no closure: define it as step(self, closure=None)"
        ) from error
    return optimizer


def ignored(call: Call, **typed: Any) -> list[str]:
    """Which of lr, betas and eps :func:`make_optimizer` would leave out, of those that are typed.

    >>> ignored(parse("sgd"), lr=0.1, betas=(0.9, 0.99), eps=None)
    ['betas']
    """
    takes = accepted(find_optimizer(call.name))
    said = dict(call.keywords)
    return [
        key
        for key, value in typed.items()
        if value is not None and key not in said and not _fitting({key: value}, *takes)
    ]


def find_optimizer(name: str) -> Callable[..., Any]:
    """The optimizer class (or a function that makes one) that the name stands for.

    Raises:
        ValueError: if there is none; the message says what may have been meant.
    """
    path = NAMES.get(name, name)
    module, _, attribute = path.rpartition(".")
    if not module:
        raise ValueError(
            f"there is no optimizer {name!r}{did_you_mean(name, NAMES)}: choose from "
            f"{', '.join(NAMES)}, or give an import path such as torch.optim.NAdam"
        )
    try:
        found_in = importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{path} cannot be imported: {error}") from error
    try:
        found = getattr(found_in, attribute)
    except AttributeError as error:
        meant = did_you_mean(attribute, dir(found_in))
        raise ValueError(f"{module} has no {attribute!r}{meant}") from error
    if isinstance(found, type) and not issubclass(found, torch.optim.Optimizer):
        raise ValueError(f"{path} is no optimizer: it is no subclass of torch.optim.Optimizer")
    if not callable(found):
        raise ValueError(f"{path} is no optimizer but a {_kind(found)}")
    return found


def classes(module: str) -> list[str]:
    """The names of a module's classes of optimizers.

    Raises:
        ImportError: if there is no such module.

    >>> "NAdam" in classes("torch.optim")
    True
    """
    found = vars(importlib.import_module(module)).items()
    names = (
        name
        for name, value in found
        if isinstance(value, type)
        and issubclass(value, torch.optim.Optimizer)
        and value is not torch.optim.Optimizer
    )
    return sorted(names, key=str.lower)


def accepted(factory: Callable[..., Any]) -> tuple[dict[str, Any], bool]:
    """The keywords that it takes with their defaults, and whether it takes any other.

    A class's ``**kwargs`` are followed to its parent; a ``RuleOptimizer`` takes what its
    ``hyper`` lists.
    """
    makers = [factory]
    if isinstance(factory, type):
        # torch's base class takes groups and defaults: no keyword of a subclass comes to it.
        makers = [
            vars(kind)["__init__"]
            for kind in factory.__mro__
            if "__init__" in vars(kind) and kind is not torch.optim.Optimizer
        ]
    takes: dict[str, Any] = dict(getattr(factory, "hyper", {}))
    for maker in makers:
        try:
            parameters = inspect.signature(maker).parameters
        except (TypeError, ValueError):  # some built-in functions
            return takes, True
        for key, parameter in parameters.items():
            named = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
            if named and key not in ("self", "params"):
                takes.setdefault(key, parameter.default)
        if all(p.kind is not p.VAR_KEYWORD for p in parameters.values()):
            return takes, False
    return takes, not hasattr(factory, "hyper")


def _fitting(
    source: Mapping[str, Any], takes: Mapping[str, Any], takes_any: bool
) -> dict[str, Any]:
    """Those of lr, betas and eps that the optimizer takes, under its own names."""
    fitting: dict[str, Any] = {}
    for key, value in source.items():
        if value is None:
            continue
        if key in takes:
            if _alike(takes[key], value):
                fitting[key] = value
        elif key == "betas":
            names = [name for name in (f"beta{i}" for i in range(1, 10)) if name in takes]
            if len(names) == len(value):
                fitting |= dict(zip(names, value, strict=True))
        elif key == "lr" and takes_any:
            fitting[key] = value
    return fitting


def _alike(default: Any, value: Any) -> bool:
    """Whether both are one number or equally many: Adafactor's eps is a pair, Adan has 3 betas."""
    sizes = [len(each) if isinstance(each, (tuple, list)) else None for each in (default, value)]
    return sizes[0] == sizes[1] or default is inspect.Parameter.empty


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a line; nothing where nothing is near.

    >>> did_you_mean("adman", ["sgd", "adam"])
    ' (did you mean adam?)'
    """
    near = difflib.get_close_matches(word[:100], [each for each in known if each[0] != "_"], 2)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def hyperparameters(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """What the optimizer really uses, from its first param group, as JSON can hold it.

    The step size is α, before any schedule.
    """
    group = optimizer.param_groups[0]
    used = {key: group[key] for key in group if key not in ("params", "initial_lr")}
    if "initial_lr" in group:
        used["lr"] = group["initial_lr"]
    return {key: _plain(value) for key, value in used.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value.item() if isinstance(value, torch.Tensor) and value.numel() == 1 else str(value)


def _kind(value: Any) -> str:
    return type(value).__name__
