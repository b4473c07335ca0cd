"""A rule's text says the same in Python, where it walks, as it is compiled, where it runs."""

import itertools
from math import inf, nan

import numba
import numpy as np
import pytest

from breaking_adam.tracing.numbers import FUNCTIONS
from breaking_adam.tracing.plain import plain
from breaking_adam.tracing.source import compiled
from breaking_adam.tracing.tape import ARITHMETIC, CONVERSIONS, UNARY

VALUES = [nan, -inf, -2.5, -1.0, -0.0, 0.0, 0.75, 1.0, 3.0, inf]

#: The forms of lines that have a number for each hole, but for those below.
FORMS = sorted(
    {*ARITHMETIC.values(), *UNARY.values(), *FUNCTIONS.values(), *CONVERSIONS.values()}
    | {f"{name}({{}})" for name in ("floor", "ceil", "trunc", "rint", "root", "bfloat16")}
    | {f"{name}({{}}, {{}})" for name in ("maximum", "minimum", "atan2", "hypot", "copysign")}
    | {"over({}, {})", "fma({}, {}, {})", "{} < {}", "not {} > {}", "float16({})", "1.0 - {}"}
    | {"choose({} > {}, {}, 0.5)", "2.0 * {} if {} < 1.0 else 0.1", "{} > {} or False"}
)


def both(form):
    """How many numbers the form takes; and the function, as it is and compiled."""
    names = [f"x{i}" for i in range(form.count("{}"))]
    text = f"def move({', '.join(names)}):\n    return {form.format(*names)}"
    return len(names), plain(text)["move"], numba.njit(error_model="numpy")(compiled(text)["move"])


@pytest.mark.parametrize("dtype", [np.float64, pytest.param(np.float32, marks=pytest.mark.slow)])
@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_the_same_value_and_dtype(form, dtype):
    rtol = 2 * np.finfo(dtype).eps  # of functions: the rest is the same to the bit
    arguments, ours, theirs = both(form)
    for values in itertools.product(map(dtype, VALUES), repeat=arguments):
        with np.errstate(all="ignore"):
            mine = ours(*values)
            np.testing.assert_allclose(mine, theirs(*values), rtol, err_msg=str(values))
    (signature,) = theirs.nopython_signatures
    assert np.asarray(mine).dtype == signature.return_type.name


def test_decays_are_corrected_for_as_where_it_is_compiled():
    _, ours, theirs = both("bias_correction({}, {})")
    for beta, t in itertools.product(map(np.float64, (0.0, 0.5, 0.999)), (1.0, 3.0, 1e5)):
        np.testing.assert_allclose(ours(beta, np.float64(t)), theirs(beta, t), rtol=4e-16)
