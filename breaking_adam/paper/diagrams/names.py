"""The published diagrams by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from breaking_adam.paper.diagrams.bias import bias
from breaking_adam.paper.diagrams.critical import critical
from breaking_adam.paper.diagrams.diagram import Diagram
from breaking_adam.paper.diagrams.quartic import quartic
from breaking_adam.paper.diagrams.random_order import random_order
from breaking_adam.paper.diagrams.shi import shi
from breaking_adam.paper.diagrams.zhang import zhang

#: Each takes the values along an axis.
DIAGRAMS: dict[str, Callable[[int], Diagram[Any]]] = {
    "shi": shi,
    "zhang": zhang,
    "quartic": quartic,
    "random-order": random_order,
    "critical": critical,
    "bias": bias,
}
