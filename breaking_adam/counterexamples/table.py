"""The counterexamples by their names, in the order in which they are shown."""

from __future__ import annotations

from breaking_adam.counterexamples import (
    eleven,
    heavy,
    lopsided,
    minimum,
    pulled_apart,
    reddi_cycle,
    reddi_random,
    shifted_pair,
    smooth,
    zero_slopes,
)
from breaking_adam.counterexamples.counterexample import Counterexample
from breaking_adam.counterexamples.names import TITLES

_FILES = (
    reddi_cycle,
    reddi_random,
    zero_slopes,
    pulled_apart,
    eleven,
    lopsided,
    smooth,
    minimum,
    heavy,
    shifted_pair,
)

_FOUND = {one.name: one for file in _FILES for one in file.COUNTEREXAMPLES}

COUNTEREXAMPLES: dict[str, Counterexample] = {name: _FOUND[name] for name in TITLES}
