"""Functions of tuples with an expression for each item.

Numba has no comprehension over tuples, and compiles a function that is spelled out several times
faster than one that calls itself for the rest.
"""

from __future__ import annotations

from typing import Any

from breaking_adam.support.compilable import compilable


def spelled(head: str, body: str, **names: Any) -> Any:
    """The function of that text, for Numba; ``names`` are what the text may refer to.

    >>> spelled("pair(a, b)", "return a, b")(1, 2)
    (1, 2)
    """
    exec(f"def {head}:\n    {body}", names)
    return compilable(names[head.partition("(")[0]])
