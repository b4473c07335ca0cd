"""Update rules: how an optimizer turns a gradient and its state into a move.

A rule is two pure functions on plain numbers, so that one definition serves the compiled
engine, the fused optimizers and the tests alike:

* ``at(t, alpha, hyper) -> c``: what step t (counted from 1) has in common for every
  coordinate, such as the bias corrections, worked out once per step in double precision;
* ``move(state, g, c) -> (state, move)``: Algorithm 2's body for one coordinate, in the
  precision of the parameter. The coordinate then goes to ``x + move``.

A whole number beside a float32 makes Numba compute in double precision. So a coefficient such as
1 − β belongs in ``at``, where it is also worked out but once.

Symbols are those of Reddi, Kale and Kumar (2018): ``g`` gradient, ``m`` first and ``v``
second moment, ``v_hat`` its running maximum, ``alpha`` step size.
"""

from collections.abc import Callable
from typing import NamedTuple

from breaking_adam.rules.marked import compilable

Numbers = tuple[float, ...]


@compilable
def keep(t, alpha, hyper):
    """The hyperparameters stay as they are, for a rule that knows the step by its t."""
    return hyper


@compilable
def always(state, g, c):
    """The rule holds in every step."""
    return True


class Rule(NamedTuple):
    """An update rule: its functions, and the names of the state it keeps per coordinate.

    ``at``, ``move`` and ``state`` are all that one needs that is written. One that is read from
    an optimizer's own step has the rest as well.

    Args:
        at: what step t has in common for every coordinate.
        move: one coordinate's step.
        state: the names of a coordinate's state.
        after: ``(t, alpha, hyper) -> hyper``: what the hyperparameters are after step t, where an
            optimizer counts or averages among them.
        holds: ``(state, g, c) -> bool``: whether the rule says what this step is, which may be
            one that has not been read yet.
        with_x: whether the state that ``move`` and ``holds`` take, and that ``move`` gives, begins
            with x itself, which is not among the names; the move given is then 0.
    """

    at: Callable[[int, float, Numbers], Numbers]
    move: Callable[[Numbers, float, Numbers], tuple[Numbers, float]]
    state: tuple[str, ...]
    after: Callable[[int, float, Numbers], Numbers] = keep
    holds: Callable[[Numbers, float, Numbers], bool] = always
    with_x: bool = False


@compilable
def plain_at(t, alpha, hyper):
    """The step size and the hyperparameters as they are, for a rule that does not look at t."""
    return (alpha, *hyper)
