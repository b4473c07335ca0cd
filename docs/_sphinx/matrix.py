"""The stand's page on the site: a click on the picture of the published matrix opens it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from breaking_adam.cli.stand import TITLE, notes
from breaking_adam.counterexamples import published
from breaking_adam.counterexamples.shown import as_page, shown
from breaking_adam.counterexamples.table import COUNTEREXAMPLES

#: The document with the picture, and the page that it opens.
DOCUMENT, PAGE = "stand", "matrix.html"


def link(app: Sphinx, tree: nodes.document, name: str) -> None:
    """Make a link of the document's first picture."""
    if name == DOCUMENT and app.builder.format == "html":
        picture = next(tree.findall(nodes.image))
        reference = nodes.reference("", "", refuri=PAGE, internal=True)
        picture.replace_self(reference)
        reference += picture


def write(app: Sphinx, failure: Exception | None) -> None:
    """The page, beside the others."""
    if failure is None and app.builder.format == "html":
        ds = published.load(published.PATH, COUNTEREXAMPLES)
        html = as_page(shown(ds), COUNTEREXAMPLES, TITLE, notes(ds))
        Path(app.outdir, PAGE).write_text(html, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Before links are checked."""
    app.connect("doctree-resolved", link)
    app.connect("build-finished", write, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
