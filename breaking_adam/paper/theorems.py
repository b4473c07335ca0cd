"""The theorems by name: a module each, with ``section()`` to run and check it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from breaking_adam.paper.section import Section

#: In the paper's order; theorem-1 is in ``theorem_1.py``, and so on.
NAMES = (
    "theorem-1",
    "theorem-2",
    "theorem-3",
    "theorem-4",
    "corollary-1",
    "theorem-5",
    "corollary-2",
    "theorem-6",
)


def section(name: str) -> Section:
    """Run and check the theorem of that name; nothing of the others is imported."""
    module = import_module(f"breaking_adam.paper.{name.replace('-', '_')}")
    result: Section = module.section()
    return result
