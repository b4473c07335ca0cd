"""A choice of which one answer is rare, for compiled code."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import float32, float64, types
from numba.extending import intrinsic, overload

#: How many times the other answer comes for each rare one, as LLVM is told: from a hundred on, it
#: has the processor guess the answer instead of waiting for it.
OTHERS = 2000


def seldom(condition: bool, rare: float, usual: float) -> float:
    """The one number where the condition holds, which it seldom does, else the other.

    It is for a step of one replica after another: a loop over lanes is not vectorised with it.

    >>> seldom(True, 1010.0, -10.0), seldom(False, 1010.0, -10.0)
    (1010.0, -10.0)
    """
    return rare if condition else usual


@overload(seldom)
def _compiled(condition, rare, usual):
    choose: Any = _chosen  # whose first argument is Numba's own
    return lambda condition, rare, usual: choose(condition, rare, usual)


@intrinsic
def _chosen(_context: Any, condition: Any, rare: Any, usual: Any) -> Any:
    wide = float32 if rare == usual == float32 else float64

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        answer, *numbers = arguments
        given = zip(numbers, signature.args[1:], strict=True)
        chosen = builder.select(
            answer, *(context.cast(builder, n, kind, wide) for n, kind in given)
        )
        weights = [ir.Constant(ir.IntType(32), times) for times in (1, OTHERS)]
        chosen.set_metadata("prof", builder.module.add_metadata(["branch_weights", *weights]))
        return chosen

    return wide(types.boolean, rare, usual), code
