"""A call as text: a name, or an import path, with keywords that are Python literals."""

from __future__ import annotations

import ast
import math
from typing import Any, NamedTuple


class Call(NamedTuple):
    """``name(keyword=literal, …)``; nothing of it is ever evaluated.

    >>> parse("torch.optim.SGD( lr=1e-1, nesterov=True )")
    Call(name='torch.optim.SGD', keywords=(('lr', 0.1), ('nesterov', True)))
    >>> str(parse('amsgrad(bias_correction="none")')), str(parse("adam()"))
    ("amsgrad(bias_correction='none')", 'adam')
    """

    name: str
    keywords: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        if not self.keywords:
            return self.name
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.keywords)})"


def parse(text: str) -> Call:
    """The call that the text spells; text without parentheses is a name, whatever it holds.

    Raises:
        ValueError: if it is no call of a name, or an argument is no keyword with a literal.
    """
    name, keywords = split(text)
    return Call(name, tuple((str(k.arg), _literal(name, k)) for k in keywords))


def split(text: str) -> tuple[str, list[ast.keyword]]:
    """The name of the call that the text spells, and its keywords as Python's grammar has them.

    Raises:
        ValueError: if it is no call of a name with keywords.
    """
    text = text.strip()
    if "(" not in text:
        return text, []
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"{text!r} is no call: write a name and keywords, as in sgd(lr=0.1, nesterov=True)"
        ) from error
    if not isinstance(call, ast.Call) or not _is_path(call.func):
        raise ValueError(f"{text!r} is no call of a name: write one as in sgd(lr=0.1)")
    name = ast.unparse(call.func)
    if call.args or any(keyword.arg is None for keyword in call.keywords):
        raise ValueError(f"{name} takes keywords alone, as in {name}(lr=0.1)")
    keys = [keyword.arg for keyword in call.keywords]
    if len(set(keys)) < len(keys):
        raise ValueError(f"{name} has a keyword twice, which is no call")
    return name, call.keywords


def _is_path(node: ast.expr) -> bool:
    """Whether it is a name, or names with dots between."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _literal(name: str, keyword: ast.keyword) -> Any:
    try:
        value = ast.literal_eval(keyword.value)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, float) and math.isinf(each):  # 1e999, which no text says again
                raise ValueError("infinite")
        return value
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"{name}: {keyword.arg} must be a number, a string, True, False, None, or a tuple of "
            f"them, got {ast.unparse(keyword.value)}"
        ) from error
