"""``python -m breaking_adam.diagram``: phase diagrams, published ones and one's own."""

import sys

from breaking_adam.cli.diagram import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
