"""The problems by the names that the commands give them."""

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
