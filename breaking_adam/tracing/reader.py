"""The reader of an optimizer: its rule, kept up with what the optimizer is, and trusted first."""

from __future__ import annotations

import weakref

import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.tracing.places import Place, changes, facts, first, leaves, twin
from breaking_adam.tracing.reading import Read, Reading, UnsettledError
from breaking_adam.tracing.tape import UnreadableError
from breaking_adam.tracing.trust import (
    EVERYWHERE,
    Box,
    Slope,
    gaussian,
    see_each_other,
    take_step,
    walk,
)

#: The most steps after which an optimizer has to keep the same things in the same places.
SETTLED = 64


class Reader:
    """What is read from the steps of an optimizer of one parameter.

    Args:
        optimizer: which reading leaves as it is.
        slope: of a step from now at x: that of the problem at hand.
        box: where x is kept after every step.
    """

    def __init__(self, optimizer: Optimizer, slope: Slope, box: Box = EVERYWHERE) -> None:
        self._optimizer = weakref.ref(optimizer)  # which may be the key to its reader
        self.slope, self.box = slope, box
        self._varying: set[Place] = set()
        self._reading: Reading | None = None
        self._read: Read | None = None
        self._refusal: UnreadableError | None = None
        self._earned: object = None

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that is read."""
        optimizer = self._optimizer()
        assert optimizer is not None
        return optimizer

    def trusted(self) -> Read:
        """The rule, after it has walked in lockstep with the optimizer from where that is now.

        Raises:
            UnreadableError: if there is none to be trusted; the message says why.
        """
        here = _here(self.optimizer)
        if self._earned != here:
            self._read, self._refusal, self._earned = None, None, here
            try:
                self._read = self._walked()
            except UnreadableError as error:
                self._refusal = error
        if self._read is None:
            raise UnreadableError(*self._refusal.args if self._refusal else ())
        return self._read

    def now(self) -> Read:
        """The rule for the optimizer as it is.

        Raises:
            UnsettledError: if the optimizer has to take its next step itself.
            UnreadableError: if there is no rule any more.
        """
        if self._read is None or self._reading is None:
            return self.trusted()
        differ = self._reading.differs(self.optimizer)
        if differ is not None and not differ:
            return self._read
        if not _settles(self.optimizer, self.slope(0, _x(self.optimizer))):
            raise UnsettledError
        self._varying |= differ or set()
        return self.trusted()

    def learn(self) -> None:
        """Record the step that comes next, which the rule does not hold for.

        Raises:
            UnsettledError: if the optimizer has to take it itself.
            UnreadableError: if it cannot be recorded.
        """
        assert self._reading is not None
        other, x = twin(self.optimizer)
        self._reading.learn(other, torch.full_like(x, self.slope(0, x.flatten()[0].item())))
        self._read = self._reading.result()

    def _walked(self) -> Read:
        if self.optimizer._optimizer_step_pre_hooks or self.optimizer._optimizer_step_post_hooks:
            raise UnreadableError("it has hooks on its step")
        sample, x = twin(self.optimizer, _some)
        for t in range(SETTLED):
            g = self.slope(t, x.flatten()[0].item())
            if _settles(sample, g):
                break
            take_step(sample, x, torch.full_like(x, g), self.box)
        else:
            raise UnreadableError("what it keeps changes from step to step")
        reading = self._reading = Reading(sample, self._varying)
        text = ""
        while True:
            for slope in (self.slope, gaussian):
                walk(reading, self.optimizer, slope, self.box)
            read = reading.result()
            if read.text == text or read.paths == 1:
                break
            text = read.text
        if not read.alone and see_each_other(read, sample):
            read = read._replace(alone="two coordinates together move otherwise than each alone")
        return read


def _some(_: Place, tensor: Tensor) -> Tensor:
    """Up to three coordinates: more than one shows which tensors are of the parameter's shape."""
    some = tensor.flatten()[:3]
    return some.reshape(some.numel(), *[1] * (tensor.dim() - 1))


def _x(optimizer: Optimizer) -> float:
    return float(optimizer.param_groups[0]["params"][0].detach().flatten()[0])


def _settles(optimizer: Optimizer, g: float) -> bool:
    """Whether the next step leaves everything but numbers as it is."""
    other, x = twin(optimizer, first)
    before = facts(other)
    take_step(other, x, torch.full_like(x, g), EVERYWHERE)
    return changes(before, facts(other)) is not None


def _here(optimizer: Optimizer) -> object:
    """Where the optimizer is: all that it keeps, and of tensors the first number."""
    kept = [
        (place, leaf.flatten()[:1].tolist() if isinstance(leaf, Tensor) else repr(leaf))
        for place, leaf in leaves(optimizer)
    ]
    return _x(optimizer), kept
