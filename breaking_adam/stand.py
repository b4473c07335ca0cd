"""``python -m breaking_adam.stand``: any optimizer against every published counterexample."""

import sys

from breaking_adam.cli.stand import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
