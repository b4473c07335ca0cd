"""What is judged stays judged: on disk, until the fault or the text is another."""

from contextlib import contextmanager

import pytest

import mutants.record
from mutants.__main__ import in_order, main, waiting, word
from mutants.choice import QUICK, Choice
from mutants.fault import PACKAGE, Fault
from mutants.faults import FAULTS
from mutants.record import Record
from mutants.verdict import judge

FIRST, SECOND = Fault("a.py", "1", "2"), Fault("b.py", "1", "3", which=2, of=2)
TEST = "tests/test_a.py::test_it"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants.record, "ROOT", tmp_path)
    (tmp_path / PACKAGE).mkdir()
    for fault in (FIRST, SECOND):
        (tmp_path / fault.file).write_text("1\n" * fault.of)
    return tmp_path


def test_a_verdict_is_kept_on_disk(root):
    Record(root / "kept.json").add(SECOND, "")
    Record(root / "kept.json").add(FIRST, TEST)
    again = Record(root / "kept.json")
    assert (again.found(FIRST), again.test_of(FIRST)) == (TEST, TEST)
    assert (again.found(SECOND), again.test_of(SECOND)) == ("", "")
    rows = (root / "kept.json").read_text().splitlines()
    assert [row.rstrip(",")[:17] for row in rows] == [
        "[",
        *(f'{{"file": "{x}.py", ' for x in "ab"),
        "]",
    ]


def test_a_fault_in_another_text_or_with_another_is_not_judged(root):
    record = Record(root / "kept.json")
    record.add(FIRST, TEST)
    for other in (FIRST._replace(new="4"), FIRST._replace(of=2), FIRST._replace(path="b.py")):
        assert record.found(other) is None
    (root / FIRST.file).write_text("1 \n")
    record.add(FIRST, TEST)  # which was planted in the text that the record knows
    again = Record(root / "kept.json")
    assert again.found(FIRST) is None
    assert again.test_of(FIRST) == TEST  # the first to be tried nonetheless


def test_what_ended_a_run_without_a_test_is_no_test_to_try(root):
    record = Record(root / "kept.json")
    record.add(FIRST, "not done in 900 s")
    assert record.found(FIRST)
    assert record.test_of(FIRST) == ""


def test_what_is_in_no_table_any_more_is_dropped(root):
    record = Record(root / "kept.json")
    record.add(FIRST, TEST)
    record.add(SECOND, TEST)
    record.keep([SECOND])
    assert Record(root / "kept.json").found(FIRST) is None
    assert Record(root / "kept.json").found(SECOND) == TEST


def test_what_is_not_judged_comes_before_what_has_survived_and_what_is_found_does_not(root):
    record = Record(root / "kept.json")
    third = SECOND._replace(which=1)
    unseen = FIRST._replace(new="5", unseen="for a reason")
    record.add(FIRST, "")
    record.add(third, TEST)
    faults = [FIRST, third, unseen, SECOND]
    assert waiting(faults, record) == [SECOND, FIRST]
    assert [word(fault, record) for fault in faults] == [
        "SURVIVED",
        "found",
        "unseen",
        "not judged",
    ]


def test_faults_come_in_the_order_that_is_asked_for_and_once():
    chosen = in_order(["rules/sgd.py", "rules"])
    assert chosen[0].path == "rules/sgd.py"
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) == {fault for fault in FAULTS if fault.path.startswith("rules/")}


def test_a_file_without_faults_is_an_error(root, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["mutants", "--only", "rules", "typo.py", "--tell"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "no fault is planted in typo.py" in capsys.readouterr().err


def test_a_test_that_fails_without_the_fault_as_well_does_not_count():
    broken = "tests/test_a.py::test_broken"

    class Tree:
        """Has one test that always fails, and one that sees the fault."""

        faulty = False

        @contextmanager
        def planted(self, fault):
            self.faulty = True
            yield
            self.faulty = False

        def run(self, words, *, limit):
            failing = [broken, *([TEST] if self.faulty else ())]
            chosen = failing if words[0] == "tests" else [test for test in failing if test in words]
            return next((test for test in chosen if f"--deselect={test}" not in words), "")

    assert judge(FIRST, [Choice(["tests"], QUICK)], Tree(), 1.0).found == TEST
