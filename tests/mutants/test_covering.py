"""Of the tests that run a faulty line, those that run little else come first."""

import os

import pytest
from coverage import CoverageData

from mutants import covering
from mutants.choice import QUICK
from mutants.fault import PACKAGE, Fault

TEXT = "first\nsecond\nthird\nthird\n"


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Two tests of one file, one of a class, and what no test ran."""
    monkeypatch.setattr(covering, "ROOT", tmp_path)
    monkeypatch.setattr(covering, "DATA", tmp_path / "build" / "coverage")
    for folder in (PACKAGE, "build", "tests"):
        (tmp_path / folder).mkdir()
    source = tmp_path / PACKAGE / "a.py"
    source.write_text(TEXT)
    for name in ("test_a", "test_b"):
        (tmp_path / "tests" / f"{name}.py").touch()
    data = CoverageData(str(covering.DATA))
    for context, lines in {
        "test_a.test_all": [1, 2, 3, 4],
        "test_a.test_one": [2],
        "test_b.Class.test_two": [2, 3],
        "test_gone.test_it": [2],
        "": [1, 2, 3, 4],
    }.items():
        data.set_context(context)
        data.add_lines({str(source): lines})
    data.write()
    caches = covering._lines, covering._extent, covering._tests
    for each in caches:
        each.cache_clear()
    yield source
    for each in caches:
        each.cache_clear()


#: In the order of how many lines they run.
ONE, TWO, ALL = (
    "tests/test_a.py::test_one",
    "tests/test_b.py::Class::test_two",
    "tests/test_a.py::test_all",
)


def files(fault):
    choices = covering.covering(fault)
    assert all(choice.marks == QUICK for choice in choices)
    return [choice.files for choice in choices]


def test_the_least_comes_first(measured):
    assert files(Fault("a.py", "second", "2")) == [[ONE, TWO, ALL]]
    assert files(Fault("a.py", "first", "1")) == [[ALL]]
    assert files(Fault("a.py", "first\nsecond", "12")) == [[ONE, TWO, ALL]]
    assert files(Fault("a.py", "third", "3", which=1, of=2)) == [[TWO, ALL]]
    assert files(Fault("a.py", "third", "3", which=2, of=2)) == [[ALL]]


def test_no_more_are_tried_than_a_run_is_worth(measured, monkeypatch):
    monkeypatch.setattr(covering, "MOST", 1)
    assert files(Fault("a.py", "second", "2")) == [[ONE]]


def test_what_nobody_ran_or_was_edited_since_has_none(measured):
    (measured.parent / "b.py").write_text(TEXT)
    assert files(Fault("b.py", "second", "2")) == []
    later = covering.DATA.stat().st_mtime + 1
    os.utime(measured, (later, later))
    assert files(Fault("a.py", "second", "2")) == []


@pytest.mark.slow
def test_where_no_test_can_be_run_there_is_no_measure(measured):
    covering.DATA.unlink()
    with pytest.raises(RuntimeError, match=r"pytest ended with [2-5]"):
        covering.measure()
    assert not covering.DATA.exists()
