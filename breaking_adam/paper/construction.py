"""A theorem's construction: a problem and an optimizer, with the constants the proof takes.

It is an ordinary problem and an ordinary optimizer, to be run with α_t = α/√t
(:func:`breaking_adam.rules.schedules.inverse_sqrt`).
"""

from __future__ import annotations

from typing import NamedTuple

import torch

from breaking_adam.problems import Problem
from breaking_adam.support import checks

#: Commands and proofs compute in double precision.
DTYPE = torch.float64


class Construction(NamedTuple):
    """What a theorem is about, ready for a Trial, and its constants by the paper's letters."""

    problem: Problem
    optimizer: torch.optim.Optimizer
    constants: dict[str, float]

    @property
    def written(self) -> str:
        """The constants, as C = 3, β2 = 0.1, α = 0.474/√t."""
        return ", ".join(
            f"{name} = {f'{value:.3g}' if value % 1 else int(value)}{'/√t' if name == 'α' else ''}"
            for name, value in self.constants.items()
        )


def below(alpha: float | None, limit: float) -> float:
    """The step size, which the proof wants below the limit; half of that if None."""
    return limit / 2 if alpha is None else checks.real("alpha", alpha, above=0, below=limit)
