"""Machine code on disk: under a name that no other code can have."""

import os
import subprocess
import sys
import time
import types
from pathlib import Path

import grimp
import numba
import numpy as np
import pytest
from numba.core.bytecode import FunctionIdentity
from numba.extending import intrinsic

from breaking_adam import rules
from breaking_adam.engine import compilation
from breaking_adam.engine.digest import UnknownContentError, digest
from breaking_adam.rules.adam import adam_move
from breaking_adam.tracing.intrinsics import NAMES


def compiled_of(*parts):
    @compilation.jit(*parts)
    def run(x):
        return x

    return run


def test_the_caches_files_are_named_after_all_that_the_code_depends_on():
    names = {
        compiled_of(*parts)._cache._impl.filename_base
        for parts in (
            (rules.ADAM,),
            (rules.ADAM_PAPER,),
            (rules.ADAM, "float32"),
            (rules.ADAM, (adam_move, True)),
        )
    }
    assert len(names) == 4
    again = compiled_of(rules.ADAM), compiled_of(rules.ADAM)
    assert len({run._cache._impl.filename_base for run in again}) == 1


def test_functions_of_one_name_keep_their_own_code():
    functions = [lambda x: 2 * x, lambda x: 3 * x]
    names = {compilation.jit(rules.ADAM)(each)._cache._impl.filename_base for each in functions}
    assert len(names) == 2


def test_an_edit_of_what_is_compiled_or_may_be_is_told_and_no_other(tmp_path):
    for wing in (*compilation.WINGS, "plots"):
        (tmp_path / wing).mkdir()
        (tmp_path / wing / "a.py").write_text("a = 1")
    before = compilation.sources(tmp_path)
    (tmp_path / "plots/a.py").write_text("a = 10")
    assert compilation.sources(tmp_path) == before
    for wing in compilation.WINGS:
        (tmp_path / wing / "a.py").write_text("a = 10")
        assert compilation.sources(tmp_path) != before
        before = compilation.sources(tmp_path)


def test_the_wings_that_code_is_made_of_are_all_that_the_engine_imports():
    imports = grimp.build_graph("breaking_adam", cache_dir=None)
    needed = imports.find_upstream_modules("breaking_adam.engine", as_package=True)
    assert {name.split(".")[1] for name in needed} <= set(compilation.WINGS)


def scaled(a):
    @rules.compilable
    def move(state, g, c):
        return state, -a * g

    return rules.Rule(rules.plain_at, move, ())


def through(rule):
    """A rule that calls another one's move."""
    inner = rule.move

    @rules.compilable
    def move(state, g, c):
        return inner(state, g, c)

    return rule._replace(move=move)


def test_two_closures_of_one_name_have_digests_of_their_own():
    assert digest(scaled(2.0)) == digest(scaled(2.0))
    assert digest(scaled(2.0)) != digest(scaled(3.0))
    assert digest(through(scaled(2.0))) != digest(through(scaled(3.0)))
    kept = {compiled_of(scaled(a))._cache._impl.filename_base for a in (2.0, 3.0)}
    assert len(kept) == 2


OUTER = 2.0


def by_default(a):
    def move(x, a=a):
        return a * x

    return move


def by_a_constant(a):
    return (lambda x: 2.0 * x) if a == 2 else (lambda x: 3.0 * x)


def by_a_compiled_one(a):
    inner = numba.njit(by_a_constant(a))
    return lambda x: inner(x)


def by_a_global_of_a_nested_one(a):
    def move(x):
        def inner():
            return OUTER * x

        return inner()

    return types.FunctionType(move.__code__, {"OUTER": a})


def by_an_intrinsic(a):
    inner = intrinsic(by_default(a))
    return lambda x: inner(x)


@pytest.mark.parametrize(
    "make",
    [by_default, by_a_constant, by_a_compiled_one, by_a_global_of_a_nested_one, by_an_intrinsic],
)
def test_all_that_a_function_does_is_in_its_digest(make):
    assert digest(make(2.0)) == digest(make(2.0))
    assert digest(make(2.0)) != digest(make(3.0))


def test_all_that_a_read_rule_may_call_can_be_told():
    assert len({digest(function) for function in NAMES.values()}) == len(NAMES)


def test_what_cannot_be_told_is_not_kept():
    class Odd:
        pass

    odd = Odd()

    @rules.compilable
    def move(state, g, c):
        return odd

    with pytest.raises(UnknownContentError, match="Odd"):
        digest(move)
    kept, not_kept = compiled_of(rules.ADAM), compiled_of(rules.ADAM._replace(move=move))
    assert type(kept._cache) is not type(not_kept._cache)
    assert not_kept(2) == 2


def test_code_that_nothing_has_used_for_two_weeks_is_removed(tmp_path):
    old, new, other = (tmp_path / name for name in ("old.nbi", "new.nbc", "old.pyc"))
    now = time.time()
    for path, age in ((old, compilation.KEPT + 60), (new, compilation.KEPT - 60), (other, 10**8)):
        path.touch()
        os.utime(path, (now - age, now - age))
    compilation.prune(tmp_path, now)
    assert sorted(tmp_path.iterdir()) == [new, other]


def test_code_that_is_used_is_as_good_as_new():
    run = compiled_of(rules.ADAM, "used")
    run(1.0)
    folder, name = Path(run._cache.cache_path), run._cache._impl.filename_base
    files, then = list(folder.glob(f"{name}.*")), time.time() - 3600
    for path in files:
        os.utime(path, (then, then))
    compiled_of(rules.ADAM, "used")(1.0)
    assert files
    assert all(path.stat().st_mtime > then + 60 for path in files)


NUMBERS = """
import os
from breaking_adam.engine.compilation import FunctionIdentity
here = next(FunctionIdentity._unique_ids)
if os.fork():
    os.wait()
    print(here)
else:
    print(next(FunctionIdentity._unique_ids))
"""


@pytest.mark.slow
def test_no_two_processes_number_their_functions_alike():
    """Else code that both have kept would share names, and call each other's functions."""
    numbers = []
    for _ in range(2):
        run = subprocess.run([sys.executable, "-c", NUMBERS], capture_output=True, check=True)
        numbers += map(int, run.stdout.split())
    assert len(numbers) == 4
    assert np.diff(sorted(numbers)).min() > 4096, numbers  # room for those of a process


def test_the_numbers_are_in_the_names_that_machine_code_has():
    number = next(FunctionIdentity._unique_ids)

    @compilation.jit(object())  # of no content that can be told: not kept from an earlier run
    def once(x):
        return x + 1

    assert once(1) == 2
    assert any(f"v{number + 1}" in name for name in once.inspect_llvm(once.signatures[0]).split())
