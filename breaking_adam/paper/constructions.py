"""The theorems' constructions, a problem and an optimizer: each from the file of its theorem.

Each is to be run with α_t = α/√t (:func:`breaking_adam.rules.schedules.inverse_sqrt`):

>>> from breaking_adam.rules.schedules import inverse_sqrt
>>> from breaking_adam.trials.build import build
>>> made = theorem_1(C=3.0)
>>> trial, _ = build(made.problem, made.optimizer, steps=3000, schedule=inverse_sqrt)
>>> _ = trial.run()
>>> made.problem.x.item(), made.problem.regret.item() >= (2 * 3 - 4) / 3 * 3000
(1.0, True)
"""

from breaking_adam.paper.construction import Construction
from breaking_adam.paper.theorem_1 import construction as theorem_1
from breaking_adam.paper.theorem_2 import construction as theorem_2
from breaking_adam.paper.theorem_3 import construction as theorem_3
from breaking_adam.paper.theorem_4 import construction as theorem_4
from breaking_adam.paper.theorem_5 import construction as theorem_5
from breaking_adam.paper.theorem_6 import construction as theorem_6

__all__ = [
    "Construction",
    "theorem_1",
    "theorem_2",
    "theorem_3",
    "theorem_4",
    "theorem_5",
    "theorem_6",
]
