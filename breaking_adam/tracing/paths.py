"""The paths that a step was seen to take, as a tree, and what of it all coordinates share."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from breaking_adam.tracing.tape import Tape, UnreadableError


class Path(NamedTuple):
    """One way through a step, as lines of the tape.

    Args:
        guards: what was asked on the way, and the answers.
        ends: what each input of the program is after the step.
    """

    guards: tuple[tuple[int, bool], ...]
    ends: tuple[int, ...]


class Fork(NamedTuple):
    """A guard with what follows either answer; None where that has not been seen."""

    guard: int
    yes: Tree | None
    no: Tree | None


Tree = Path | Fork


class Program(NamedTuple):
    """All that was seen of a step.

    Args:
        tape: its lines.
        inputs: those that a step may change, in the order of the paths' ends; x is the first.
        own: which of them are a coordinate's own, by position: x, and the state shaped like it.
            All coordinates may turn out to share the others.
        g: the gradient, an input that no step changes.
        alpha: the step size, likewise.
        alpha_is_own: whether that is a coordinate's own as well.
        paths: the ways through it.
    """

    tape: Tape
    inputs: tuple[int, ...]
    own: Set[int]
    g: int
    alpha: int
    alpha_is_own: bool
    paths: tuple[Path, ...]


class Split(NamedTuple):
    """Which of a program's inputs belong to a coordinate, and which are shared, by position."""

    state: list[int]
    hyper: list[int]
    lines: set[int]  # of the tape, that depend on a coordinate
    forks: bool  # whether guards do


def tree(paths: Sequence[Path], depth: int = 0) -> Tree:
    """The paths by their guards.

    Raises:
        UnreadableError: if the same answers led to something else: then a number that changes has
            been taken for a constant.
    """
    first = paths[0]
    asked = {path.guards[depth][0] if depth < len(path.guards) else None for path in paths}
    if len(asked) > 1 or (asked == {None} and len(set(paths)) > 1):
        raise UnreadableError(
            "it does something else the same way: it takes numbers from out of sight"
        )
    if asked == {None}:
        return first
    sides = ([p for p in paths if p.guards[depth][1] is answer] for answer in (True, False))
    yes, no = (tree(side, depth + 1) if side else None for side in sides)
    return Fork(first.guards[depth][0], yes, no)


def split(program: Program) -> Split:
    """Tell a coordinate's inputs from shared ones.

    One that might be shared is a coordinate's after all where a step makes it depend on one, be
    it on a number or on the answer to a guard.
    """
    tape, paths, inputs = program.tape, program.paths, program.inputs
    given = {program.g, program.alpha} if program.alpha_is_own else {program.g}
    state = sorted(program.own)
    hyper = sorted(set(range(len(inputs))) - program.own)
    while True:
        lines = tape.dependent({*given, *(inputs[i] for i in state)})
        forks = any(guard in lines for path in paths for guard, _ in path.guards)
        own = [
            i
            for i in hyper
            if any(path.ends[i] in lines for path in paths)
            or (forks and len({path.ends[i] for path in paths}) > 1)
        ]
        if not own:
            return Split(state, hyper, lines, forks)
        state, hyper = state + own, [i for i in hyper if i not in own]


def used(program: Program, parts: Split) -> Split:
    """The split without inputs that nothing depends on: x aside, they stay what they are."""
    tape, inputs = program.tape, program.inputs
    changed = {i for path in program.paths for i, end in enumerate(path.ends) if end != inputs[i]}
    wanted = {path.ends[i] for path in program.paths for i in changed | {0}}
    needed = set(
        tape.needed(wanted | {guard for path in program.paths for guard, _ in path.guards})
    )

    def kept(positions: list[int]) -> list[int]:
        return [i for i in positions if i == 0 or i in changed or inputs[i] in needed]

    return parts._replace(state=kept(parts.state), hyper=kept(parts.hyper))
