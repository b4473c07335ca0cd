"""What a command shows before it has anything to show."""

import os
import pty
import sys
import time

import pytest
from processes import done, start

from breaking_adam.cli.startup import CLEAR


def on_a_terminal(directory, *words):
    """All that the command writes to a terminal, with the seconds after which each part came."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "breaking_adam.online", *words]
    began = time.monotonic()
    process = start(command, directory, stdout=theirs, stderr=theirs)
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 1 << 16):
            parts.append((time.monotonic() - began, part.decode()))
    except OSError:  # how Linux says that nobody is at the other end
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return parts


@pytest.mark.slow
def test_something_is_on_the_screen_before_anything_is_imported(tmp_path):
    parts = on_a_terminal(tmp_path, "--steps", "1000", "--optimizer", "adam")
    first, last = parts[0][0], parts[-1][0]
    assert parts[0][1].startswith(f"{CLEAR}starting")
    assert first < last / 2, "torch's import comes between"
    text = "".join(part for _, part in parts)
    assert text.index("starting") < text.rindex(CLEAR) < text.index("optimizer    engine")


def test_numba_is_imported_without_scipy_which_is_there_when_it_is_asked_for():
    pytest.importorskip("scipy")
    code = (
        "import sys; from breaking_adam.cli.startup import import_numba; import_numba();"
        "assert 'numba' in sys.modules and 'scipy' not in sys.modules;"
        "import scipy; import_numba(); assert sys.modules['scipy'] is scipy"
    )
    assert done([sys.executable, "-c", code], ".").returncode == 0
