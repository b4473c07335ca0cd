"""The whole command against a process that only imports what it uses.

python -m benchmarks.command
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from benchmarks.results import Ratio, ratio, table
from benchmarks.timing import by_round, medians

IMPORTS = "import torch, torchbearer, tensorboard, matplotlib.pyplot"


def main() -> list[Ratio]:
    """Print the seconds of both and their ratio."""
    with tempfile.TemporaryDirectory() as logs:
        command = [sys.executable, "-m", "breaking_adam.online", "--logdir", logs]
        seconds = by_round(
            {
                "command": lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL),
                "imports": lambda: subprocess.run([sys.executable, "-c", IMPORTS], check=True),
            },
            rounds=5,
        )
    print("python -m breaking_adam.online as a process: 12,000,000 steps, logs and figure")
    for who, taken in medians(seconds).items():
        print(f"  {who:10s}{taken:6.2f} s")
    what = f"the command / {IMPORTS}"
    found = [ratio("command", what, seconds["command"], seconds["imports"], 1.9)]
    print(f"\n{table(found)}")
    return found


if __name__ == "__main__":
    main()
