"""``python -m breaking_adam.watch``: one run on a counterexample."""

import sys

from breaking_adam.cli.startup import end_quietly
from breaking_adam.cli.watch import main

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
