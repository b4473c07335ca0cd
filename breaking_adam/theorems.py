"""``python -m breaking_adam.theorems``: each theorem, its bound, and what was measured."""

import sys

from breaking_adam.cli.startup import end_quietly
from breaking_adam.cli.theorems import main

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
