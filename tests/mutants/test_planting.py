"""The table of faults: each is a slip in the code as it stands, and some test may see it."""

import ast
import sys

import pytest
from processes import done

from breaking_adam.engine import compilation
from mutants.choice import QUICK, SLOW, choice_of
from mutants.fault import PACKAGE, ROOT, Fault
from mutants.faults import FAULTS

WINGS = {path.parent.name for path in (ROOT / PACKAGE).glob("*/__init__.py")}


@pytest.mark.parametrize("path", sorted({fault.path for fault in FAULTS}))
def test_every_fault_stands_where_its_row_says_and_is_python(path):
    text = (ROOT / PACKAGE / path).read_text()
    for fault in FAULTS:
        if fault.path == path:
            assert fault.stands(text), f"{fault.old!r} is there {text.count(fault.old)} times"
            assert ast.dump(ast.parse(fault.planted(text))) != ast.dump(ast.parse(text))


def test_there_are_faults_in_every_wing_and_none_is_there_twice():
    assert {fault.path.partition("/")[0] for fault in FAULTS} == WINGS
    assert len({fault[:4] for fault in FAULTS}) == len(FAULTS) >= 150


def test_a_fault_is_planted_at_its_occurrence_alone():
    second = Fault("x.py", "a", "b", which=2, of=3)
    assert second.planted("a1\na2\na3\n") == "a1\nb2\na3\n"
    assert second.line("a1\na2\na3\n") == 2
    assert second.stands("a1\na2\na3\n")
    assert not second.stands("a1\na2\n")
    assert not second._replace(new="a").stands("a1\na2\na3\n")


def test_the_nearest_tests_come_first():
    """The file's own examples, its wing, then who uses it; what takes seconds is last."""
    first, then, last = choice_of(Fault("rules/bias_correction.py", "", ""))
    assert first.files == ["breaking_adam/rules/bias_correction.py", "tests/rules/test_rules.py"]
    assert "tests/optimizers/test_lockstep.py" in then.files
    assert "tests/benchmarks/test_results.py" not in then.files
    assert last.files == first.files + then.files
    assert (first.marks, then.marks, last.marks) == (QUICK, QUICK, SLOW)
    by_name, *_ = choice_of(Fault("runs/attempt.py", "", ""))
    assert "tests/runs/test_resume.py" in by_name.files


@pytest.mark.slow
def test_every_fault_has_tests_that_may_see_it():
    assert all(choice_of(fault) for fault in FAULTS)


@pytest.mark.slow
def test_what_plants_has_none_of_the_package_and_knows_what_is_compiled(tmp_path):
    """Its forks would have that, and not the tree with the fault."""
    code = f"""
import sys
from mutants import pool, tree
assert "{PACKAGE}" not in sys.modules
assert tree.WINGS == {compilation.WINGS}
"""
    ended = done([sys.executable, "-c", code], tmp_path)
    assert ended.returncode == 0, ended.stderr
