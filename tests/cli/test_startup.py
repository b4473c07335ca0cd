"""What a command shows before it has anything to show."""

import contextlib
import os
import pty
import sys

import pytest
from processes import LONGEST, done, start

from breaking_adam.cli.startup import CLEAR

#: A command that tells when torch is about to be imported.
TELLING = """
import runpy, sys
class Telling:
    def find_spec(self, name, *rest):
        if name == "torch":
            print("importing torch", flush=True)
sys.meta_path.insert(0, Telling())
runpy.run_module("breaking_adam.online", run_name="__main__", alter_sys=True)
"""


def on_a_terminal(directory, *words):
    """All that the command writes to a terminal."""
    ours, theirs = pty.openpty()
    process = start(
        [sys.executable, "-c", TELLING, *words], directory, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError):  # so Linux says that nobody is at the other end
        while part := os.read(ours, 1 << 16):
            written += part
    os.close(ours)
    assert process.wait(LONGEST) == 0
    return written.decode()


@pytest.mark.slow
def test_something_is_on_the_screen_before_anything_is_imported(tmp_path):
    text = on_a_terminal(tmp_path, "--steps", "1000", "--optimizer", "adam")
    assert text.startswith(f"{CLEAR}starting")
    shown = ("starting", "importing torch", CLEAR, "optimizer    engine")
    places = [text.rindex(each) for each in shown]
    assert places == sorted(places)


def test_numba_is_imported_without_scipy_which_is_there_when_it_is_asked_for():
    pytest.importorskip("scipy")
    code = (
        "import sys; from breaking_adam.cli.startup import import_numba; import_numba();"
        "assert 'numba' in sys.modules and 'scipy' not in sys.modules;"
        "import scipy; import_numba(); assert sys.modules['scipy'] is scipy"
    )
    assert done([sys.executable, "-c", code], ".").returncode == 0
