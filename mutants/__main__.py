"""Plant the faults one at a time, tell which the suite finds, and keep it in the record.

python -m mutants [--only PATH ...] [--again | --tell] [--jobs N] [--limit S] [--record FILE]
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from mutants.covering import DATA, measure
from mutants.fault import Fault
from mutants.faults import FAULTS
from mutants.pool import judged
from mutants.record import Record

#: The part of all faults that has to be found.
ENOUGH = 0.95


def main() -> int:
    """Do what the command line says; 1 where too many faults survive, or some are not judged."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--only",
        nargs="+",
        default=[""],
        metavar="PATH",
        help="in this order, as rules rules/adam.py",
    )
    parser.add_argument(
        "--again", action="store_true", help="also what has been found in the text as it stands"
    )
    parser.add_argument(
        "--tell", action="store_true", help="only what the record has, and judge nothing"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="at once (%(default)s)")
    parser.add_argument(
        "--limit", type=float, default=900, metavar="S", help="seconds for a run (%(default)s)"
    )
    parser.add_argument(
        "--record",
        type=Path,
        default=Path(__file__).with_name("verdicts.json"),
        metavar="FILE",
        help="where the verdicts are kept (%(default)s)",
    )
    options = parser.parse_args()
    chosen = in_order(options.only)
    if unknown := [path for path in options.only if not in_order([path])]:
        parser.error(f"no fault is planted in {', '.join(unknown)}")
    record = Record(options.record)
    record.keep(FAULTS)
    left = [] if options.tell else chosen if options.again else waiting(chosen, record)
    if left and not DATA.exists():
        measure()
    for verdict in judged(left, record, options.jobs, options.limit):
        print(verdict, flush=True)
        record.add(verdict.fault, verdict.found)
    words = Counter(word(fault, record) for fault in chosen)
    print(", ".join(f"{count} {each}" for each, count in words.items()))
    return int(words["not judged"] > 0 or words["found"] < ENOUGH * len(chosen))


def in_order(paths: list[str]) -> list[Fault]:
    """The faults in these files and wings, in the order of these."""
    return list(
        dict.fromkeys(fault for path in paths for fault in FAULTS if fault.path.startswith(path))
    )


def waiting(faults: list[Fault], record: Record) -> list[Fault]:
    """What is not judged, then what has survived: a test may be there by now."""
    words = {fault: word(fault, record) for fault in faults}
    return [
        fault for each in ("not judged", "SURVIVED") for fault in faults if words[fault] == each
    ]


def word(fault: Fault, record: Record) -> str:
    """In a word: found, SURVIVED, not judged, or unseen where that is known."""
    if fault.unseen:
        return "unseen"
    found = record.found(fault)
    return "not judged" if found is None else "found" if found else "SURVIVED"


if __name__ == "__main__":
    raise SystemExit(main())
