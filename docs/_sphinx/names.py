"""Names of Python in the reference: every one that it mentions has to exist.

A name that has an entry is linked to it, by whichever of its paths it is called; one that has none,
of this package or of another, is text.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from inspect import getdoc
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

#: What a name may be short for, or be another path to.
KINDS = ("class", "data", "exception", "function")


def found(path: str) -> Any:
    """What a dotted path leads to; None if nowhere."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            at: Any = import_module(".".join(parts[:length]))
            for part in parts[length:]:
                at = getattr(at, part)
        except (ImportError, AttributeError):
            continue
        return at
    return None


def is_of_the_package(name: str) -> bool:
    """Whether some module of the package knows the name."""
    modules = [m for path, m in sys.modules.items() if path.startswith("breaking_adam.")]
    return any(name in vars(module) for module in modules)


def resolve(
    app: Sphinx, _: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.Node | None:
    """What to show for a name that has no entry under this path; None if it does not exist."""
    if node.get("refdomain") != "py":
        return None
    target: str = node["reftarget"]
    meant, last = found(target), target.rpartition(".")[2]
    entries = app.env.domains.python_domain.objects
    called = [
        path
        for path, entry in entries.items()
        if path.endswith(f".{last}") and entry.objtype in KINDS and not entry.aliased
    ]
    known = [path for path in called if meant is None or found(path) is meant]
    if len(known) == 1:
        entry = entries[known[0]]
        uri = app.builder.get_relative_uri(node["refdoc"], entry.docname)
        return nodes.reference("", "", shown, internal=True, refuri=f"{uri}#{entry.node_id}")
    within = (f"{node.get(key)}.{target}" for key in ("py:module", "py:class"))
    exists = (
        meant is not None
        or any(found(path) is not None for path in within)
        or is_of_the_package(target)
    )
    return shown if exists else None


def as_written(_: Sphinx, what: str, __: str, thing: Any, ___: Any, lines: list[str]) -> None:
    """Keep Sphinx from reading more into a docstring than is in it, or less.

    Bars around x are no substitution, and the first words of a property, up to a colon, no type. A
    callback that a function was made into has that function's docstring.
    """
    if what == "data" and hasattr(thing, "on_step_training"):
        lines[:] = (getdoc(thing.on_step_training) or "").splitlines()
    for i, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            parts = re.split(r"(``.*?``)", line)
            lines[i] = "".join(p if p[:2] == "``" else p.replace("|", r"\|") for p in parts)
    if what in ("property", "attribute", "data"):
        lines.insert(0, "\\ ")


def is_unsaid(_: Sphinx, __: str, ___: str, thing: Any, skip: bool, ____: Any) -> bool | None:
    """Leave out the fields of a named tuple, of which its *Args* say what they are."""
    return True if type(thing).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Be asked for every name without an entry, and see docstrings before anything else does."""
    app.connect("missing-reference", resolve)
    app.connect("autodoc-skip-member", is_unsaid)
    app.connect("autodoc-process-docstring", as_written, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
