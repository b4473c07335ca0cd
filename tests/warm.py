"""Numba with all that it sets up when it first compiles, for forks to have from the start."""

import numba

numba.njit(lambda x: x + 1)(1.0)
