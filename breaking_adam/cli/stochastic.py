"""``python -m breaking_adam.stochastic``: Figure 1, right."""

from __future__ import annotations

from collections.abc import Sequence

from breaking_adam.cli import trials

DESCRIPTION = (
    "Run optimizers on the paper's stochastic problem: f_t(x) = 1010 x with probability 0.01 and "
    "-10 x otherwise, on [-1, 1]. The best point is x = -1; Adam goes to +1."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    return trials.run("stochastic", DESCRIPTION, arguments)
