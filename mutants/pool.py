"""Several processes that plant faults at once, each in a tree of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from mutants.choice import Choice, choice_of
from mutants.covering import covering
from mutants.fault import Fault
from mutants.record import Record
from mutants.tree import Tree
from mutants.verdict import Verdict, judge

tree: Tree


def judged(faults: Sequence[Fault], record: Record, jobs: int, limit: float) -> Iterator[Verdict]:
    """The verdicts as they come, from so many processes at once, each with a tree of its own."""
    os.environ["OMP_NUM_THREADS"] = "1"
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as place,
        ProcessPoolExecutor(jobs, get_context("spawn"), begin, (Path(place),)) as pool,
    ):
        Path(place).chmod(0o755)  # for tests that are another user
        futures = [pool.submit(one, fault, choices(fault, record), limit) for fault in faults]
        for future in as_completed(futures):
            yield future.result()


def choices(fault: Fault, record: Record) -> list[Choice]:
    """What may see the fault: the test that has found it before, if one has, is the first.

    It is made here and not where the tests are run: those are forks, and what tells who imports
    whom has threads, which a fork loses.
    """
    before = record.test_of(fault)
    return [*([Choice([before], "")] if before else covering(fault)), *choice_of(fault)]


def begin(place: Path) -> None:
    """Give this process its tree."""
    global tree
    tree = Tree(place / str(os.getpid()))


def one(fault: Fault, choices: list[Choice], limit: float) -> Verdict:
    """The verdict of this process."""
    return judge(fault, choices, tree, limit)
