"""Verdicts on disk: what found a fault is the first to be tried the next time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mutants.fault import Fault
from mutants.verdict import Verdict


class Kept:
    """The verdicts in a file, each in place of the one before on the same fault."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, dict[str, Any]] = {}
        for row in json.loads(path.read_text()) if path.exists() else []:
            fault = Fault(*(row[name] for name in Fault._fields))
            self._rows[_key(fault)] = row

    def test_of(self, fault: Fault) -> str:
        """The test that has found the fault; empty if none has."""
        found = self._rows.get(_key(fault), {}).get("found", "")
        return found if "::" in found else ""

    def add(self, verdict: Verdict) -> None:
        """Keep a verdict, on disk too."""
        self._rows[_key(verdict.fault)] = verdict.as_json()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(list(self._rows.values()), indent=2))


def _key(fault: Fault) -> str:
    return repr(fault[:4])
