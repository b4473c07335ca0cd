"""Plant every fault, one at a time, and tell which the suite finds.

python -m mutants [--only PATH ...] [--jobs N] [--json FILE]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from mutants.fault import Fault
from mutants.faults import FAULTS
from mutants.kept import Kept
from mutants.tree import Tree
from mutants.verdict import Verdict, judge

#: The part of all faults that has to be found.
ENOUGH = 0.95

tree: Tree


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


def judged(faults: Sequence[Fault], kept: Kept, jobs: int, limit: float) -> Iterator[Verdict]:
    """The verdicts as they come, from so many processes at once, each with a tree of its own."""
    os.environ["OMP_NUM_THREADS"] = "1"
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as place,
        ProcessPoolExecutor(jobs, get_context("spawn"), begin, (Path(place),)) as pool,
    ):
        futures = [pool.submit(one, fault, limit, kept.test_of(fault)) for fault in faults]
        for future in as_completed(futures):
            yield future.result()


def begin(place: Path) -> None:
    """Give this process its tree."""
    global tree
    tree = Tree(place / str(os.getpid()))


def one(fault: Fault, limit: float, before: str) -> Verdict:
    """The verdict of this process."""
    return judge(fault, tree, limit, before)


if __name__ == "__main__":
    raise SystemExit(main())
