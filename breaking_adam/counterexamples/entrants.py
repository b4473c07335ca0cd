"""Who is put on the stand: optimizers by name or as classes, each with its own defaults."""

from __future__ import annotations

import contextlib
import inspect
import sys
import warnings
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, NamedTuple

import torch

from breaking_adam.counterexamples.counterexample import Prediction, Theory
from breaking_adam.optimizers import Adam
from breaking_adam.optimizers.find import accepted, find_optimizer, make_optimizer
from breaking_adam.optimizers.names import NAMES
from breaking_adam.problems import Online, Problem
from breaking_adam.support.calls import Call, parse
from breaking_adam.support.text import one_line
from breaking_adam.trials.build import build

#: Optimizers that people use, or that claim to mend Adam: the published matrix has these.
PUBLISHED = (
    "torch.optim.SGD",
    "torch.optim.SGD(momentum=0.9)",
    "torch.optim.Adagrad",
    "torch.optim.RMSprop",
    "torch.optim.Adam",
    "torch.optim.AdamW",
    "torch.optim.NAdam",
    "torch.optim.RAdam",
    "breaking_adam.AMSGrad(bias_correction='none')",
    "breaking_adam.AMSGrad(bias_correction='after_max')",
    "breaking_adam.AMSGrad(bias_correction='before_max')",
    "breaking_adam.AdamNC",
    "pytorch_optimizer.AdaBound",
    "pytorch_optimizer.AdaShift",
    "pytorch_optimizer.Yogi",
    "pytorch_optimizer.AdaBelief",
    "pytorch_optimizer.ADOPT",
    "pytorch_optimizer.ADOPT(clip_lambda=None)",
    "pytorch_optimizer.Lion",
    "pytorch_optimizer.ScheduleFreeAdamW",
)

#: Classes that have their own idea of a step size, by how their names begin: their lr is a factor.
OWN_STEP_SIZE = ("adadelta", "adamg", "dadapt", "prodigy")


class Entrant(NamedTuple):
    """An optimizer that is put on the stand.

    Args:
        name: its import path, with the keywords that were typed.
        make: (parameters, step size) -> the optimizer; all else is the class's own default.
        own_step_size: whether it has its own idea of one, and is swept around 1.
    """

    name: str
    make: Callable[[Any, float], torch.optim.Optimizer]
    own_step_size: bool

    def unit(self, alpha: float) -> float:
        """The step size in the middle of its sweep, on a problem whose own is ``alpha``."""
        return 1.0 if self.own_step_size else alpha

    def predicted(self, theory: Theory, alpha: float) -> Prediction | None:
        """What a theory of Adam and RMSprop says of it; None of all others."""
        made = self.make([torch.nn.Parameter(torch.zeros(1))], alpha)
        group = made.param_groups[0]
        if group.get("weight_decay") or group.get("maximize") or group.get("amsgrad"):
            return None
        if type(made) in (torch.optim.Adam, Adam):
            beta1, beta2 = group["betas"]
            return theory(float(beta1), float(beta2), float(group["eps"]))
        if type(made) is torch.optim.RMSprop and not (group["centered"] or group["momentum"]):
            return theory(0.0, float(group["alpha"]), float(group["eps"]))
        return None


def entrant(optimizer: str | Call | Callable[..., torch.optim.Optimizer]) -> Entrant:
    """The optimizer as one that is put on the stand.

    Args:
        optimizer: a short name or an import path, with keywords or without; or a class, or a
            function that takes parameters and ``lr``. Short names stand for their classes here,
            with the classes' own defaults and not the paper's values.

    Raises:
        ValueError: if there is none, or it has no ``lr`` to sweep or one that is typed.

    >>> entrant("adam").name, entrant(torch.optim.Adam).name
    ('torch.optim.Adam', 'torch.optim.Adam')
    """
    call = parse(optimizer) if isinstance(optimizer, str) else optimizer
    if isinstance(call, Call):
        call = Call(NAMES.get(call.name, call.name), call.keywords)
        factory, name = find_optimizer(call.name), str(call)
        if "lr" in dict(call.keywords):
            raise ValueError(f"{call}: lr is what is swept; leave it out")
    elif callable(call):
        factory, name = call, _path(call)
    else:
        raise TypeError(f"an optimizer is a name, a class or a function, got {optimizer!r}")
    takes, takes_any = accepted(factory)
    if "lr" not in takes and not takes_any:
        raise ValueError(f"{name} takes no lr, and the step size is what is swept")

    def make(params: Any, alpha: float) -> torch.optim.Optimizer:
        if isinstance(call, Call):
            params = list(params)
            model: Any = SimpleNamespace(parameters=lambda: params)
            return make_optimizer(call, model, lr=alpha)
        return factory(params, lr=alpha)

    return Entrant(name, make, _has_own_step_size(factory))


def entrants(optimizers: Iterable[Any]) -> list[Entrant]:
    """Each of them as :func:`entrant` has it, once.

    Raises:
        ValueError: as :func:`entrant`; or if there is none.
    """
    if isinstance(optimizers, str) or callable(optimizers):
        optimizers = [optimizers]
    found = {one.name: one for one in map(entrant, optimizers)}
    if not found:
        raise ValueError("there is no optimizer to play: give one at least")
    return list(found.values())


def rehearse(each: Entrant, problem: Problem, alpha: float, sweep: Iterable[float] = ()) -> None:
    """Let an optimizer take its first steps on a problem, and be made with each α of a sweep.

    Raises:
        ValueError: if it cannot; the message says why, in one line.
    """
    try:
        made = each.make(problem.parameters(), alpha)
        if "lr" not in made.param_groups[0]:
            raise ValueError("it has no lr that a schedule could set")
        build(problem, made, engine="eager", steps=3)[0].run()
    except Exception as error:
        reason = one_line(error)
        raise ValueError(f"{each.name} fails in its first steps: {reason}") from error
    if problem.steps == 0:
        raise ValueError(
            f"{each.name} has a step that calls no closure: begin it with loss = closure()"
        )
    for lr in sweep:
        try:
            each.make([torch.nn.Parameter(torch.zeros(1))], lr)
        except Exception as error:
            reason = one_line(error)
            raise ValueError(f"{each.name} refuses lr={lr:g} of the sweep: {reason}") from error


def willing(names: Iterable[str], sweep: Callable[[Entrant], Iterable[float]]) -> list[Entrant]:
    """Of the optimizers, those that take parameters, each α of their sweep, and then steps."""
    found = []
    for name in names:
        try:
            with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                each = entrant(name)
                rehearse(each, Online(), 0.001, sweep(each))
        except Exception:  # an optimizer may raise anything
            continue
        found.append(each)
    return found


def _path(factory: Callable[..., Any]) -> str:
    """The shortest path by which it can be imported."""
    name = getattr(factory, "__qualname__", type(factory).__qualname__)
    parts = getattr(factory, "__module__", "").split(".")
    for count in range(1, len(parts)):
        package = ".".join(parts[:count])
        if getattr(sys.modules.get(package), name, None) is factory:
            return f"{package}.{name}"
    return f"{'.'.join(parts)}.{name}"


def _has_own_step_size(factory: Callable[..., Any]) -> bool:
    kinds = inspect.getmro(factory) if isinstance(factory, type) else ()
    return any(kind.__name__.casefold().startswith(OWN_STEP_SIZE) for kind in kinds)
