"""Optimizers that misbehave, each in one way."""

import time
from pathlib import Path

import torch

from breaking_adam import rules
from breaking_adam.optimizers.binding import Binding

LATE = 700


class RaisesWhenMade(torch.optim.SGD):
    def __init__(self, params, lr):
        raise RuntimeError("no such thing\nas a free lunch")


class RaisesAtOnce(torch.optim.SGD):
    def step(self, closure=None):
        raise ZeroDivisionError("the very first")


class RaisesLate(torch.optim.SGD):
    def step(self, closure=None):
        super().step(closure)
        self.taken = getattr(self, "taken", 0) + 1
        if self.taken == LATE:
            raise ArithmeticError("one too many")


class RaisesAfterTheWalk(torch.optim.SGD):
    """Raises in a step that no walk in lockstep comes to."""

    def step(self, closure=None):
        loss = super().step(closure)
        self.taken = getattr(self, "taken", 0) + 1
        if self.taken == 3001:
            raise ArithmeticError("far too many")
        return loss


class RaisesOnceMore(torch.optim.SGD):
    """Raises in a step that a walk in lockstep comes to, and a short run does not."""

    def step(self, closure=None):
        super().step(closure)
        self.taken = getattr(self, "taken", 0) + 1
        if self.taken == 1800:
            raise ArithmeticError


class LosesItsWay(torch.optim.SGD):
    """From step UNTIL on it draws random numbers, which nobody can read."""

    UNTIL = 5000

    @torch.no_grad()
    def step(self, closure=None):
        super().step(closure)
        x = self.param_groups[0]["params"][0]
        if x.grad is None:  # the engine has taken the steps
            return
        self.taken = getattr(self, "taken", 0) + 1
        if self.taken >= self.UNTIL:
            x.add_(torch.randn_like(x))


class Slow(torch.optim.SGD):
    """Its steps take no time at first, and then a minute each."""

    def step(self, closure=None):
        super().step(closure)
        self.taken = getattr(self, "taken", 0) + 1
        if self.taken > LATE:
            Path("asleep").touch()
            time.sleep(60)


class Hoards(torch.optim.SGD):
    """Keeps in its state what no checkpoint should load."""

    def step(self, closure=None):
        super().step(closure)
        for group in self.param_groups:
            self.state[group["params"][0]]["rule"] = print


def _at(t, alpha, hyper):
    return (alpha, 0.0) if t != LATE else (alpha, alpha / 0.0)


def _move(state, g, c):
    alpha, poison = c
    return state, -alpha * g + 0.0 * poison


class Poisoned(torch.optim.SGD):
    """x becomes NaN in step LATE, in either engine."""

    def step(self, closure=None):
        super().step(closure)
        x = self.param_groups[0]["params"][0]
        if x.grad is None:  # the engine has taken the steps
            return
        state = self.state[x]
        state["step"] = state.get("step", torch.tensor(0.0)) + 1
        if state["step"] == LATE:
            x.data.fill_(torch.nan)

    def compiled_rule(self, group):
        return Binding(rules.Rule(rules.compilable(_at), rules.compilable(_move), ()), (), ())


#: Something that can be imported and is no optimizer.
NOT_ONE = 5
