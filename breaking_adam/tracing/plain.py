"""A rule's text as Python reads it, on NumPy's numbers: a walk takes less time than a compiler.

The text is one for Numba, whose numbers have dtypes. So do NumPy's, by the same rules, but for
plain numbers beside them: those of the text are made doubles, as Numba has them.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np

from breaking_adam.rules.halves import HALVES, Half
from breaking_adam.tracing.intrinsics import NAMES, fma


@cache
def plain(text: str) -> dict[str, Callable[..., Any]]:
    """The functions that the text defines, by name: as it is, and not compiled."""
    tree = ast.parse(text)
    doubles = _Doubles()
    code = compile(ast.fix_missing_locations(doubles.visit(tree)), "<a rule's text>", "exec")
    names = NAMES | FUNCTIONS | doubles.names
    exec(code, names)
    return {node.name: names[node.name] for node in tree.body if isinstance(node, ast.FunctionDef)}


class _Doubles(ast.NodeTransformer):
    """Names for a text's plain numbers."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            return node
        name = f"_{len(self.names)}"
        self.names[name] = np.float64(node.value)
        return ast.Name(name, ast.Load())


def _bias_correction(beta: Any, t: Any) -> Any:
    return 1.0 - beta**t


def _erf(a: Any) -> Any:
    return type(a)(math.erf(a))


@cache
def _compiled_fma() -> Any:
    function: Any = fma  # whose first argument is Numba's own
    return numba.njit(lambda a, b, c: function(a, b, c))


def _fma(a: Any, b: Any, c: Any) -> Any:
    return type(a + b + c)(_compiled_fma()(a, b, c))


def _rounded(half: Half) -> Callable[[Any], Any]:
    compiled = cache(lambda: numba.njit(half.rounded))
    return lambda a: np.float32(compiled()(a))


#: What the names of a text are on NumPy's numbers, where Python's would raise or lose their dtype,
#: and where there is nothing but what a compiler makes.
FUNCTIONS: dict[str, Any] = {
    **{
        name: getattr(np, name)
        for name in (
            *("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10"),
            *("sin", "cos", "tan", "tanh", "fabs", "hypot", "copysign"),
            *("isnan", "isinf", "isfinite", "float32", "float64"),
        )
    },
    "atan": np.arctan,
    "atan2": np.arctan2,
    "erf": _erf,
    "root": np.sqrt,
    "over": np.divide,
    "bias_correction": _bias_correction,
    "fma": _fma,
    **{name: _rounded(half) for name, half in HALVES.items()},
}
