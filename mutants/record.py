"""The record: what became of every fault, kept with the table, so that a sweep can go on later."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from mutants.fault import ROOT, Fault


class Record:
    """The verdicts in a file, a row a line, in the order of their files.

    A verdict is of a fault in a text. Where either is another by now, the fault counts as not
    judged; where only the text is, the test that has found it is still the first to be tried.
    The text is the one of when the record is first asked: one that is edited while faults are
    planted counts as not judged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        rows = json.loads(path.read_text()) if path.exists() else []
        self._rows = {(row["file"], row["fault"]): row for row in rows}
        self._digest = cache(_digest)

    def found(self, fault: Fault) -> str | None:
        """What has found the fault; empty where nothing has, None where it is not judged."""
        row = self._rows.get(_key(fault))
        return row["found"] if row and row["text"] == self._digest(fault) else None

    def test_of(self, fault: Fault) -> str:
        """The test that has found the fault, be it in an earlier text; empty if none has."""
        found = self._rows.get(_key(fault), {}).get("found", "")
        return found if "::" in found else ""

    def add(self, fault: Fault, found: str) -> None:
        """Keep a verdict, on disk too."""
        file, text = _key(fault)
        row = {"file": file, "text": self._digest(fault), "fault": text, "found": found}
        self._rows[file, text] = row
        self._write()

    def keep(self, faults: list[Fault]) -> None:
        """Drop the rows of faults that are not among these."""
        self._rows = {key: self._rows[key] for key in map(_key, faults) if key in self._rows}
        self._write()

    def _write(self) -> None:
        rows = [json.dumps(self._rows[key], ensure_ascii=False) for key in sorted(self._rows)]
        aside = self.path.with_suffix(".new")
        aside.write_text("[\n" + ",\n".join(rows) + "\n]\n")
        aside.replace(self.path)


def _key(fault: Fault) -> tuple[str, str]:
    which = f" ({fault.which} of {fault.of})" if fault.of > 1 else ""
    return fault.path, f"{fault.old} -> {fault.new}{which}"


def _digest(fault: Fault) -> str:
    return hashlib.sha256((ROOT / fault.file).read_bytes()).hexdigest()[:12]
