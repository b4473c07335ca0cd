"""The paper's problems: which cost step t shows, on which box, with which best point x*.

A problem's mathematics is a ``Cost``: pure functions on plain numbers that give f_t(x) and f_t'(x).
The module built on it is an ordinary ``nn.Module`` for a torchbearer Trial, and the compiled
engine runs those same functions.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
import torchbearer
from numba import njit
from numba.extending import register_jitable as compilable
from torch import Tensor, nn

from breaking_adam import checks
from breaking_adam.arithmetic import add, divisible, divisor_of, splitmix64

#: The (epoch, batch) that the problem's clock has counted last.
COUNTED = torchbearer.state_key("breaking_adam_counted")


class Cost(NamedTuple):
    """What step t shows, as functions that Numba compiles; c are the problem's constants."""

    #: (x, t, key, c) -> (f_t(x), f_t'(x))
    at: Any
    #: (k, c) -> key, by which ``at`` knows replica k; an unsigned integer
    key: Any


#: The latest first step and the longest period: what they are added to stays below 2⁶³.
_LATEST = 2**62


class Problem(nn.Module):
    """A sequence of costs f_1, f_2, … of one variable x on a box, R replicas at a time.

    The module keeps the score of the game it describes: the number of steps played and the
    regret R_T = Σ f_t(x_t) − f_t(x*), with x_t *before* the step (paper, Section 2). Both travel
    in its ``state_dict``, so that a run can stop and carry on. R_T is kept as a sum of two
    doubles, so that after 10⁹ steps it is still exact to the last bit or two for the costs shown,
    where one double would have lost half its digits.

    Args:
        domain: the box F, (low, high).
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

    x: nn.Parameter

    def __init__(
        self,
        *,
        domain: tuple[float, float] = (-1.0, 1.0),
        x0: float = 0.0,
        first_step: int = 1,
        replicas: int = 1,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        dtype = torch.get_default_dtype() if dtype is None else dtype
        if dtype not in (torch.float32, torch.float64):
            raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype!r}")
        try:
            low, high = domain
        except (TypeError, ValueError) as error:
            raise TypeError(f"domain must be (low, high), got {domain!r}") from error
        largest = torch.finfo(dtype).max
        low, high = (
            checks.real("domain", x, at_least=-largest, at_most=largest) for x in (low, high)
        )
        self.domain = (low, high)
        if not self.domain[0] < self.domain[1]:
            raise ValueError(f"domain must be (low, high) with low < high, got {domain}")
        x0 = checks.real("x0", x0, at_least=low, at_most=high)
        self.first_step = checks.integer("first_step", first_step, at_least=0, at_most=_LATEST)
        self.replicas = checks.integer("replicas", replicas, at_least=1, at_most=10**8)
        self.x = nn.Parameter(torch.full((self.replicas,), x0, dtype=dtype))
        #: The number of steps played.
        self.steps = 0
        # R_T per replica as an unevaluated sum of two doubles (row 0 + row 1): its rounding error
        # does not grow with T.
        self._regret = np.zeros((2, self.replicas))

    @property
    def constants(self) -> tuple[Any, ...]:
        """c, the constants that the functions of ``cost`` take."""
        raise NotImplementedError

    @property
    def mean_slope(self) -> float:
        """The slope of the average cost (over a period, or in expectation)."""
        raise NotImplementedError

    @property
    def x_star(self) -> float:
        """x*, the best fixed point of the domain."""
        return self.domain[0] if self.mean_slope >= 0 else self.domain[1]

    @property
    def x_worst(self) -> float:
        """The worst fixed point: the end of the domain across from x*."""
        return self.domain[0] + self.domain[1] - self.x_star

    @property
    def worst_average_regret(self) -> float:
        """R_T/T of a player who stays at ``x_worst``: 20/101 online and 0.4 stochastic."""
        return abs(self.mean_slope) * (self.domain[1] - self.domain[0])

    @property
    def t(self) -> int:
        """The t of the last step played (``first_step`` − 1 before any)."""
        return self.first_step + self.steps - 1

    @property
    def regret(self) -> np.ndarray:
        """R_T of each replica so far, shape (R,), float64."""
        return self._regret[0] + self._regret[1]

    def forward(self, _: Any = None, state: Any = None) -> Tensor:
        """f_t(x), of shape (R,), for the step that begins with this batch of the Trial.

        In training mode the first evaluation within a batch starts the next step and adds to the
        regret; a closure that is evaluated again in the same batch sees the same f_t. Without a
        Trial's state every evaluation in training mode is a step.
        """
        begins = self.training
        if state is not None and begins:
            here = (state[torchbearer.EPOCH], state[torchbearer.BATCH])
            begins = state.get(COUNTED) != here
            state[COUNTED] = here
        if begins:
            self.steps += 1
        x = self.x
        at = x.detach().cpu().numpy()
        # f_t linearised at x, value + gradient·x, has f_t's value and f_t's gradient there.
        value, gradient = np.empty_like(at), np.empty_like(at)
        linearise = _linearisation(self.cost)
        linearise(at, self.t, self.constants, self.x_star, value, gradient, self._regret, begins)
        terms = torch.from_numpy(value), torch.from_numpy(gradient)
        if not x.is_cpu:
            terms = terms[0].to(x.device), terms[1].to(x.device)
        return torch.addcmul(*terms, x)

    def get_extra_state(self) -> dict[str, Any]:
        return {"steps": self.steps, "regret": torch.from_numpy(self._regret.copy())}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        regret = state["regret"].numpy()
        if regret.shape != self._regret.shape:
            raise ValueError(
                f"the state holds {regret.shape[1]} replicas, the model {self.replicas}"
            )
        self.steps = int(state["steps"])
        self._regret = regret.copy()


@compilable
def online_at(x, t, key, c):
    """Large·x on the first step of every period, small·x on the others."""
    large, small, period, divisor = c
    slope = large if divisible(np.uint64(t + period - 1), divisor) else small
    return slope * x, slope


@compilable
def online_key(k, c):
    """All replicas see the same."""
    return np.uint64(0)


class Online(Problem):
    """f_t(x) = large·x if t ≡ 1 (mod period), else small·x (paper, Section 5: the defaults).

    Theorem 1 is ``Online(C, -1, period=3)`` and Theorem 2 ``Online(C, -1, period=C)``.

    Args:
        large: the rare slope.
        small: the common slope.
        period: the number of steps from one large slope to the next.
        **box: the arguments of :class:`Problem`.

    >>> problem = Online(x0=1)
    >>> [problem().item() for _ in range(3)], problem.x_star
    ([1010.0, -10.0, -10.0], -1.0)
    """

    cost = Cost(online_at, online_key)

    def __init__(
        self, large: float = 1010.0, small: float = -10.0, period: int = 101, **box: Any
    ) -> None:
        super().__init__(**box)
        self.large = checks.real("large", large)
        self.small = checks.real("small", small)
        self.period = checks.integer("period", period, at_least=1, at_most=_LATEST)
        self._divisor = divisor_of(self.period)

    @property
    def constants(self) -> tuple[Any, ...]:
        return self.large, self.small, self.period, divisor_of(self.period)

    @property
    def mean_slope(self) -> float:
        return (self.large + (self.period - 1) * self.small) / self.period


@compilable
def stochastic_at(x, t, key, c):
    """Large·x when the draw falls below the threshold, else small·x.

    The draw is output t of the replica's own generator: no state, so every engine and every
    block sees the same.
    """
    large, small, threshold, _ = c
    slope = large if splitmix64(key, np.uint64(t)) < threshold else small
    return slope * x, slope


@compilable
def stochastic_key(k, c):
    """The seed of replica k's generator is output k + 1 of the generator seeded with ``seed``."""
    return splitmix64(c[3], np.uint64(k + 1))


class Stochastic(Problem):
    """f_t(x) = large·x with the given probability, else small·x (paper, Section 5: the defaults).

    Theorem 3 is ``Stochastic(C, -1, probability=(1 + delta) / (C + 1))``. Which f_t a step shows
    depends on (seed, t, replica) alone: it is the same for every optimizer, engine and number of
    replicas.

    Args:
        large: the rare slope.
        small: the common slope.
        probability: of the rare slope, in [0, 1].
        seed: of the draws, in [0, 2⁶⁴).
        **box: the arguments of :class:`Problem`.

    >>> problem = Stochastic(seed=1)
    >>> problem.x_star, round(problem.worst_average_regret, 12)
    (-1.0, 0.4)
    """

    cost = Cost(stochastic_at, stochastic_key)

    def __init__(
        self,
        large: float = 1010.0,
        small: float = -10.0,
        probability: float = 0.01,
        seed: int = 0,
        **box: Any,
    ) -> None:
        super().__init__(**box)
        self.large = checks.real("large", large)
        self.small = checks.real("small", small)
        self.probability = checks.real("probability", probability, at_least=0, at_most=1)
        self.seed = checks.integer("seed", seed, at_least=0, at_most=2**64 - 1)

    @property
    def constants(self) -> tuple[Any, ...]:
        threshold = np.uint64(min(math.ceil(self.probability * 2**64), 2**64 - 1))
        return self.large, self.small, threshold, np.uint64(self.seed)

    @property
    def mean_slope(self) -> float:
        return self.probability * self.large + (1 - self.probability) * self.small


@cache
def _linearisation(cost: Cost) -> Any:
    """One step of R replicas: f_t linearised at x, and the regret where the step ``begins``."""
    at, key = cost

    @njit(error_model="numpy")
    def linearise(x, t, c, x_star, value, gradient, regret, begins):
        for k in range(x.size):
            f, g = at(x[k], t, key(k, c), c)
            value[k], gradient[k] = f - g * x[k], g
            if begins:
                f_star, _ = at(x_star, t, key(k, c), c)
                regret[0, k], regret[1, k] = add(regret[0, k], regret[1, k], f - f_star)

    return linearise


def loss(state: Any) -> Tensor:
    """The criterion: the model's output is the cost itself.

    It takes the Trial's state, which spares torchbearer an exception per step, and sums over the
    replicas, which do not interact: each gets its own gradient.

    State Requirements:
        - :attr:`torchbearer.state.Y_PRED`: the output of the model, shape (R,)
    """
    f = state[torchbearer.Y_PRED]
    return f if f.numel() == 1 else f.sum()
