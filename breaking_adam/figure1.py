"""``python -m breaking_adam.figure1``: the paper's Figure 1 whole, with both step sizes."""

import sys

from breaking_adam.cli.figure1 import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
