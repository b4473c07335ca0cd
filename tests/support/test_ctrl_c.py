"""Ctrl-C that waits."""

import signal

import pytest

from breaking_adam.support.ctrl_c import uninterrupted


def test_what_is_begun_is_done_before_ctrl_c_is_heard():
    before, done = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt), uninterrupted():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        done.append("the rest")
    assert done == ["the rest"]
    assert signal.getsignal(signal.SIGINT) is before


def test_without_ctrl_c_nothing_is_raised():
    with uninterrupted():
        pass
