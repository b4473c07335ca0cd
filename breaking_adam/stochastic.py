"""``python -m breaking_adam.stochastic``: Figure 1, right."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from breaking_adam import options
from breaking_adam.startup import end_quietly, quick_imports

DESCRIPTION = (
    "Run optimizers on the paper's stochastic problem: f_t(x) = 1010 x with probability 0.01 and "
    "-10 x otherwise, on [-1, 1]. The best point is x = -1; Adam goes to +1."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    parser = options.parser("stochastic", DESCRIPTION)
    parser.add_argument(
        "--replicas",
        type=options.integer(1, 10**7),
        default=1,
        metavar="R",
        help="independent runs at once; x is then their median, with quartiles as a band",
    )
    chosen = options.read(parser, "stochastic", arguments)

    with quick_imports():
        import torch

        from breaking_adam import command
        from breaking_adam.problems import Stochastic

    def problem() -> Stochastic:
        return Stochastic(
            seed=chosen.seed,
            replicas=chosen.replicas,
            first_step=chosen.first_step,
            dtype=getattr(torch, chosen.dtype),
        )

    return command.run("stochastic", chosen, problem)


if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
