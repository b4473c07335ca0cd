"""Sphinx's settings: pages in Markdown, the notebooks as they were run, docstrings with types.

Everything is built from what is here: no network, no notebook executed.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).with_name("_sphinx"))]

import breaking_adam  # noqa: E402 - from where this file is

project = "Breaking Adam"
release = breaking_adam.__version__
author = "the breaking_adam authors"
copyright = author  # noqa: A001 - Sphinx's name for it

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "links",
    "mathml",
    "matrix",
    "names",
    "notebooks",
]
exclude_patterns = ["_sphinx"]

# Pages. A heading's anchor is the one that GitHub gives it.
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 4
nb_execution_mode = "off"
nb_custom_formats = {".nblink": ["notebooks.read", {"docs": str(Path(__file__).parent)}]}
nb_ipywidgets_js = {}
nb_merge_streams = True

# The reference. Types come from the annotations, and once.
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_inherit_docstrings = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = ["State Requirements"]
add_module_names = False
python_use_unqualified_type_names = True
nitpicky = True

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = "Breaking Adam"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sphinx = False
html_copy_source = False
