"""What makes the site of the pages finds what is wrong with them."""

import json
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="the extra docs is not installed")

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _extensions(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "_sphinx")
    yield
    for name in ("links", "mathml", "names", "notebooks", "tables"):
        sys.modules.pop(name, None)


def test_dead_links_of_a_site_are_found(tmp_path):
    import links

    (tmp_path / "under").mkdir()
    (tmp_path / "a.png").touch()
    (tmp_path / "index.html").write_text(
        '<h1 id="here">x</h1><img src="a.png"><img src="b.png"><a href="#here"></a>'
        '<a href="https://example.org/none"></a><a href="under/page.html#there">y</a>'
    )
    (tmp_path / "under/page.html").write_text(
        '<a href="../index.html#here"></a><a href="#nowhere"></a><a href="gone.html"></a>'
    )
    assert sorted(links.dead(tmp_path)) == [
        "index.html: there is no b.png",
        "index.html: under/page.html has no #there",
        "under/page.html:  has no #nowhere",
        "under/page.html: there is no gone.html",
    ]


def test_a_link_to_a_file_leads_to_the_page_that_shows_it():
    import links

    text = "[a](../CONTRIBUTING.md#checks) [b](../../notebooks/phase_diagrams.ipynb) [c](start.md)"
    docs = Path("docs")
    shown = links.to_pages(text, docs, docs)
    assert shown.startswith("[a](contributing.md#checks) [b](../../notebooks")
    under = docs / "theorems"
    assert "[b](../exploring-diagrams.nblink)" in links.to_pages(text, under, under)
    assert shown.endswith("[c](start.md)")
    for file, page in links.SHOWN_BY.items():
        assert (ROOT / file).is_file()
        assert (ROOT / "docs" / page).is_file()


def test_only_names_that_exist_are_let_pass():
    import names

    import breaking_adam

    assert names.found("breaking_adam.problems.online.Online") is breaking_adam.Online
    assert names.found("torch.optim.optimizer.Optimizer") is not None
    assert names.found("breaking_adam.problems.Offline") is None
    assert names.is_of_the_package("LATEST")
    assert not names.is_of_the_package("EARLIEST")


def test_tables_that_the_package_knows_are_as_it_knows_them():
    import tables

    for page in tables.PAGES:
        text = page.read_text(encoding="utf-8")
        assert "<!-- table" in text
        assert tables.filled(text) == text, "run python docs/_sphinx/tables.py"


def test_every_counterexample_is_in_the_table_by_hand():
    import tables

    text = (ROOT / "docs/counterexamples.md").read_text(encoding="utf-8")
    by_hand = text[: text.index("<!-- table")]
    assert all(f"`{name}`" in by_hand for name in tables.COUNTEREXAMPLES)


def test_every_option_of_figure_2_is_in_its_table():
    import tables

    from breaking_adam.cli import figure2

    for name in vars(figure2.parser().parse_args([])):
        assert f"| `--{name.replace('_', '-')}" in tables.figure2_options()


def test_a_docstring_is_taken_as_it_is_written():
    import names

    lines = ["R_T: the regret |x − x*|, as ``a | b``", ">>> a | b"]
    names.as_written(None, "property", "", None, None, lines)
    assert lines == ["\\ ", r"R_T: the regret \|x − x*\|, as ``a | b``", ">>> a | b"]


def test_both_bars_of_a_norm_are_as_high_as_what_they_hold():
    import mathml

    made = mathml.drawn(r"\sqrt{T} \lVert g_{1:T}\rVert_2 \log T")
    bars = re.findall(r"<mo([^>]*)>&#x02016;", made)
    assert bars == [' stretchy="false"'] * 2
    assert '<mi>log</mi><mspace width="0.17em"/><mi>T</mi>' in made


@pytest.mark.slow
def test_a_notebook_is_shown_without_its_sliders_and_its_imports_folded_away(tmp_path):
    import nbformat

    import notebooks

    code, slider = nbformat.v4.new_code_cell("import x"), nbformat.v4.new_code_cell("slider")
    slider.outputs = [
        nbformat.v4.new_output("display_data", {notebooks.WIDGET: {}, "text/plain": "interactive"}),
        nbformat.v4.new_output("stream", text="kept"),
    ]
    text = nbformat.v4.new_markdown_cell("![p](attachment:a.png) [own](your_own_optimizer.ipynb)")
    nbformat.write(nbformat.v4.new_notebook(cells=[text, code, slider]), tmp_path / "n.ipynb")
    page = notebooks.read(json.dumps({"path": "n.ipynb"}), str(tmp_path))
    assert page.cells[0].source == "![p](a.png) [own](three-ways.nblink)"
    assert page.cells[1].metadata["tags"] == ["hide-input"]
    assert [output.text for output in page.cells[2].outputs] == ["kept"]
