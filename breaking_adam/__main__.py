"""``python -m breaking_adam`` and ``breaking-adam``: what there is to run, and the way to it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from importlib import import_module

from breaking_adam import __version__
from breaking_adam.cli.startup import end_quietly, standard_streams
from breaking_adam.optimizers.names import NAMES
from breaking_adam.support.command import as_typed

COMMANDS = {
    "online": "Figure 1, left and centre: the online problem, where Adam goes to the worst point",
    "stochastic": "Figure 1, right: the same in expectation, one run or thousands",
    "watch": "one run on any of the published counterexamples",
    "figure1": "Figure 1 whole, with a constant step size and with the theory's",
    "figure2": "the paper's networks on real data: Adam beside AMSGrad, seed by seed",
    "theorems": "each theorem on its own construction: what is measured beside what is proved",
    "diagram": "where an optimizer breaks, over a plane of hyperparameters, with the theory's edge",
    "stand": "any optimizer against every published counterexample, with a verdict",
    "readable": "which optimizers can be read from their own step, and how fast they are then",
    "conformance": "which algorithm each library's Adam and AMSGrad is, beside ours",
}


def main(arguments: Sequence[str]) -> int:
    """Run the command that the arguments begin with, or list all; the exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_list())
        return 0
    name, *rest = arguments
    if name == "--version":
        print(f"breaking_adam {__version__}")
        return 0
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
        print(f"breaking_adam: error: {name!r} is no command: {meant}", file=sys.stderr)
        return 2
    return import_module(f"breaking_adam.{name}").main(rest)


def _list() -> str:
    width = max(map(len, COMMANDS))
    return "\n".join(
        [
            "Breaking Adam: On the Convergence of Adam and Beyond, as commands.\n",
            *(f"  {as_typed(name.ljust(width))}  {what}" for name, what in COMMANDS.items()),
            "\nEach tells its options with --help. Optimizers with a short name:\n",
            *(f"  {name:<12} {path}" for name, path in NAMES.items()),
            "\nOther torch optimizers go by their import path, such as torch.optim.NAdam.",
        ]
    )


def script() -> None:
    """The console script ``breaking-adam``."""
    end_quietly()
    standard_streams()
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    script()
