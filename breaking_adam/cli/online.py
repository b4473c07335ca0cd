"""``python -m breaking_adam.online``: Figure 1, left and centre."""

from __future__ import annotations

from collections.abc import Sequence

from breaking_adam.cli import trials

DESCRIPTION = (
    "Run optimizers on the paper's online problem: f_t(x) = 1010 x when t mod 101 = 1 and -10 x "
    "otherwise, on [-1, 1]. The best point is x = -1; Adam goes to +1."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    return trials.run("online", DESCRIPTION, arguments)
