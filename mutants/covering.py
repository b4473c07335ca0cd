"""Which tests run a line: they are the first to see a fault in it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from functools import cache

from coverage import CoverageData

from mutants.choice import QUICK, Choice
from mutants.fault import ROOT, Fault

#: What each quick test has run, as coverage keeps it; of machine code it sees nothing.
DATA = ROOT / "build" / "mutants" / "coverage"

#: The tests that are tried for a line. More are for those that everything runs.
MOST = 40


def measure() -> None:
    """Run the quick tests, and keep which of them runs which line.

    One that fails, as one may beside coverage, will not count: it fails without a fault.

    Raises:
        RuntimeError: if they cannot be run.
    """
    aside = DATA.with_suffix(".new")
    aside.parent.mkdir(parents=True, exist_ok=True)
    measured = ["-m", "coverage", "run", f"--data-file={aside}", "-m", "pytest"]
    status = subprocess.run([sys.executable, *measured, "-q", "-m", QUICK], cwd=ROOT).returncode
    if status not in (0, 1):
        raise RuntimeError(f"the tests cannot be measured: pytest ended with {status}")
    aside.replace(DATA)


def covering(fault: Fault) -> list[Choice]:
    """The tests that run the fault's lines, those first that run little else.

    None where that is not measured, or was before the file had its text.
    """
    file = ROOT / fault.file
    if not DATA.exists() or DATA.stat().st_mtime < file.stat().st_mtime:
        return []
    first, lines = fault.line(file.read_text()), _lines().get(str(file), {})
    over = range(first, first + fault.old.count("\n") + 1)
    names = {name for line in over for name in lines.get(line, ())} & _tests().keys()
    nearest = sorted(names, key=lambda name: (_extent()[name], name))[:MOST]
    return [Choice([_tests()[name] for name in nearest], QUICK)] if nearest else []


@cache
def _lines() -> dict[str, dict[int, list[str]]]:
    """Of each file and line, by whom it is run."""
    data = CoverageData(str(DATA))
    data.read()
    return {file: data.contexts_by_lineno(file) for file in data.measured_files()}


@cache
def _extent() -> Counter[str]:
    """How many lines each test runs."""
    return Counter(
        name for lines in _lines().values() for names in lines.values() for name in names
    )


@cache
def _tests() -> dict[str, str]:
    """The test of each name that coverage has: its file without folders, and its function."""
    files = {path.stem: path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    split = {name: name.partition(".") for name in _extent()}
    return {
        name: f"{files[stem]}::{function.replace('.', '::')}"
        for name, (stem, _, function) in split.items()
        if stem in files
    }
