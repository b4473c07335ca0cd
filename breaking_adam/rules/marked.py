"""Functions that compiled code may call, of which Numba hears when something is compiled.

Numba takes longer to import than rules need: an optimizer that steps by tensor operations never
waits for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_waiting: list[Callable[..., Any]] = []


def compilable(function: F) -> F:
    """Mark a function on plain numbers as one that compiled code may call; it stays what it is.

    >>> compilable(abs)(-1)
    1
    """
    _waiting.append(function)
    if "numba.extending" in sys.modules:
        tell_numba()
    return function


def tell_numba() -> None:
    """Make Numba know every function that is marked; whoever compiles them sees to it before."""
    from numba.extending import is_jitted

    from breaking_adam.support.compilable import compilable as tell

    while _waiting:
        function = _waiting.pop()
        if not is_jitted(function):  # which Numba knows already, and must not be told again
            tell(function)
