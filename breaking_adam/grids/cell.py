"""What a lane takes of a problem and of an optimizer, as plain numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import torch

from breaking_adam.engine.rows import Kinds, kinds_of
from breaking_adam.engine.step import Specialisation
from breaking_adam.optimizers.adapters import bind
from breaking_adam.problems import Problem
from breaking_adam.problems.cost import Cost
from breaking_adam.rules.bias_correction import coefficients_of, settled
from breaking_adam.rules.rule import always, keep
from breaking_adam.trials.verdict import known_of


class Showing(NamedTuple):
    """What decides the machine code of a problem.

    Args:
        cost: its functions, and ``kinds`` of numbers that they are set to.
        dtype: of x.
        first_step: the t of its first step.
    """

    cost: Cost
    kinds: Kinds
    dtype: np.dtype[Any]
    first_step: int


class Game(NamedTuple):
    """A problem of one replica.

    Args:
        showing: what decides its machine code.
        task: what it is set to, (x*, constants, key), as a nested tuple of numbers.
        box: where x is kept.
        x0: where x starts.
        known: what is known of it, for verdicts.
        has_regret: whether its regret means anything.
    """

    showing: Showing
    task: Any
    box: tuple[float, float]
    x0: float
    known: dict[str, Any]
    has_regret: bool


class Mover(NamedTuple):
    """An optimizer that has a rule.

    Args:
        specialisation: its rule, and what surrounds it.
        tuning: what it is set to, as a nested tuple of numbers.
        initial: what each of its states starts from.
        settled: its step from which bias corrections are 1.
    """

    specialisation: Specialisation
    tuning: Any
    initial: tuple[float, ...]
    settled: int


def game_of(problem: Problem) -> Game | None:
    """The problem as plain numbers; None if it is set to something else, such as an array."""
    real = problem.x.detach().numpy().dtype
    low, high = (float(real.type(end)) for end in problem.domain)
    try:
        constants = problem.constants
        key = np.uint64(_key(problem.cost)(0, constants))
        task = (float(problem.x_star), constants, key)
        kinds = kinds_of(task)
    except TypeError:
        return None
    x0 = float(problem.x.item())
    showing = Showing(problem.cost, kinds, real, problem.first_step)
    known = known_of(problem)
    return Game(showing, task, (low, high), x0, known, problem.has_regret)


def mover_of(optimizer: torch.optim.Optimizer, dtype: np.dtype[Any]) -> Mover | None:
    """The optimizer as plain numbers; None if it has no rule for lanes."""
    group = optimizer.param_groups[0]
    if len(optimizer.param_groups) != 1 or len(group["params"]) != 1:
        return None
    kept = optimizer.state.get(group["params"][0], {})
    if kept.get("step", 0):  # it has been elsewhere
        return None
    binding = bind(optimizer, group)
    if binding is None or binding.rule.after is not keep or binding.rule.holds is not always:
        return None
    tuning = (float(group["lr"]), binding.hyper, (float(binding.l2), float(binding.decay)))
    until = 0
    if coefficients_of(binding.rule.at):
        until = settled(max(binding.hyper[:2]))
    initial = tuple(
        float(binding.initial if name and kept.get(name) is None else kept.get(name, 0.0))
        for name in binding.state
    )
    return Mover(binding.step(dtype), tuning, initial, until)


_KEYS: dict[Any, Any] = {}


def _key(cost: Cost) -> Any:
    """The cost's key function for Python: compiled code has unsigned integers that wrap."""
    if cost not in _KEYS:
        _KEYS[cost] = numba.njit(cost.key)
    return _KEYS[cost]
