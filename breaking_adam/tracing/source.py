"""The functions of a rule as text, written from the paths of a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from breaking_adam.rules import Rule, compilable
from breaking_adam.tracing.intrinsics import NAMES
from breaking_adam.tracing.paths import Fork, Path, Program, Split, Tree, tree
from breaking_adam.tracing.tape import Tape


def rule(text: str, state: Sequence[str]) -> Rule:
    """The rule of that text; ``state`` names what it keeps per coordinate besides x."""
    return Rule(**compiled(text), state=tuple(state), with_x=True)


@cache
def compiled(text: str) -> dict[str, Any]:
    """The functions that the text defines, for Numba: for the same text the same ones."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "<read from an optimizer's step>", "exec"), dict(NAMES), namespace)
    return {name: compilable(function) for name, function in namespace.items()}


class Text(NamedTuple):
    """A rule's functions, in the Python that Numba compiles, but for those that every rule has."""

    text: str
    coefficients: int  # how many numbers ``at`` gives


def source(program: Program, parts: Split, names: Sequence[str], real: str) -> Text:
    """The program as a rule's functions.

    What depends on no coordinate is worked out in ``at``, for every path: that costs less than
    asking there which one it will be.

    Args:
        program: what was seen.
        parts: its inputs, split. A step size of a coordinate's own comes last among what all
            share.
        names: the inputs' names.
        real: the dtype of a coordinate's numbers.
    """
    tape, inputs, paths = program.tape, program.inputs, program.paths
    guards = {guard for path in paths for guard, _ in path.guards}
    wanted = guards | {path.ends[i] for path in paths for i in parts.state}
    for line in set(tape.needed(wanted)) & parts.lines:
        wanted.update(tape.lines[line].operands)
    # A coordinate is not divided by what all share, but multiplied by its inverse.
    for line in set(tape.needed(wanted)) & parts.lines:
        form, operands = tape.lines[line]
        if form in DIVISIONS and operands[1] not in parts.lines:
            wanted.add(tape.write(INVERSE, operands[1]))
    c = sorted(wanted - parts.lines - tape.constants())

    hyper = {inputs[i]: names[i] for i in parts.hyper}
    state = {inputs[i]: names[i] for i in parts.state}
    coefficients = {line: f"c{i}" for i, line in enumerate(c)}
    alpha = {program.alpha: "alpha"}
    shared, own = {**hyper, **alpha}, {**state, **coefficients, program.g: "g"}
    if program.alpha_is_own:
        coefficients |= alpha
        own |= alpha
    whole = tree(paths)

    def define(head: str, given: dict[str, Names], known: Names, node: Tree, leaf: Leaf) -> str:
        unpack = [f"{', '.join(of.values())}, = {name}" for name, of in given.items() if of]
        return "\n    ".join([f"def {head}:", *unpack, *_body(tape, known, node, leaf)])

    at = Leaf(lambda _: c, f"{real}({{}})", "({})", "")
    after = Leaf(lambda path: [path.ends[i] for i in parts.hyper], "float64({})", "({})", "hyper")
    holds = Leaf(lambda _: [], "", "True", "False")
    move = Leaf(
        lambda path: [path.ends[i] for i in parts.state], f"{real}({{}})", "({}), 0.0", "state, 0.0"
    )
    mine, uniform = {"state": state, "c": coefficients}, {"hyper": hyper}
    text = [define("at(t, alpha, hyper)", uniform, shared, paths[0], at)]
    if hyper:
        # Where coordinates decide on the way, what they share ends the same on all of them.
        way = paths[0] if parts.forks else whole
        text.append(define("after(t, alpha, hyper)", uniform, shared, way, after))
    if isinstance(whole, Fork):
        text.append(define("holds(state, g, c)", mine, own, whole, holds))
    text.append(define("move(state, g, c)", mine, own, whole, move))
    return Text("\n\n".join(text), len(c))


Names = dict[int, str]

DIVISIONS, INVERSE = ("{} / {}", "over({}, {})"), "over(1.0, {})"


class Leaf(NamedTuple):
    """How a function returns.

    Args:
        ends: the lines that it returns at the end of a path.
        each: the form of one of them.
        result: that of all.
        unseen: what it returns where no path has been seen.
    """

    ends: Callable[[Path], Sequence[int]]
    each: str
    result: str
    unseen: str


def _body(tape: Tape, names: Names, node: Tree | None, leaf: Leaf) -> list[str]:
    """The statements from here on, where the lines in ``names`` are known."""
    if node is None:
        return [f"return {leaf.unseen}"]
    ways = _ways(node, leaf)
    if isinstance(node, Path) or all(way == ways[0] for way in ways):
        ends = ways[0]
        text, names = _assignments(tape, ends, names)
        values = "".join(f"{leaf.each.format(names[line])}, " for line in ends)
        return [*text, f"return {leaf.result.format(values)}"]
    # What is needed whatever the answer does not wait for it.
    common = set.intersection(*(set(tape.needed(way, names)) for way in ways if way is not None))
    text, names = _assignments(tape, {node.guard, *common}, names)
    text.append(f"if {names[node.guard]}:")
    text += [f"    {line}" for line in _body(tape, names, node.yes, leaf)]
    text.append("else:")
    return text + [f"    {line}" for line in _body(tape, names, node.no, leaf)]


def _ways(node: Tree | None, leaf: Leaf) -> list[Any]:
    """The ends of all paths from here, None for those that have not been seen."""
    if isinstance(node, Fork):
        return _ways(node.yes, leaf) + _ways(node.no, leaf)
    return [None if node is None else leaf.ends(node)]


def _assignments(tape: Tape, wanted: Iterable[int], names: Names) -> tuple[list[str], Names]:
    """Assignments that make the wanted lines known, and the names of all that then is."""
    names, text = dict(names), []
    for line in tape.needed(wanted, names):
        form, operands = tape.lines[line]
        names[line] = f"v{line}" if operands else form
        if form in DIVISIONS and (inverse := tape.find(INVERSE, operands[1])) in names:
            text.append(f"v{line} = {names[operands[0]]} * {names[inverse]}")
        elif operands:
            text.append(f"v{line} = {form.format(*(names[operand] for operand in operands))}")
    return text, names
