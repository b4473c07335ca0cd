"""The trust in a rule that was read: it has walked in lockstep with the optimizer's own step."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import isnan

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from breaking_adam.rules.rule import always, keep
from breaking_adam.tracing.course import EVERYWHERE, Box, Course, take_step
from breaking_adam.tracing.places import LR, Place, first, number, numbers, one, twin
from breaking_adam.tracing.plain import plain
from breaking_adam.tracing.reading import Read, Reading, UnsettledError
from breaking_adam.tracing.tape import UnreadableError

#: The steps of a walk, and of one of two coordinates.
STEPS, STEPS_OF_TWO = 2000, 100

#: How many steps are recorded ahead at first: most ways through a step show early. It doubles
#: with each that does not, so that there are few rules to compile on the way.
SCOUTED = 8

#: How many steps of a walk are compared at once.
COMPARED = 100

#: The largest difference, relative to the largest that the quantity has been so far. In single
#: precision ATen's sums and roots may round otherwise, which is carried on from step to step. Of a
#: half it is a unit in the last place: nearly all of them agree to the last bit.
TOLERANCE = {
    torch.float64: 1e-12,
    torch.float32: 1e-5,
    torch.bfloat16: 2.0**-7,
    torch.float16: 2.0**-10,
}

#: The copies of a coordinate that walk. Halves that fill ATen's vectors, as nearly all of a
#: parameter do, are rounded less often than those that are left over.
COPIES = {torch.bfloat16: 64, torch.float16: 64}


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
        self.state = (x, *numbers(optimizer, read.state))
        self.hyper = numbers(optimizer, read.hyper)
        its = plain(read.text)
        self._at, self._move = its["at"], its["move"]
        self._after, self._holds = its.get("after", keep), its.get("holds", always)

    def step(self, g: float, alpha: float, box: Box = EVERYWHERE) -> bool:
        """Take a step, if the rule holds in it; whether it does."""
        state, g = tuple(map(self.real, self.state)), self.real(g)
        given = 1, np.float64(alpha), tuple(map(np.float64, self.hyper))
        with np.errstate(all="ignore"):  # what is no number is compared as everything else
            c = self._at(*given)
            holds = bool(self._holds(state, g, c))
            if holds:
                (x, *state), _ = self._move(state, g, c)
                low, high = map(self.real, box)
                x = low if x < low else high if x > high else x
                self.state, self.hyper = (x, *state), self._after(*given)
        return holds


def rate(read: Read, optimizer: Optimizer) -> float:
    """The step size that the rule takes."""
    return numbers(optimizer, [LR])[0] if read.uses_alpha else 0.0


def _close(ours: np.ndarray, theirs: np.ndarray, near: np.ndarray | float) -> np.ndarray:
    """Where numbers differ by so much at most, or are the same infinity, or are both NaN."""
    with np.errstate(invalid="ignore"):  # inf − inf
        apart = np.abs(ours - theirs)
    return (apart <= near) | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))


class Abreast:
    """What a rule and the optimizer's own step have come to, side by side, to be compared."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance, self.compared = tolerance, 0
        self._places: tuple[Place, ...] = ()
        self._ours: list[tuple[float, ...]] = []
        self._theirs: list[tuple[float, ...]] = []
        self._largest = np.zeros(1)

    def add(self, walker: Walker, optimizer: Optimizer, x: Tensor) -> bool:
        """Note a step of both; whether the optimizer may have come to its end, at NaN."""
        places = (*walker.read.state, *walker.read.hyper)
        if places != self._places:
            self._places, self._largest = places, np.zeros(1 + len(places))
        self._ours.append((*walker.state, *walker.hyper))
        theirs = number(x), *numbers(optimizer, places)
        self._theirs.append(theirs)
        return any(map(isnan, theirs))

    def compare(self, t: int) -> bool:
        """Compare what was noted, up to step t; whether both have come to their end before that.

        Raises:
            UnreadableError: if the rule has gone astray.
        """
        ours, theirs = np.array(self._ours), np.array(self._theirs)
        self.compared += len(ours)
        self._ours, self._theirs = [], []
        if not len(ours):
            return False
        nan, also = np.isnan(theirs), np.isnan(ours)
        ends = nan.any(axis=1) & (nan == also).all(axis=1)
        last = int(ends.argmax()) if ends.any() else len(ends)
        largest = np.maximum.accumulate([self._largest, *np.abs(theirs)])[1:]
        self._largest = largest[-1]
        close = _close(ours, theirs, self.tolerance * largest)
        for step, place in np.argwhere(~close[:last]).tolist():
            name = ("x", *(place[-1] for place in self._places))[place]
            raise UnreadableError(
                f"after step {t - len(ours) + step + 1} of a lockstep its {name} is "
                f"{theirs[step, place]:.17g}, and {ours[step, place]:.17g} as it was read"
            )
        return last < len(ends)


def walk(reading: Reading, optimizer: Optimizer, course: Course, steps: int = STEPS) -> str:
    """Walk a twin and the rule side by side on a course, and record what is new.

    Returns:
        The text of the one rule that has taken every step that a rule has; empty if there were
        more, or none.

    Raises:
        UnreadableError: if a step cannot be recorded, or the rule goes astray.
    """
    other, x = _walking(optimizer)
    abreast = Abreast(TOLERANCE[x.dtype])
    texts: set[str] = set()
    walker, ahead = None, SCOUTED
    for t in range(steps):
        g = course.prepare(other, x, t)
        if walker is None or not walker.step(number(g), rate(walker.read, other), course.box):
            if abreast.compare(t):
                break
            walker = None
            # This step once more: what is found further on may begin the record anew.
            _scout(reading, other, course, t, min(ahead, steps - t))
            if _scout(reading, other, course, t, 1):
                ahead *= 2
                walker = Walker(reading.result(), other, number(x))
                if course.factor is not None and not walker.read.uses_alpha:
                    raise UnreadableError("it changes its learning rate, which the schedule sets")
                if not walker.step(number(g), rate(walker.read, other), course.box):
                    raise UnreadableError("its rule does not hold where it was read")
        take_step(other, x, g)
        course.clamp(x)
        ended = False
        if walker:
            texts.add(walker.read.text)
            ended = abreast.add(walker, other, x)
        if (ended or (t + 1) % COMPARED == 0) and abreast.compare(t + 1):
            break
    else:
        if not abreast.compare(steps) and abreast.compared < steps // 2:
            raise UnreadableError("few of its steps can be recorded")
    return texts.pop() if len(texts) == 1 else ""


def _walking(
    optimizer: Optimizer, coordinates: int = 1, own: Callable[[Place], bool] = lambda _: True
) -> tuple[Optimizer, Tensor]:
    """A twin of so many coordinates that are all as the first is, and its x."""
    (x,) = optimizer.param_groups[0]["params"]
    copies = coordinates * COPIES.get(x.dtype, 1)

    def values(place: Place, tensor: Tensor) -> Tensor:
        if copies == 1 or tensor.dim() == 0:
            return one(tensor)
        return one(tensor).repeat(copies, *[1] * (tensor.dim() - 1)) if own(place) else tensor

    return twin(optimizer, values)


def _scout(reading: Reading, optimizer: Optimizer, course: Course, t: int, steps: int) -> bool:
    """Record so many steps from t on, up to NaN; whether the first is one for a rule."""
    scout, x = twin(optimizer, first)
    for i in range(steps):
        if i and isnan(number(x)):
            break
        g = course.prepare(scout, x, t + i)
        try:
            scout, x = reading.learn(scout, g)
        except UnsettledError:
            return i > 0
        course.clamp(x)
    return True


def see_each_other(read: Read, optimizer: Optimizer) -> bool:
    """Whether two coordinates together move otherwise than each alone."""
    other, x = _walking(optimizer, 2, lambda place: place == () or place in read.state)
    walkers = [Walker(read, optimizer, x.flatten()[0].item()) for _ in range(2)]
    largest = 0.0
    for t in range(STEPS_OF_TWO):
        slopes = [gaussian(t, 0.0), 10 * gaussian(t + STEPS // 2, 0.0)]
        alpha = rate(read, other)
        g = torch.tensor(slopes, dtype=x.dtype).repeat(x.numel() // 2)
        slopes = g[:2].tolist()  # which the step may change in place
        take_step(other, x, g.reshape(x.shape))
        if not all(each.step(g, alpha) for each, g in zip(walkers, slopes, strict=True)):
            return False  # on a way that is not known yet, and the same for both
        ours = np.array([walker.state[0] for walker in walkers])
        theirs = x.detach().flatten()[:2].double().numpy()
        largest = max(largest, np.abs(theirs).max())
        if not _close(ours, theirs, TOLERANCE[x.dtype] * largest).all():
            return True
    return False
