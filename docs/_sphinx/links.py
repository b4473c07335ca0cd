"""Links: one target for the site and for a repository's pages; and none that leads nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

#: Files outside of this folder, and the pages that show them.
SHOWN_BY = {
    "notebooks/breaking_adam.ipynb": "why-adam-breaks.nblink",
    "notebooks/phase_diagrams.ipynb": "exploring-diagrams.nblink",
    "notebooks/your_own_optimizer.ipynb": "three-ways.nblink",
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
}


def to_pages(text: str, source: Path, page: Path) -> str:
    """A text with its links to the files above leading to their pages.

    Args:
        text: in Markdown.
        source: the folder, from the root, that its links start from.
        page: the folder of the page that it becomes.
    """

    def led(match: re.Match[str]) -> str:
        target = os.path.normpath(source / match[1])
        shown = SHOWN_BY.get(target)
        return f"]({os.path.relpath(f'docs/{shown}', page)}" if shown else match[0]

    return re.sub(r"\]\(([^)#:]+)", led, text)


def on_page(_: Sphinx, name: str, text: list[str]) -> None:
    """A page's own text."""
    folder = Path("docs", name).parent
    text[0] = to_pages(text[0], folder, folder)


def on_include(_: Sphinx, path: Path, __: str, text: list[str]) -> None:
    """A text that a page of this folder takes from elsewhere."""
    text[0] = to_pages(text[0], Path(os.path.normpath("docs" / path)).parent, Path("docs"))


def dead(site: Path) -> Iterator[str]:
    """The links of a built site to a file or an anchor that it does not have."""
    pages = {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in site.rglob("*.html")
    }
    anchors = {path: {tag["id"] for tag in page.find_all(id=True)} for path, page in pages.items()}
    for path, page in pages.items():
        for tag in page.find_all(["a", "img", "link", "script", "source"]):
            link = urlsplit(str(tag.get("href") or tag.get("src") or ""))
            if link.scheme or link.netloc or not (link.path or link.fragment):
                continue
            target = (path.parent / unquote(link.path)).resolve() if link.path else path
            if not target.is_file():
                yield f"{path.relative_to(site)}: there is no {link.path}"
            elif link.fragment and unquote(link.fragment) not in anchors.get(target, ()):
                yield f"{path.relative_to(site)}: {link.path} has no #{link.fragment}"


def check(app: Sphinx, failure: Exception | None) -> None:
    """Fail the build for a dead link."""
    if failure is None and (found := sorted(set(dead(Path(app.outdir))))):
        raise SphinxError("dead links:\n" + "\n".join(found))


def setup(app: Sphinx) -> dict[str, Any]:
    """Before a page is read, and after all is written."""
    app.connect("source-read", on_page)
    app.connect("include-read", on_include)
    app.connect("build-finished", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
