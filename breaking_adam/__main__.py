"""``python -m breaking_adam``: what there is to run."""

import sys
from collections.abc import Sequence

from breaking_adam.optimizers.names import NAMES

COMMANDS = {
    "online": "Figure 1, left and centre: the online problem, where Adam goes to the worst point",
    "stochastic": "Figure 1, right: the same in expectation, one run or thousands",
    "figure1": "Figure 1 whole, with a constant step size and with the theory's",
    "figure2": "the paper's networks on real data: Adam beside AMSGrad, seed by seed",
    "theorems": "each theorem on its own construction: what is measured beside what is proved",
    "diagram": "where an optimizer breaks, over a plane of hyperparameters, with the theory's edge",
    "stand": "any optimizer against every published counterexample, with a verdict",
    "readable": "which optimizers can be read from their own step, and how fast they are then",
    "conformance": "which algorithm each library's Adam and AMSGrad is, beside ours",
}


def main(arguments: Sequence[str]) -> int:
    """List the commands; the exit status."""
    if arguments and arguments[0] not in ("-h", "--help"):
        print(
            f"python -m breaking_adam: error: commands have a dot, as in "
            f"python -m breaking_adam.{arguments[0] if arguments[0] in COMMANDS else 'online'}",
            file=sys.stderr,
        )
        return 2
    print("Breaking Adam: On the Convergence of Adam and Beyond, as commands.\n")
    for name, what in COMMANDS.items():
        print(f"  python -m breaking_adam.{name:<12} {what}")
    print("\nEach tells its options with --help. Optimizers with a short name:\n")
    for name, path in NAMES.items():
        print(f"  {name:<12} {path}")
    print("\nOther torch optimizers go by their import path, such as torch.optim.NAdam.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
