"""The file of ratios: kept whole, compared, and turned into the tables of a page."""

import pytest

from benchmarks import results
from benchmarks.results import Ratio

ABOUT = {"processor": "one", "torch": "2.13.0"}
RATIOS = [
    Ratio("fused", "Adam, / torch", 0.98, 0.95, 1.02, 0.97, 1.05),
    Ratio("fused", "Adam, / C", 1.2, 1.1, 1.3, 1.15, 1.1),
    Ratio("lanes", "R = 64, / C", 0.5, 0.4, 0.6, 0.5, None),
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.json"
    results.save(path, ABOUT, RATIOS)
    return path


def test_a_run_is_read_as_it_was_written(file):
    assert results.load(file) == (ABOUT, RATIOS)


def test_a_ratio_is_the_median_of_the_rounds_and_not_of_the_sums():
    found = results.ratio("b", "x", [1.0, 2.0, 30.0, 4.0, 5.0], [2.0, 1.0, 10.0, 4.0, 1.0], 2.5)
    assert found[:5] == ("b", "x", 2.0, 0.75, 4.0)  # of 0.5, 1, 2, 3 and 5
    assert found.least == 1.0  # of the least of either, and not the least ratio
    assert found.verdict == "at most 2.5: met"
    assert found._replace(ratio=2.51).verdict == "at most 2.5: MISSED"


def test_two_runs_side_by_side(file, tmp_path):
    other = tmp_path / "b.json"
    changed = [RATIOS[0]._replace(ratio=1.96), RATIOS[1], Ratio("engines", "new", *[1.0] * 4, None)]
    results.save(other, {**ABOUT, "processor": "another"}, changed)
    lines = [line.split() for line in results.compare(file, other).splitlines()]
    assert ["processor", "one", "another"] in lines
    assert not any("2.13.0" in line for line in lines), "what both have is not told"
    assert ["fused", "Adam,", "/", "torch", "0.98", "1.96", "2.00"] in lines
    assert ["lanes", "R", "=", "64,", "/", "C", "0.50"] in lines, "one has it alone"
    assert ["engines", "new", "1.00"] in lines


def test_tables_between_markers_are_made_anew(file):
    text = (
        "a\n<!-- benchmark: fused -->\nold\n<!-- end -->\n"
        "b\n<!-- benchmark: machine -->\n<!-- end -->\nc"
    )
    once = results.fill(text, *results.load(file))
    assert "old" not in once
    assert "    Adam, / torch     0.98    0.95-1.02     0.97  at most 1.05: met" in once
    assert "    Adam, / C         1.20    1.10-1.30     1.15  at most 1.1: MISSED" in once
    assert "R = 64" not in once
    assert "    processor    one\n" in once
    assert once.startswith("a\n<!-- benchmark: fused -->\n\n    ")
    assert once.endswith("<!-- end -->\nc")
    assert results.fill(once, *results.load(file)) == once


def test_a_table_that_the_run_does_not_hold_is_refused():
    with pytest.raises(ValueError, match="no benchmark 'speed' in this run: it holds fused, lanes"):
        results.fill("<!-- benchmark: speed -->\n<!-- end -->", ABOUT, RATIOS)


def test_the_machine_is_told_in_words():
    told = results.machine()
    assert all(isinstance(value, str) and value for value in told.values())
    assert {"processor", "cores", "caches", "torch", "numba", "load"} <= set(told)
