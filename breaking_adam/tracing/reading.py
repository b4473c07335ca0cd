"""A rule, read from what an optimizer's own ``step()`` does."""

from __future__ import annotations

import keyword
import re
from collections.abc import Set
from typing import Any, NamedTuple

import numpy as np
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.rules import Rule
from breaking_adam.tracing import source
from breaking_adam.tracing.course import raised, take_step
from breaking_adam.tracing.intrinsics import NAMES
from breaking_adam.tracing.paths import Path, Program, Split, split, used
from breaking_adam.tracing.places import (
    LR,
    STATE,
    Place,
    changes,
    fact,
    facts,
    first,
    is_number,
    leaves,
    name_of,
    one,
    twin,
)
from breaking_adam.tracing.recording import Recording
from breaking_adam.tracing.tape import HALVES, Tape, UnreadableError, Value

#: The most ways through a step that are compiled.
MOST_PATHS = 24

#: The most often that reading begins anew because a constant turned out to be none.
MOST_BEGINNINGS = 24

#: What is kept of a coordinate where its arithmetic is in single precision.
SINGLE = {"float32", *HALVES}

#: Names that an input cannot have.
_TAKEN = {*NAMES, *keyword.kwlist, "t", "alpha", "hyper", "state", "g", "c", "x"}


class UnsettledError(Exception):
    """The optimizer has to take this step itself: it changes what is kept where."""


class Read(NamedTuple):
    """A rule that was read, and where the optimizer keeps its numbers.

    Args:
        rule: the rule, which takes x with its state.
        state: the places of the rule's states.
        hyper: the places of its hyperparameters.
        dtype: of a coordinate's numbers.
        coefficients: how many numbers the rule's ``at`` gives.
        alone: why coordinates cannot be stepped one by one; empty where they can.
        uses_alpha: whether the rule's step size is the learning rate, which it leaves as it is.
        text: the rule's functions.
        paths: how many ways there are through the step.
        forks: whether it depends on coordinates which is taken.
    """

    rule: Rule
    state: tuple[Place, ...]
    hyper: tuple[Place, ...]
    dtype: np.dtype
    coefficients: int
    alone: str
    uses_alpha: bool
    text: str
    paths: int
    forks: bool


class Reading:
    """What has been seen of the steps of an optimizer of one parameter.

    A number is a constant of the code until it is seen to change, be it from step to step or from
    outside; the learning rate alone is expected to.
    """

    def __init__(self, optimizer: Optimizer, varying: Set[Place] = frozenset()) -> None:
        """Begin with an optimizer that has made its state, and numbers known to change."""
        (x,) = optimizer.param_groups[0]["params"]
        tensors = {p: leaf for p, leaf in leaves(optimizer) if isinstance(leaf, Tensor)}
        self._like_x = {(), *(p for p, leaf in tensors.items() if leaf.shape == x.shape)}
        # With a single coordinate it takes the paths to tell what is of its shape by chance.
        self._own = self._like_x if x.numel() > 1 else {()}
        self._varying = set(varying)
        self._beginnings = 0
        self._begin(optimizer)

    def differs(self, optimizer: Optimizer) -> set[Place] | None:
        """The places of numbers that are no longer what was read; None if it is more than numbers.

        Numbers that are known to change do not count.
        """
        differ = changes(self._facts, facts(optimizer))
        return None if differ is None else differ - self._varying - {LR}

    def fits(self, kept: dict[Place, Any]) -> bool:
        """Whether another parameter's state, by places, is what was read but for some numbers."""
        differ = changes(self._of_state, {place: fact(leaf) for place, leaf in kept.items()})
        return differ is not None and differ <= self._varying

    def learn(self, optimizer: Optimizer, gradient: Tensor) -> tuple[Optimizer, Tensor]:
        """Record the step that the optimizer would take next; a twin that took it, and its x.

        Args:
            optimizer: which is left as it is.
            gradient: of the first coordinate, which is the one that is recorded.

        Raises:
            UnsettledError: if it is not a step that a rule could take.
            UnreadableError: if it cannot be recorded.
        """
        if (differ := self.differs(optimizer)) is None:
            raise UnsettledError
        if differ:
            self._varying |= differ
            self._begin(optimizer)
        while True:
            recording = Recording(self.tape)
            other, x = self._step(recording, optimizer, gradient)
            if not (moved := self._moved(recording, other)):
                break
            self._varying |= moved
            self._begin(optimizer)
        ends, kept = [recording.of(x).line], dict(leaves(other))
        for place, before in list(self._inputs.items())[1:]:
            ends.append(recording.held(kept[place]).to(before.dtype).line)
        self._paths.setdefault(Path(tuple(recording.guards.items()), tuple(ends)))
        self._joins |= recording.joins
        if len(self._paths) > MOST_PATHS:
            raise UnreadableError(f"there are more than {MOST_PATHS} ways through its step")
        return twin(other, leaf=lambda _, number: recording.value(number))

    def result(self, lanes: Set[Place] | None = None) -> Read:
        """The rule of all that has been seen.

        Args:
            lanes: the places of numbers of which each coordinate has its own, as it then has its
                own step size, the last of its coefficients: so a rule serves many optimizers at
                once, of one coordinate each. None for coordinates of one optimizer.
        """
        places, lines = list(self._inputs), [value.line for value in self._inputs.values()]
        own = self._own | (lanes or set())
        program = Program(
            self.tape,
            tuple(lines),
            {i for i, place in enumerate(places) if place in own},
            self._g.line,
            self._alpha.line,
            lanes is not None,
            tuple(self._paths),
        )
        parts = split(program)
        if lanes is not None:
            parts = used(program, parts)
        alone = self._alone(parts, places)
        single = {self._inputs[places[i]].dtype for i in parts.state} <= SINGLE and not any(
            self.tape.lines[line].form == "float64({})" for line in parts.lines
        )
        dtype = "float32" if single and not alone else "float64"
        text, coefficients = source.source(program, parts, self._names, dtype)
        return Read(
            source.rule(text, [self._names[i] for i in parts.state[1:]]),
            tuple(places[i] for i in parts.state[1:]),
            tuple(places[i] for i in parts.hyper),
            np.dtype(dtype),
            coefficients,
            alone,
            LR in self._facts and LR not in self._inputs,
            text,
            len(self._paths),
            parts.forks,
        )

    def _begin(self, optimizer: Optimizer) -> None:
        """An empty tape, with the inputs on it: x, then what is shaped like it, then the rest."""
        self._beginnings += 1
        if self._beginnings > MOST_BEGINNINGS:
            raise UnreadableError("too many of its numbers change")
        (x,) = optimizer.param_groups[0]["params"]
        self._facts, kept = facts(optimizer), dict(leaves(optimizer))
        self._of_state = {place: its for place, its in self._facts.items() if place[0] == STATE[0]}
        tensors = {place: leaf for place, leaf in kept.items() if isinstance(leaf, Tensor)}
        dtypes = {
            place: name_of(leaf.dtype)
            for place, leaf in tensors.items()
            if place in self._like_x or leaf.numel() == 1
        }
        dtypes |= {p: "float64" for p in kept if p in self._varying and p not in tensors}
        if LR not in self._varying:
            dtypes.pop(LR, None)
        self.tape = Tape()
        self._paths: dict[Path, None] = {}
        self._joins: set[str] = set()
        self._names = ["x"]
        self._g, self._alpha = self.tape.input("g", name_of(x.dtype)), self.tape.input("alpha")
        self._inputs: dict[Place, Value] = {(): self.tape.input("x", name_of(x.dtype))}
        for place in sorted(dtypes, key=lambda place: place not in self._own):
            self._names.append(self._name(place))
            self._inputs[place] = self.tape.input(self._names[-1], dtypes[place])

    def _name(self, place: Place) -> str:
        """A name for an input, after the key under which it is kept."""
        key = next((key for key in reversed(place) if isinstance(key, str)), "number")
        name = re.sub(r"\W|^(?=\d)", "_", key)
        while name in _TAKEN or name in self._names:
            name += "_"
        return name

    def _step(
        self, recording: Recording, optimizer: Optimizer, gradient: Tensor
    ) -> tuple[Optimizer, Tensor]:
        """Have a twin of one coordinate take the step; the twin and its x."""
        symbols = {LR: self._alpha, **self._inputs}

        def stand_in(place: Place, number: float) -> float:
            known = is_number(number) and place in symbols
            return recording.number(symbols[place], number) if known else number

        other, x = twin(optimizer, first, stand_in)
        for place, leaf in leaves(other):
            if isinstance(leaf, Tensor) and place in symbols:
                recording.know(leaf, symbols[place])
        recording.know(x, symbols[()])
        x.grad = one(gradient).clone()
        recording.know(x.grad, self._g)
        try:
            recording.run(other)
        except Exception as error:
            self._check_settled(optimizer, gradient)
            if isinstance(error, UnreadableError):
                raise
            raise UnreadableError(raised(error)) from error
        x.grad = None
        return other, x

    def _check_settled(self, optimizer: Optimizer, gradient: Tensor) -> None:
        """Raise UnsettledError if the step, taken without a record, is not one for a rule."""
        other, x = twin(optimizer, first)
        take_step(other, x, one(gradient).clone())
        if changes(self._facts, facts(other)) is None:
            raise UnsettledError

    def _moved(self, recording: Recording, other: Optimizer) -> set[Place]:
        """The places of numbers that were taken for constants and are none."""
        moved = changes(self._facts, facts(other))
        if moved is None:
            raise UnsettledError
        moved -= {*self._inputs, LR}
        if LR in self._facts and LR not in self._inputs:
            after = recording.held(dict(leaves(other))[LR])
            if after.line != self._alpha.to(after.dtype).line:
                moved.add(LR)
        return moved

    def _alone(self, parts: Split, places: list[Place]) -> str:
        """Why coordinates cannot be stepped one by one."""
        if self._joins:
            return f"it joins coordinates ({', '.join(sorted(self._joins))})"
        shared = [self._names[i] for i in parts.state if places[i] not in self._like_x]
        if shared:
            return f"its {shared[0]} is one for all coordinates, and depends on them"
        return "its branches depend on coordinates" if parts.forks else ""
