"""Functions that compiled code may call, in modules that import Numba whatever happens."""

from __future__ import annotations

from numba.extending import register_jitable

#: Mark a function as one that compiled code may call; it stays what it is. Numba would make a way
#: for C to call it, too, which takes a sixth of the time to compile and which nothing uses.
compilable = register_jitable(no_cfunc_wrapper=True)
