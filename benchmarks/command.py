"""The whole command against a process that only imports what it uses.

python -m benchmarks.command
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from benchmarks.timing import turns, verdict

IMPORTS = "import torch, torchbearer, tensorboard, matplotlib.pyplot"


def main() -> None:
    """Print the seconds of both and their ratio."""
    with tempfile.TemporaryDirectory() as logs:
        command = [sys.executable, "-m", "breaking_adam.online", "--logdir", logs]
        seconds = turns(
            {
                "command": lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL),
                "imports": lambda: subprocess.run([sys.executable, "-c", IMPORTS], check=True),
            },
            rounds=5,
        )
    print("python -m breaking_adam.online as a process: 12,000,000 steps, logs and figure")
    print(f"  the command          {seconds['command']:6.2f} s")
    print(f"  its imports alone    {seconds['imports']:6.2f} s   ({IMPORTS})")
    print(f"  ratio                {verdict(seconds['command'] / seconds['imports'], 2.5)}")


if __name__ == "__main__":
    main()
