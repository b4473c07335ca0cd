"""A walk in lockstep: what is compared, how closely, and how often a step is taken."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from optimizers import Plain, WarmUp

from breaking_adam.tracing import Course, Reader, UnreadableError, trust
from breaking_adam.tracing.course import EVERYWHERE, take_step
from breaking_adam.tracing.places import numbers, twin
from breaking_adam.tracing.trust import STEPS, Abreast, Walker, rate

PLACES = (("state", "x", "m"),)


def abreast(ours, theirs, every=100, tolerance=1e-3):
    """Compare x and m of so many steps, every so many; the step at which both have ended."""
    found = Abreast(tolerance)
    for t, (mine, (x, m)) in enumerate(zip(ours, theirs, strict=True)):
        walker = SimpleNamespace(
            read=SimpleNamespace(state=PLACES, hyper=()), state=tuple(mine), hyper=()
        )
        param = torch.nn.Parameter(torch.tensor([x], dtype=torch.float64))
        optimizer = SimpleNamespace(state={param: {"m": torch.tensor([m], dtype=torch.float64)}})
        found.add(walker, optimizer, param.data)
        if (t + 1) % every == 0 and found.compare(t + 1):
            return t + 1
    return len(ours) if found.compare(len(ours)) else None


@pytest.mark.parametrize("every", [1, 4, 100])
@pytest.mark.parametrize(("place", "name"), [(0, "x"), (1, "m")])
def test_the_first_step_that_differs_is_told_however_often_it_is_compared(every, place, name):
    theirs = np.ones((10, 2))
    ours = theirs.copy()
    ours[6, place], ours[8, place] = 1.5, 7.0
    with pytest.raises(
        UnreadableError, match=f"after step 7 of a lockstep its {name} is 1, and 1.5"
    ):
        abreast(ours, theirs, every)


@pytest.mark.parametrize("every", [1, 3, 100])
def test_close_is_relative_to_the_largest_so_far_and_not_to_what_comes(every):
    theirs = np.array([[1.0, 1.0], [100.0, 1.0], [0.0, 1.0], [1.0, 1.0]])
    off = np.array([[0.0, 0.0], [0.0, 0.0], [0.09, 0.0], [0.09, 0.0]])
    assert abreast(theirs + off, theirs, every) is None
    with pytest.raises(UnreadableError, match=r"after step 4 .* its m"):  # whose largest is 1
        abreast(theirs + off[:, ::-1] * [0, 1] * (np.arange(4) == 3)[:, None], theirs, every)
    with pytest.raises(UnreadableError, match="after step 1 "):  # 100 comes later
        abreast(theirs + [[0.09, 0.0]] + 0 * off, theirs, every)


@pytest.mark.parametrize("every", [1, 3, 100])
def test_both_end_where_both_are_nan_and_infinity_is_no_end(every):
    theirs = np.array([[1.0, 1.0], [np.inf, 2.0], [np.nan, 2.0], [5.0, 5.0]])
    ours = theirs.copy()
    ours[3] = 0.0  # what comes after the end is not asked for
    assert abreast(ours, theirs, every) in (3, 4)
    ours[2, 0] = 1.0
    with pytest.raises(UnreadableError, match=r"after step 3 .* its x is nan, and 1 as"):
        abreast(ours, theirs, every)
    ours[2] = np.nan  # where m is none
    with pytest.raises(UnreadableError, match=r"after step 3 .* its m is 2, and nan as"):
        abreast(ours, theirs, every)


def test_a_step_in_single_precision_is_the_optimizers_to_the_last_bit():
    x = torch.nn.Parameter(torch.tensor([0.3]))
    sgd = torch.optim.SGD([x], lr=0.1, momentum=0.9)
    take_step(sgd, x, torch.tensor([0.7]))
    read = Reader(sgd, Course(lambda t, _: t % 7 - 3.0)).trusted()
    for g in torch.linspace(-1, 1, 40):
        walker = Walker(read, sgd, x.item())
        assert walker.step(g.item(), rate(read, sgd))
        other, y = twin(sgd)
        take_step(other, y, g[None])
        assert walker.state == (y.item(), *numbers(other, read.state))


SEEN = []


class Hidden(Plain):
    """Goes by what nobody can see in it, after half of a walk."""

    def move(self, p, g, group):
        SEEN.append(0)
        p.add_(g, alpha=-group["lr"] * (1.0 if len(SEEN) < STEPS // 2 else 1.0 + 1e-9))


def read(make, slope=lambda t, x: x - 0.1 * (t % 7), box=(-1.0, 1.0)):
    x = torch.nn.Parameter(torch.tensor([0.3], dtype=torch.float64))
    optimizer = make([x])
    return Reader(optimizer, Course(slope, box)).trusted()


def test_a_rule_that_goes_astray_is_not_trusted():
    SEEN.clear()
    with pytest.raises(UnreadableError, match=r"after step 9.. of a lockstep its x is"):
        read(Hidden)


class Explodes(Plain):
    """Comes to infinity and then to NaN, between two comparisons."""

    def move(self, p, g, group):
        p.sub_(1e10 * p + group["lr"] * g)


def test_nothing_is_asked_for_at_nan():
    def slope(t, x):
        assert not math.isnan(x)
        return float(t % 7)

    assert read(Explodes, slope, EVERYWHERE).paths == 1


class ExplodesSoon(Plain):
    """Comes to NaN while its first steps are recorded, and does not bear that."""

    def move(self, p, g, group):
        if math.isnan(p.item()):
            raise ArithmeticError
        p.sub_(1e200 * p + group["lr"] * g)


def test_no_step_at_nan_is_recorded():
    assert read(ExplodesSoon, box=EVERYWHERE).paths == 1  # the one where x is a number


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "paths"), [(Plain, 1), (lambda x: torch.optim.RAdam(x, foreach=False), 2)]
)
def test_a_course_that_one_rule_has_walked_is_not_walked_again(make, paths, monkeypatch):
    """Both ways through RAdam's step show before either walk begins."""
    taken = []
    own = trust.take_step
    monkeypatch.setattr(trust, "take_step", lambda *given: taken.append(0) or own(*given))
    assert read(make).paths == paths
    assert 2 * STEPS <= len(taken) <= 2 * STEPS + trust.STEPS_OF_TWO


class Late(WarmUp):
    """Shows its other way in the middle of a walk."""

    LATE = STEPS // 2


@pytest.mark.slow
def test_a_course_that_two_rules_have_walked_is_walked_again(monkeypatch):
    taken = []
    own = trust.take_step
    monkeypatch.setattr(trust, "take_step", lambda *given: taken.append(0) or own(*given))
    assert read(Late).paths == 2
    assert 3 * STEPS <= len(taken) <= 3 * STEPS + trust.STEPS_OF_TWO
