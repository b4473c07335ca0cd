"""Whether the suite finds a fault, and by which test."""

from __future__ import annotations

import time
from typing import NamedTuple

from mutants.choice import Choice
from mutants.fault import ROOT, Fault
from mutants.tree import Tree


class Verdict(NamedTuple):
    """What became of a fault.

    Args:
        fault: it.
        found: the test that failed, or what else went wrong; empty where the fault survived.
        seconds: how long that took.
    """

    fault: Fault
    found: str
    seconds: float

    def __str__(self) -> str:
        fault = self.fault
        line = fault.line((ROOT / fault.file).read_text())
        word = "found" if self.found else "SURVIVED"
        why = self.found or f"{fault.old!r} -> {fault.new!r}"
        return f"{word:8s} {self.seconds:4.0f} s  {fault.file}:{line}  {why}"


def judge(fault: Fault, choices: list[Choice], tree: Tree, limit: float) -> Verdict:
    """Plant the fault in the tree, and run what may see it until something does."""
    begin = time.monotonic()
    found = next(filter(None, (_found(fault, tree, choice, limit) for choice in choices)), "")
    return Verdict(fault, found, time.monotonic() - begin)


def _found(fault: Fault, tree: Tree, choice: Choice, limit: float) -> str:
    """What of the choice sees the fault.

    A test that fails without the fault as well, as one may in a copy, does not count.
    """
    skipped: list[str] = []
    while True:
        words = [*choice.files, "-m", choice.marks, *(f"--deselect={test}" for test in skipped)]
        with tree.planted(fault):
            failed = tree.run(words, limit=limit)
        if ".py" not in failed or not tree.run([failed], limit=limit):
            return failed
        skipped.append(failed)
