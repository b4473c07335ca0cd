"""The counterexamples by their names, in the order in which they are shown."""

from __future__ import annotations

from breaking_adam.counterexamples import reddi_cycle, reddi_random
from breaking_adam.counterexamples.counterexample import Counterexample

COUNTEREXAMPLES: dict[str, Counterexample] = {
    one.name: one for module in (reddi_cycle, reddi_random) for one in module.COUNTEREXAMPLES
}
