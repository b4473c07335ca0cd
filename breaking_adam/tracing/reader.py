"""The reader of an optimizer: its rule, kept up with what the optimizer is, and trusted first."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.support.text import one_line
from breaking_adam.tracing.course import Course, take_step
from breaking_adam.tracing.places import Place, changes, facts, first, leaves, twin
from breaking_adam.tracing.reading import Read, Reading, UnsettledError
from breaking_adam.tracing.tape import UnreadableError
from breaking_adam.tracing.trust import STEPS, gaussian, see_each_other, walk

#: The most steps after which an optimizer has to keep the same things in the same places.
SETTLED = 64


@contextmanager
def _same_draws() -> Iterator[None]:
    """Leave torch's generator as it is, whatever is drawn meanwhile."""
    state = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(state)


class Reader:
    """What is read from the steps of an optimizer of one parameter.

    Args:
        optimizer: which reading leaves as it is.
        course: what it is going to meet from now on.
        apart: whether each coordinate has to be stepped by itself, as replicas are.
        varying: the places of numbers that are no constants of the rule.
        steps: how many the rule walks before it is trusted, on either course; fewer will do where
            it is what is made of the rule that has to earn the trust.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        course: Course,
        apart: bool = False,
        varying: Set[Place] = frozenset(),
        steps: int = STEPS,
    ) -> None:
        self._optimizer = weakref.ref(optimizer)  # which may be the key to its reader
        self.course, self.apart = course, apart
        #: Why there is no rule any more; empty while there may be one.
        self.refusal = ""
        #: How many steps the optimizer has to take itself before there is a rule.
        self.unsettled = 0
        self._varying, self._steps = set(varying), steps
        self._reading: Reading | None = None
        self._read: Read | None = None
        self._here: object = None

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that is read."""
        optimizer = self._optimizer()
        assert optimizer is not None
        return optimizer

    @_same_draws()
    def trusted(self) -> Read:
        """The rule, after it has walked in lockstep with the optimizer from where that is now.

        Raises:
            UnreadableError: if there is none to be trusted; the message says why.
        """
        if self._here != (here := _here(self.optimizer)):
            self._here, self._reading, self.refusal = here, None, ""
        return self._known() or self._earn()

    def fits(self, kept: dict[Place, Any]) -> bool:
        """Whether the rule is one for another parameter with this state, by places."""
        return self._reading is not None and self._reading.fits(kept)

    @_same_draws()
    def now(self) -> Read:
        """The rule for the optimizer as it is.

        Raises:
            UnsettledError: if the optimizer has to take its next step itself.
            UnreadableError: if there is no rule any more.
        """
        if (read := self._known()) is None or self._reading is None:
            return self._earn()
        if (differ := self._reading.differs(self.optimizer)) == set():
            return read
        self._settled()
        self._varying |= differ or set()
        self._reading = None
        return self._earn()

    def in_lanes(self, own: Set[Place]) -> Read:
        """The rule for optimizers of one coordinate each, which have numbers of their own.

        Raises:
            UnreadableError: if there is no rule any more.
        """
        if self._known() is None or self._reading is None:
            raise UnreadableError("it has not been read")
        return self._reading.result(own)

    def differs(self, optimizer: Optimizer) -> set[Place] | None:
        """Where another optimizer is not what was read; None if it is more than numbers."""
        return None if self._reading is None else self._reading.differs(optimizer)

    def go_on_with(self, optimizer: Optimizer, course: Course) -> None:
        """Read another optimizer, of the same class and settings, from now on."""
        self._optimizer, self.course = weakref.ref(optimizer), course

    @_same_draws()
    def learn(self) -> Read:
        """The rule with the step that comes next, which it does not hold for so far.

        Raises:
            UnsettledError: if the optimizer has to take it itself.
            UnreadableError: if it cannot be recorded.
        """
        self._settled()
        return self._earn()

    def _known(self) -> Read | None:
        """The rule, if one has been trusted."""
        if self.refusal:
            raise UnreadableError(self.refusal)
        return self._read if self._reading is not None else None

    def _settled(self) -> None:
        """Raise UnsettledError unless the optimizer's next step leaves everything but numbers."""
        other, x = twin(self.optimizer, first)
        if not _settles(other, self.course.prepare(other, x, 0)):
            raise UnsettledError

    def _earn(self) -> Read:
        """Read, or read on, and walk from where the optimizer is now."""
        self._read = None
        try:
            self._read = self._walked()
        except UnreadableError as error:
            self.refusal = str(error)
            raise
        except Exception as error:  # whatever an optimizer keeps that no twin can have
            self.refusal = f"reading it fails with {type(error).__name__}: {one_line(error)}"
            raise UnreadableError(self.refusal) from error
        finally:
            if self._read is None:
                self._reading = None
        return self._read

    def _walked(self) -> Read:
        if self.optimizer._optimizer_step_pre_hooks or self.optimizer._optimizer_step_post_hooks:
            raise UnreadableError("it has hooks on its step")
        sample, x = twin(self.optimizer, _some)
        for t in range(SETTLED):
            g = self.course.prepare(sample, x, t)
            if _settles(sample, g):
                self.unsettled = max(self.unsettled, t)
                break
            take_step(sample, x, g)
            self.course.clamp(x)
        else:
            raise UnreadableError("what it keeps changes from step to step")
        reading = self._reading = self._reading or Reading(sample, self._varying)
        # The text of the rule that has walked each course: it need not do so again. Random slopes
        # come first, as they show the most ways through a step.
        walked = dict.fromkeys((self.course._replace(slope=gaussian), self.course), "")
        text: str | None = None
        while True:
            for course, whole in walked.items():
                if text is None or whole != reading.result().text:
                    walked[course] = walk(reading, self.optimizer, course, self._steps)
            read = reading.result()
            if read.text == text or {*walked.values()} == {read.text}:
                break
            text = read.text
        if not read.alone and see_each_other(read, sample):
            read = read._replace(alone="two coordinates together move otherwise than each alone")
        if read.alone and self.apart:
            raise UnreadableError(f"coordinates would see each other: {read.alone}")
        return read


def _some(_: Place, tensor: Tensor) -> Tensor:
    """Up to three coordinates: more than one shows which tensors are of the parameter's shape."""
    some = tensor.flatten()[:3]
    return some.reshape(some.numel(), *[1] * (tensor.dim() - 1))


def _settles(optimizer: Optimizer, g: Tensor) -> bool:
    """Whether the next step leaves everything but numbers as it is."""
    other, x = twin(optimizer, first)
    before = facts(other)
    take_step(other, x, g.flatten()[:1].reshape(x.shape))
    return changes(before, facts(other)) is not None


def _here(optimizer: Optimizer) -> object:
    """Where the optimizer is: all that it keeps, and of tensors the first number."""
    kept = [
        (place, leaf.flatten()[:1].tolist() if isinstance(leaf, Tensor) else repr(leaf))
        for place, leaf in leaves(optimizer)
    ]
    return float(optimizer.param_groups[0]["params"][0].detach().flatten()[0]), kept
