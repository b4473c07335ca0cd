"""The problems by the names that the commands give them, and as the commands spell them."""

from __future__ import annotations

from breaking_adam.problems.heavy_tails import HeavyTails
from breaking_adam.problems.online import Online
from breaking_adam.problems.parabolas import Parabolas
from breaking_adam.problems.power import Power
from breaking_adam.problems.problem import Problem
from breaking_adam.problems.pseudo_huber import PseudoHuber
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.problems.stochastic import Stochastic
from breaking_adam.problems.zero_slopes import ZeroSlopes
from breaking_adam.support.calls import Call

PROBLEMS: dict[str, type[Problem]] = {
    "online": Online,
    "stochastic": Stochastic,
    "pulled_apart": PulledApart,
    "power": Power,
    "parabolas": Parabolas,
    "pseudo_huber": PseudoHuber,
    "heavy_tails": HeavyTails,
    "zero_slopes": ZeroSlopes,
}


def call_of(problem: Problem) -> Call:
    """The problem as a command spells it: with what is not the default of its class.

    What a command has an option for is left out: the seed, the replicas and the dtype.

    >>> str(call_of(Online(5, -1, 3, x0=1.0, replicas=7)))
    'online(large=5.0, small=-1.0, period=3, x0=1.0)'
    """
    kind = type(problem)
    name = next(name for name, each in PROBLEMS.items() if each is kind)
    usual = kind()
    constants = [key for key in kind.settings if key != "seed"]
    keywords = [
        (key, getattr(problem, key))
        for key in (*constants, "domain", "x0", "first_step")
        if getattr(problem, key) != getattr(usual, key)
    ]
    return Call(name, tuple(keywords))
