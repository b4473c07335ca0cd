"""Formulas as MathML, which browsers draw themselves: no script, no font, no network."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

#: What the converter leaves to the browser: a bar of a norm is as high as what stands between the
#: bars, not as the line; and a function stands off from its argument.
MENDED = {
    "<mo>&#x02016;</mo>": '<mo stretchy="false">&#x02016;</mo>',
    "<mi>log</mi>": '<mi>log</mi><mspace width="0.17em"/>',
}


def drawn(formula: str, display: str = "inline") -> str:
    """A formula's MathML."""
    made = convert(formula, display=display)
    for left, mended in MENDED.items():
        made = made.replace(left, mended)
    return made


def inline(translator: HTML5Translator, node: nodes.math) -> None:
    """A formula within a line."""
    translator.body.append(drawn(node.astext()))
    raise nodes.SkipNode


def display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own line."""
    translator.body.append(f'<div class="formula">{drawn(node.astext(), "block")}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """The renderer that ``html_math_renderer`` finds as the only other one than MathJax."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
