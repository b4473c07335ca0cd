"""Rules and problems to machine code."""

from breaking_adam.rules.marked import tell_numba

tell_numba()
