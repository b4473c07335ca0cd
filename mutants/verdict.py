"""Whether the suite finds a fault, and by which test."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from mutants.choice import Choice, choice_of
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

    @property
    def word(self) -> str:
        """In a word: found, SURVIVED, or unseen where that is known."""
        if self.found:
            return "found"
        return "unseen" if self.fault.unseen else "SURVIVED"

    def __str__(self) -> str:
        fault = self.fault
        line = fault.line((ROOT / fault.file).read_text())
        why = self.found or fault.unseen or f"{fault.old!r} -> {fault.new!r}"
        return f"{self.word:8s} {self.seconds:4.0f} s  {fault.file}:{line}  {why}"

    def as_json(self) -> dict[str, Any]:
        """Everything, for JSON."""
        fault = self.fault._asdict()
        return {**fault, "word": self.word, "found": self.found, "seconds": self.seconds}


def judge(fault: Fault, tree: Tree, limit: float, before: str = "") -> Verdict:
    """Plant the fault in the tree, and run what may see it until something does.

    The first is the test that has found it before, if one has. Nothing is run for a fault that no
    test can see.
    """
    if fault.unseen:
        return Verdict(fault, "", 0.0)
    begin, found = time.monotonic(), ""
    if before:
        with tree.planted(fault):
            found = tree.run([before], limit=limit)
    if not found:
        choices = (_found(fault, tree, choice, limit) for choice in choice_of(fault))
        found = next(filter(None, choices), "")
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
