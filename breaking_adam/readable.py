"""Which optimizers can be read, and how fast they are then."""

import sys

from breaking_adam.cli.readable import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
