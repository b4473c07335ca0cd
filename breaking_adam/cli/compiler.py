"""torch's compiler, imported when something compiles with it, and not by the first optimizer.

``torch._dynamo`` takes a second to import. torch.optim imports it where an optimizer is made and
where it steps, to tell a compiler at work what to leave alone. Where none is at work there is
nothing to tell.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

NAME = "torch._dynamo"


class _Absent(ModuleType):
    """In the compiler's place: it does what that does where nothing compiles.

    Whoever asks for anything else gets the compiler itself, from then on; but not who looks all
    modules over for a file, as ``inspect`` does in the midst of torch's other imports.
    """

    def __init__(self) -> None:
        super().__init__(NAME)
        self._kept: list[Callable[..., Any]] = []

    def graph_break(self) -> None:
        """Nothing: there is no graph."""

    def disable(self, function: Callable[..., Any], *_: Any, **__: Any) -> Callable[..., Any]:
        """The function itself, which torch keeps in an attribute of it."""
        self._kept.append(function)
        return function

    def __getattr__(self, name: str) -> Any:
        if name in ("__spec__", "__file__"):
            raise AttributeError(name)
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
            for function in self._kept:  # each gets the compiler's own answer when it asks again
                vars(function).pop("__dynamo_disable", None)
        return getattr(importlib.import_module(NAME), name)


def do_without() -> None:
    """Leave torch's compiler alone until it is asked for; for a process of one's own."""
    if NAME not in sys.modules:
        torch._dynamo = sys.modules[NAME] = _Absent()
