"""The trust in a rule that was read: it has walked in lockstep with the optimizer's own step."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.rules import Rule
from breaking_adam.tracing.places import LR, Place, first, numbers, one, twin
from breaking_adam.tracing.reading import Read, Reading, UnsettledError
from breaking_adam.tracing.tape import UnreadableError

#: The steps of a walk, and of one of two coordinates.
STEPS, STEPS_OF_TWO = 2000, 100

#: How many steps are recorded ahead of a walk: most ways through a step show early.
SCOUTED = 8

#: The largest difference, relative to the largest that the quantity has been so far.
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5}

#: Where x is kept after every step.
Box = tuple[float, float]
EVERYWHERE: Box = (-np.inf, np.inf)

#: The slope at x in step t of a walk.
Slope = Callable[[int, float], float]


def gaussian(t: int, _: float) -> float:
    """A normal draw for each step, whatever x is."""
    return float(_draws()[t % STEPS])


@cache
def _draws() -> np.ndarray:
    return np.random.default_rng(0).normal(size=STEPS)


class Walker:
    """A rule on its way: one coordinate and its state, as numbers."""

    def __init__(self, read: Read, optimizer: Optimizer, x: float) -> None:
        self.read, self.real = read, read.dtype.type
        self.alpha = numbers(optimizer, [LR])[0] if read.uses_alpha else 0.0
        self.state = (x, *numbers(optimizer, read.state))
        self.hyper = numbers(optimizer, read.hyper)

    def step(self, g: float, box: Box) -> bool:
        """Take a step, if the rule holds in it; whether it does."""
        state = tuple(map(self.real, self.state))
        holds, state, hyper = _step_of(self.read.rule)(
            state, self.real(g), self.alpha, tuple(map(float, self.hyper))
        )
        if holds:
            low, high = map(self.real, box)
            x = low if state[0] < low else high if state[0] > high else state[0]
            self.state, self.hyper = (x, *state[1:]), hyper
        return bool(holds)


@cache
def _step_of(rule: Rule) -> Any:
    """(state, g, alpha, hyper) -> (whether the rule holds, state, hyper), compiled."""
    at, after, holds, move = rule.at, rule.after, rule.holds, rule.move

    @numba.njit(error_model="numpy")
    def step(state: Any, g: Any, alpha: Any, hyper: Any) -> Any:
        c = at(1, alpha, hyper)
        return holds(state, g, c), move(state, g, c)[0], after(1, alpha, hyper)

    return step


def walk(
    reading: Reading, optimizer: Optimizer, slope: Slope, box: Box, steps: int = STEPS
) -> None:
    """Walk a twin and the rule side by side over the same slopes, and record what is new.

    Raises:
        UnreadableError: if a step cannot be recorded, or the rule goes astray.
    """
    _scout(reading, optimizer, slope, box)
    other, x = twin(optimizer, first)
    walker, largest, compared = None, np.zeros(1), 0
    for t in range(steps):
        g = torch.full_like(x, slope(t, x.item()))
        if walker is None or not walker.step(g.item(), box):
            walker = _walker(reading, other, x, g)
            if walker is not None and not walker.step(g.item(), box):
                raise UnreadableError("its rule does not hold where it was read")
        take_step(other, x, g, box)
        if walker is None:
            continue
        compared += 1
        places = ((), *walker.read.state, *walker.read.hyper)
        ours = np.array([*walker.state, *walker.hyper])
        theirs = np.array([x.item(), *numbers(other, places[1:])])
        if np.isnan(theirs).any() and (np.isnan(theirs) == np.isnan(ours)).all():
            return  # both have come to their end
        largest = np.maximum(largest if largest.shape == theirs.shape else 0, np.abs(theirs))
        with np.errstate(invalid="ignore"):  # inf − inf
            close = np.abs(ours - theirs) <= TOLERANCE[x.dtype] * largest
        if off := np.flatnonzero(~(close | (ours == theirs))).tolist():
            name = (places[off[0]] or ("x",))[-1]
            raise UnreadableError(
                f"after step {t + 1} of a lockstep its {name} is {theirs[off[0]]:.17g}, and "
                f"{ours[off[0]]:.17g} as it was read"
            )
    if compared < steps // 2:
        raise UnreadableError("few of its steps can be recorded")


def _scout(reading: Reading, optimizer: Optimizer, slope: Slope, box: Box) -> None:
    """Record the first steps."""
    scout, x = twin(optimizer, first)
    for t in range(SCOUTED):
        g = torch.full_like(x, slope(t, x.item()))
        try:
            scout, x = reading.learn(scout, g)
            _clamp(x, box)
        except UnsettledError:
            take_step(scout, x, g, box)


def _walker(reading: Reading, optimizer: Optimizer, x: Tensor, g: Tensor) -> Walker | None:
    """The rule from here on, with this step recorded; None if it is not one for a rule."""
    try:
        reading.learn(optimizer, g)
    except UnsettledError:
        return None
    return Walker(reading.result(), optimizer, x.item())


def see_each_other(read: Read, optimizer: Optimizer) -> bool:
    """Whether two coordinates together move otherwise than each alone."""

    def two(place: Place, tensor: Tensor) -> Tensor:
        own = place == () or place in read.state
        return one(tensor).repeat(2, *[1] * (tensor.dim() - 1)) if own else tensor

    other, x = twin(optimizer, two)
    walkers = [Walker(read, optimizer, x.flatten()[0].item()) for _ in range(2)]
    for t in range(STEPS_OF_TWO):
        slopes = [gaussian(t, 0.0), 10 * gaussian(t + STEPS // 2, 0.0)]
        take_step(other, x, torch.tensor(slopes, dtype=x.dtype).reshape(x.shape), EVERYWHERE)
        if not all(each.step(g, EVERYWHERE) for each, g in zip(walkers, slopes, strict=True)):
            return False  # on a way that is not known yet, and the same for both
        ours = np.array([walker.state[0] for walker in walkers])
        theirs = x.detach().flatten().numpy()
        if not (np.abs(ours - theirs) <= TOLERANCE[x.dtype] * np.abs(theirs).max()).all():
            return True
    return False


def take_step(optimizer: Optimizer, x: Tensor, g: Tensor, box: Box) -> None:
    """Have the optimizer take a step, and keep x within the box."""
    x.grad = g
    try:
        optimizer.step()
    except Exception as error:
        raise UnreadableError(f"its step raises {type(error).__name__}: {error}") from error
    x.grad = None
    _clamp(x, box)


def _clamp(x: Tensor, box: Box) -> None:
    with torch.no_grad():
        x.clamp_(*box)
