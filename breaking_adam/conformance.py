"""Which algorithm is it? Adam and AMSGrad as libraries have them, beside ours."""

import sys

from breaking_adam.cli.conformance import main
from breaking_adam.cli.startup import end_quietly

__all__ = ["main"]

if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
