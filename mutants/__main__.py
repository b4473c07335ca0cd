"""Plant every fault, one at a time, and tell which the suite finds.

python -m mutants [--only PATH ...] [--jobs N] [--json FILE]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mutants.faults import FAULTS
from mutants.kept import Kept
from mutants.pool import judged

#: The part of all faults that has to be found.
ENOUGH = 0.95


def main() -> int:
    """Do what the command line says; 1 where too many faults survive."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="PATH", help="as rules or rules/adam.py"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="at once (%(default)s)")
    parser.add_argument(
        "--limit", type=float, default=900, metavar="S", help="seconds for a fault (%(default)s)"
    )
    parser.add_argument(
        "--json",
        type=Path,
        default=Path("build/mutants.json"),
        metavar="FILE",
        help="where every verdict is kept (%(default)s)",
    )
    options = parser.parse_args()
    chosen = [fault for fault in FAULTS if fault.path.startswith(tuple(options.only))]
    verdicts, kept = [], Kept(options.json)
    for verdict in judged(chosen, kept, options.jobs, options.limit):
        print(verdict, flush=True)
        verdicts.append(verdict)
        kept.add(verdict)
    found = sum(bool(each.found) for each in verdicts)
    print(f"\nfound {found} of {len(verdicts)}, {found / max(1, len(verdicts)):.1%}")
    return int(found < ENOUGH * len(verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
