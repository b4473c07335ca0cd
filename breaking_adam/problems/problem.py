"""A problem as a module: the costs on a domain, the score of playing them, and x.

A problem's mathematics is a ``Cost``: pure functions on plain numbers that give f_t(x) and f_t'(x).
The module built on it is an ordinary ``nn.Module`` for a torchbearer Trial, and the compiled
engine runs those same functions.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, ClassVar

import numpy as np
import torch
import torchbearer
from numba import njit
from torch import Tensor, nn

from breaking_adam.problems.cost import Cost
from breaking_adam.problems.score import Score
from breaking_adam.problems.two_sum import add
from breaking_adam.support import checks

#: The (epoch, batch) that the problem's clock has counted last.
COUNTED = torchbearer.state_key("breaking_adam_counted")


#: The latest first step and the longest period: what they are added to stays below 2⁶³.
LATEST = 2**62


class Problem(nn.Module):
    """A sequence of costs f_1, f_2, … of one variable x on a domain, R replicas at a time.

    A subclass gives the ``cost``, its ``constants`` and ``x_star``, and ``best`` where x* is not
    the only one. The module keeps the score (:class:`breaking_adam.problems.score.Score`): the
    number of steps played and the regret. Both travel in its ``state_dict``, so that a run can stop
    and carry on.

    Args:
        domain: the box F, (low, high); an end may be infinite. None for no bounds.
        x0: where x starts, within the domain.
        first_step: the t of the first step. The paper counts from 1; 0 puts the large slope where
            a 0-based batch counter puts it, on the second step.
        replicas: the number R of independent copies; x has shape (R,).
        dtype: of x, float32 or float64; torch's default if None.

    Raises:
        ValueError: if an argument is out of its range; the message holds the value.
        TypeError: if an argument is not a number.
    """

    cost: ClassVar[Cost]

    #: Whether R_T = Σ f_t(x_t) − f_t(x*) says how well a player does; where it does not, it is NaN.
    has_regret: ClassVar[bool] = True

    #: The attributes that tell one such problem from another.
    settings: ClassVar[tuple[str, ...]] = ()

    x: nn.Parameter

    def __init__(
        self,
        *,
        domain: tuple[float, float] | None = (-1.0, 1.0),
        x0: float = 0.0,
        first_step: int = 1,
        replicas: int = 1,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        dtype = torch.get_default_dtype() if dtype is None else dtype
        if dtype not in (torch.float32, torch.float64):
            raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype!r}")
        largest = torch.finfo(dtype).max
        self.domain = low, high = _box(domain, largest)
        limits = {"at_least": max(low, -largest), "at_most": min(high, largest)}
        self.x0 = x0 = checks.real("x0", x0, **limits)
        self.first_step = checks.integer("first_step", first_step, at_least=0, at_most=LATEST)
        self.replicas = checks.integer("replicas", replicas, at_least=1, at_most=10**8)
        self.x = nn.Parameter(torch.full((self.replicas,), x0, dtype=dtype))
        self.score = Score(self.replicas, has_regret=self.has_regret)

    @property
    def constants(self) -> tuple[Any, ...]:
        """c, the constants that the functions of ``cost`` take."""
        raise NotImplementedError

    @property
    def x_star(self) -> float:
        """x*, the best fixed point of the domain, or one of those."""
        raise NotImplementedError

    @property
    def best(self) -> tuple[float, float]:
        """The best fixed points, from the lowest to the highest: mostly x* alone."""
        return self.x_star, self.x_star

    @property
    def x_worst(self) -> float:
        """The worst fixed point of the domain; NaN where none is known."""
        return math.nan

    @property
    def worst_average_regret(self) -> float:
        """R_T/T of a player who stays at ``x_worst``; NaN where that is not known."""
        return math.nan

    @property
    def width(self) -> float:
        """How large the problem is: the width of the domain or, without bounds, the way from x_1.

        Where x_1 is among the best points there is no way, and it is 1.
        """
        low, high = self.domain
        bounded = high - low
        way = float(distance(self.x0, *self.best))
        return bounded if math.isfinite(bounded) else way or 1.0

    @property
    def cycle(self) -> float:
        """The steps in which the problem shows all that it has: from a rare slope to the next."""
        return 1.0

    @property
    def distance(self) -> Tensor:
        """How far each replica is from the best points, |x − x*|, shape (R,)."""
        return torch.from_numpy(distance(self.x.numpy(force=True), *self.best))

    @property
    def steps(self) -> int:
        """The number of steps played."""
        return self.score.steps

    @property
    def t(self) -> int:
        """The t of the last step played (``first_step`` − 1 before any)."""
        return self.first_step + self.steps - 1

    @property
    def regret(self) -> Tensor:
        """R_T of each replica so far, shape (R,), float64: ``float(regret)`` works for one."""
        return torch.from_numpy(self.score.regret)

    def forward(self, _: Any = None, state: Any = None) -> Tensor:
        """f_t(x), of shape (R,), for the step that begins with this batch of the Trial.

        In training mode the first evaluation within a batch begins the next step; a closure that
        is evaluated again in the same batch sees the same f_t. Without a Trial's state every
        evaluation in training mode is a step.
        """
        if self.training and _is_first_of_batch(state):
            self.begin_step()
        return self.evaluate(self.t)

    def begin_step(self) -> None:
        """Count a step at x: the clock goes on, and the regret grows by f_t(x) − f_t(x*)."""
        sums = self.score.sums
        x = self.x.numpy(force=True)
        _functions(self.cost).regret(x, self.t + 1, self.constants, self.x_star, sums)
        self.score.add(1, sums)

    def evaluate(self, t: int) -> Tensor:
        """f_t(x), of shape (R,), with its gradient; the score stays as it is."""
        x = self.x
        at = x.numpy(force=True)
        # f_t linearised at x, value + gradient·x, has f_t's value and f_t's gradient there.
        value, gradient = np.empty_like(at), np.empty_like(at)
        _functions(self.cost).linearise(at, t, self.constants, value, gradient)
        terms = torch.from_numpy(value), torch.from_numpy(gradient)
        if not x.is_cpu:
            terms = terms[0].to(x.device), terms[1].to(x.device)
        return torch.addcmul(*terms, x)

    def extra_repr(self) -> str:
        names = (*self.settings, "domain", "first_step", "replicas")
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in names)

    def get_extra_state(self) -> dict[str, Any]:
        state = self.score.state()
        return {**state, "regret": torch.from_numpy(state["regret"])}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        self.score.load(state["steps"], state["regret"].numpy())


def distance(x: Any, low: Any, high: Any) -> Any:
    """How far x is from the interval [low, high]; each a number, or an array of them.

    >>> distance(np.array([-3.0, 0.5, 2.0]), -1.0, 1.0)
    array([2., 0., 1.])
    """
    return np.maximum(np.maximum(low - x, x - high), 0)


def _box(domain: Any, largest: float) -> tuple[float, float]:
    """The domain as (low, high), each infinite or within ± ``largest``."""
    if domain is None:
        return -math.inf, math.inf
    try:
        low, high = domain
    except (TypeError, ValueError) as error:
        raise TypeError(f"domain must be (low, high) or None, got {domain!r}") from error
    low, high = (
        end
        if isinstance(end, float) and math.isinf(end)
        else checks.real("domain", end, at_least=-largest, at_most=largest)
        for end in (low, high)
    )
    if not low < high:
        raise ValueError(f"domain must be (low, high) with low < high, got {domain}")
    return low, high


def _is_first_of_batch(state: Any) -> bool:
    """Whether the Trial evaluates for the first time in its batch, which it then notes."""
    if state is None:
        return True
    here = (state[torchbearer.EPOCH], state[torchbearer.BATCH])
    first = state.get(COUNTED) != here
    state[COUNTED] = here
    return first


class _Functions:
    """A cost over R replicas, compiled."""

    def __init__(self, cost: Cost) -> None:
        at, key = cost.at, cost.key

        @njit(error_model="numpy")
        def linearise(x, t, c, value, gradient):
            for k in range(x.size):
                f, g = at(x[k], t, key(k, c), c)
                value[k], gradient[k] = f - g * x[k], g

        @njit(error_model="numpy")
        def regret(x, t, c, x_star, sums):
            for k in range(x.size):
                f, _ = at(x[k], t, key(k, c), c)
                f_star, _ = at(x_star, t, key(k, c), c)
                sums[0, k], sums[1, k] = add(sums[0, k], sums[1, k], f - f_star)

        self.linearise, self.regret = linearise, regret


_functions = cache(_Functions)


def loss(state: Any) -> Tensor:
    """The criterion: the model's output is the cost itself.

    It takes the Trial's state, which spares torchbearer an exception per step, and sums over the
    replicas, which do not interact: each gets its own gradient.

    State Requirements:
        - :attr:`torchbearer.state.Y_PRED`: the output of the model, shape (R,)
    """
    f = state[torchbearer.Y_PRED]
    return f if f.numel() == 1 else f.sum()
