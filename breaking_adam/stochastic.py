"""``python -m breaking_adam.stochastic``: Figure 1, right."""

import sys

from breaking_adam.cli.startup import end_quietly
from breaking_adam.cli.stochastic import main

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
