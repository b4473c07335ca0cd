"""``python -m breaking_adam.online``: Figure 1, left and centre."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from breaking_adam import options
from breaking_adam.startup import end_quietly, quick_imports

DESCRIPTION = (
    "Run optimizers on the paper's online problem: f_t(x) = 1010 x when t mod 101 = 1 and -10 x "
    "otherwise, on [-1, 1]. The best point is x = -1; Adam goes to +1."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    chosen = options.read(options.parser("online", DESCRIPTION), "online", arguments)

    with quick_imports():
        import torch

        from breaking_adam import command
        from breaking_adam.problems import Online

    def problem() -> Online:
        return Online(first_step=chosen.first_step, dtype=getattr(torch, chosen.dtype))

    return command.run("online", chosen, problem)


if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
