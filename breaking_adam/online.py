"""``python -m breaking_adam.online``: Figure 1, left and centre."""

import sys

from breaking_adam.cli.online import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
