"""The paper's conditions and regret bounds, as formulas: each from the file of its theorem."""

from breaking_adam.paper.corollary_1 import bound as corollary_1
from breaking_adam.paper.corollary_2 import bound as corollary_2
from breaking_adam.paper.momentum import Momentum
from breaking_adam.paper.sums import Sums, hindsight, sums
from breaking_adam.paper.theorem_1 import bound as theorem_1
from breaking_adam.paper.theorem_2 import bound as theorem_2
from breaking_adam.paper.theorem_2 import conditions as theorem_2_conditions
from breaking_adam.paper.theorem_2 import smallest_C
from breaking_adam.paper.theorem_4 import bound as theorem_4
from breaking_adam.paper.theorem_4 import bound_without_alpha as theorem_4_without_alpha
from breaking_adam.paper.theorem_5 import bound as theorem_5

__all__ = [
    "Momentum",
    "Sums",
    "corollary_1",
    "corollary_2",
    "hindsight",
    "smallest_C",
    "sums",
    "theorem_1",
    "theorem_2",
    "theorem_2_conditions",
    "theorem_4",
    "theorem_4_without_alpha",
    "theorem_5",
]
