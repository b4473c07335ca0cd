"""Functions that compiled code may call, in modules that import Numba in any case.

:mod:`breaking_adam.rules.marked` is for those that need not.
"""

from __future__ import annotations

from numba.extending import register_jitable

#: Mark a function as one that compiled code may call; it stays what it is. It gets no wrapper for C
#: to call it by: nothing would, and each takes time to compile.
compilable = register_jitable(no_cfunc_wrapper=True)
