"""The problems by the names that the commands give them."""

from __future__ import annotations

from breaking_adam.problems.lopsided import Lopsided
from breaking_adam.problems.online import Online
from breaking_adam.problems.power import Power
from breaking_adam.problems.problem import Problem
from breaking_adam.problems.pulled_apart import PulledApart
from breaking_adam.problems.stochastic import Stochastic

PROBLEMS: dict[str, type[Problem]] = {
    "online": Online,
    "stochastic": Stochastic,
    "pulled_apart": PulledApart,
    "power": Power,
    "lopsided": Lopsided,
}
