"""A copy of the tree, in which faults are planted and tests are run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

# What tests import anyway, that each run may be a fork which has it.
import matplotlib.figure  # noqa: F401
import numba
import pytest
import torch._dynamo
import torch.utils.tensorboard  # noqa: F401
import torchbearer  # noqa: F401

from mutants.fault import PACKAGE, ROOT, Fault

#: The bytes behind each file that a fault in it may take.
ROOM = 400

#: The wings that machine code is made of, as ``engine.compilation`` has them: not asked, since what
#: this process has imported is not the tree's.
WINGS = "engine", "problems", "rules", "support", "tracing"

#: One of these words is in every file of the lower wings that is compiled.
COMPILED = ("compilable", "jit", "intrinsic", "c_function")

#: How pytest tells what failed.
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)

#: What pytest exits with where no test fails: all passed, or there were none.
FINE = (0, 5)

#: And where a test is named that there is no more.
GONE = 4


class Tree:
    """A copy of what git tracks, with machine code of its own.

    The package names its machine code after the sizes and times of its lower wings' files. Here
    those of a file that is not compiled stay as they are when a fault is in it, so that nothing
    is compiled anew.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._cache = place / "build" / "numba"
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(lambda name: (ROOT / name).is_file(), names.splitlines()):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
        for file in (place / PACKAGE).rglob("*.py"):
            self._write(file, file.read_text())

    def _write(self, file: Path, text: str) -> None:
        """Write the text and a comment that makes its size and time what they always are."""
        original = (ROOT / file.relative_to(self.place)).stat()
        rest = original.st_size + ROOM - len(text.encode())
        file.write_text(f"{text}{'#' * (rest - 1)}\n")
        os.utime(file, ns=(original.st_atime_ns, original.st_mtime_ns))

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The tree with the fault in it."""
        file, text = self.place / fault.file, (ROOT / fault.file).read_text()
        kept = self._cache
        if Path(fault.path).parts[0] in WINGS and any(word in text for word in COMPILED):
            file.write_text(fault.planted(text))
            self._cache = kept.with_name("faulty")
        else:
            self._write(file, fault.planted(text))
        try:
            yield
        finally:
            self._write(file, text)
            if self._cache is not kept:
                shutil.rmtree(self._cache, ignore_errors=True)
            self._cache = kept

    def run(self, words: Sequence[str], *, limit: float) -> str:
        """Run pytest until a test fails; all is ended after so many seconds.

        It is a fork of this process, which has the slow imports done.

        Returns:
            The test that failed, or what else went wrong; empty if nothing did.
        """
        out = self.place / "build" / "out"
        out.parent.mkdir(exist_ok=True)
        if not (pid := os.fork()):
            self._be_pytest(words, out)
        status = _status(pid, limit)
        if status is None:
            return f"not done in {limit:.0f} s"
        if status in FINE or (status == GONE and "::" in words[0]):
            return ""
        if found := FAILED.search(out.read_text()):
            return found[1]
        if status < 0:
            return f"ended by {signal.Signals(-status).name}"
        raise RuntimeError(f"pytest cannot run {words}: {out.read_text()[-2000:]}")

    def _be_pytest(self, words: Sequence[str], out: Path) -> NoReturn:
        """Be pytest, in a session of its own."""
        status = 3
        try:
            os.setsid()
            os.chdir(self.place)
            log = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.environ |= {
                "PYTHONPATH": str(self.place),
                "NUMBA_CACHE_DIR": str(self._cache),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # none is needed, and all take time
            }
            numba.config.reload_config()
            sys.path.insert(0, str(self.place))
            options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
            status = int(pytest.main([*options, *words]))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def _status(pid: int, limit: float) -> int | None:
    """The exit status of the process; None if it had to be ended, and all that it started."""
    end = time.monotonic() + limit
    ended, code = 0, 0
    while not ended and time.monotonic() < end:
        ended, code = os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if not ended:
        os.waitpid(pid, 0)
        return None
    return os.waitstatus_to_exitcode(code)
