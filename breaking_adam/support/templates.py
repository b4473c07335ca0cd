"""A call as text in which names stand for values: what a grid's cells have in common."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from breaking_adam.support.calls import Call, split

_OPERATIONS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


class Template(NamedTuple):
    """``name(keyword=expression, …)`` with numbers, words, tuples, names and arithmetic.

    Args:
        text: as it was written.
        name: of what is called.
        keywords: each with its expression.
        names: those that stand for values, in their order.

    >>> made = template("rmsprop(alpha=beta2, lr=0.5*C, eps=0)")
    >>> made.names, str(made.at({"beta2": 0.9, "C": 3}))
    (('beta2', 'C'), 'rmsprop(alpha=0.9, lr=1.5, eps=0)')
    """

    text: str
    name: str
    keywords: tuple[tuple[str, ast.expr], ...]
    names: tuple[str, ...]

    def at(self, values: Mapping[str, Any]) -> Call:
        """The call with the values put in."""
        return Call(self.name, tuple((key, _value(node, values)) for key, node in self.keywords))


def template(text: str) -> Template:
    """What the text spells; nothing of it is run.

    Raises:
        ValueError: if it is no call of a name with keywords, or holds more than arithmetic.
    """
    name, keywords = split(text)
    names: dict[str, None] = {}
    for keyword in keywords:
        _collect(keyword.value, names, f"{name}: {keyword.arg}")
    return Template(text, name, tuple((str(k.arg), k.value) for k in keywords), tuple(names))


def _collect(node: ast.expr, names: dict[str, None], where: str) -> None:
    """Note the names in an expression, or refuse it."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None):
            pass
        case ast.Name(id=name):
            names[name] = None
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                _collect(part, names, where)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _collect(inner, names, where)
        case ast.BinOp(left=left, right=right, op=op) if type(op) in _OPERATIONS:
            _collect(left, names, where)
            _collect(right, names, where)
        case _:
            raise ValueError(
                f"{where} must be made of numbers, words, axes and + - * / **, "
                f"got {ast.unparse(node)}"
            )


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return _alike(tuple(_value(part, values) for part in parts))
        case ast.UnaryOp(op=op, operand=inner):
            return _OPERATIONS[type(op)](_value(inner, values))
        case ast.BinOp(left=left, right=right, op=op):
            return _OPERATIONS[type(op)](_value(left, values), _value(right, values))
    raise AssertionError(ast.unparse(node))


def _alike(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values, with whole numbers beside others as floats: torch wants betas of one type.

    >>> _alike((0, 0.9)), _alike((1, 2))
    ((0.0, 0.9), (1, 2))
    """
    if not any(isinstance(value, float) for value in values):
        return values
    return tuple(float(value) if type(value) is int else value for value in values)
