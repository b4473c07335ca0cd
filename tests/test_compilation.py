"""Machine code on disk: under a name that no other code can have."""

from breaking_adam import compilation, rules


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
            (rules.ADAM, (rules.adam_move, True)),
        )
    }
    assert len(names) == 4
    again = compiled_of(rules.ADAM), compiled_of(rules.ADAM)
    assert len({run._cache._impl.filename_base for run in again}) == 1


def test_code_from_elsewhere_is_not_kept():
    own = rules.compilable(lambda state, g, c: (state, -g))
    kept, not_kept = compiled_of(rules.ADAM), compiled_of(rules.ADAM._replace(move=own))
    assert type(kept._cache) is not type(not_kept._cache)
    assert not_kept(2) == 2
