"""A page that is a notebook of ``notebooks/``, as it was run last.

The page's file, ``NAME.nblink``, holds the notebook's path beside it, as JSON: ``{"path": …}``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from links import to_pages
from sphinx.application import Sphinx

#: What a slider leaves behind where nothing runs.
WIDGET = "application/vnd.jupyter.widget-view+json"


def read(text: str, docs: str) -> nbformat.NotebookNode:
    """The notebook that a page's text names, its imports folded away and its sliders left out.

    Its attached pictures are those of ``docs``.
    """
    path = Path(docs) / json.loads(text)["path"]
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = cell.source.replace("(attachment:", "(")
            cell.source = to_pages(text, Path("notebooks"), Path("docs"))
        else:
            cell.outputs = [
                output for output in cell.outputs if WIDGET not in output.get("data", ())
            ]
    imports = next(cell for cell in notebook.cells if cell.cell_type == "code")
    imports.metadata["tags"] = ["hide-input"]
    return notebook


def setup(app: Sphinx) -> dict[str, Any]:
    """Take ``.nblink`` for a kind of page."""
    app.add_source_suffix(".nblink", "myst-nb")
    return {"parallel_read_safe": True}
