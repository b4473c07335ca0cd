"""What a published counterexample is: a problem, how it is played, and what the theory says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from breaking_adam.counterexamples.names import TITLES
from breaking_adam.problems import Problem

#: α_t/α as a function of t that Numba compiles.
Schedule = Callable[[int], float]


class Prediction(NamedTuple):
    """What the theory says will be seen of Adam.

    Args:
        verdict: "solves", "wrong point", "stuck" or "diverges".
        value: the number that it rests on.
        formula: what that number is.
    """

    verdict: str
    value: float
    formula: str


#: (β1, β2, ε) of Adam, or (0, α, ε) of RMSprop -> what will be seen; None where no theory says.
Theory = Callable[[float, float, float], Prediction | None]


def unknown(beta1: float, beta2: float, eps: float) -> None:
    """There is no theory."""


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """A problem, how it is played, and what the theory says.

    Args:
        name: one of :data:`breaking_adam.counterexamples.names.TITLES`.
        paper: where it comes from: authors, year, arXiv number.
        mechanism: what it probes, in a phrase.
        problem: makes it; takes the keywords that every problem has (``dtype``, ``replicas``, …),
            and ``seed`` where anything is drawn.
        alpha: its own step size α: the middle of a sweep.
        schedule: α_t/α.
        steps: how many a run has.
        seeds: how many runs a verdict needs: 1 where nothing is drawn.
        near: how far from the best points x may end and have solved it. By default in the table 5%
            of the box or, without one, of the way from x_1.
        ours: which settings are not the publication's but chosen here; empty if none.
        predicted: what the theory says of Adam and of RMSprop, in the long run and at α_t → 0 or,
            where the schedule is constant, at ``alpha``.
    """

    name: str
    paper: str
    mechanism: str
    problem: Callable[..., Problem]
    alpha: float
    schedule: Schedule
    steps: int
    seeds: int = 1
    near: float
    ours: str = ""
    predicted: Theory = unknown

    @property
    def title(self) -> str:
        """For people, in a line."""
        return TITLES[self.name]
