"""``python -m breaking_adam.figure2``: the paper's networks on real data, with error bars."""

import sys

from breaking_adam.cli.figure2 import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
