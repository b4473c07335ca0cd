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


@pytest.mark.slow
@pytest.mark.parametrize(("missing", "module"), [("scipy", "numba"), ("IPython", "torchbearer")])
def test_what_is_asked_in_vain_is_not_imported_and_is_there_when_it_is_asked_for(missing, module):
    pytest.importorskip(missing)
    code = (
        "import sys; from breaking_adam.cli.startup import import_lean; import_lean();"
        f"assert '{module}' in sys.modules and '{missing}' not in sys.modules;"
        f"import {missing}; import_lean(); assert sys.modules['{missing}'] is {missing}"
    )
    assert done([sys.executable, "-c", code], ".").returncode == 0


@pytest.mark.slow
def test_a_command_compiles_and_plays_without_scipy(tmp_path):
    """What it takes of Numba asks for BLAS as well, which is SciPy's."""
    code = (
        "import sys; from breaking_adam.cli import online;"
        f"online.main(['--steps', '10', '--logdir', {str(tmp_path)!r}]);"
        "assert 'breaking_adam.engine.loops' in sys.modules and 'scipy' not in sys.modules"
    )
    assert done([sys.executable, "-c", code], ".").returncode == 0
