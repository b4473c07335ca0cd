"""Momentum that fades, β_{1t}."""

from typing import NamedTuple


class Momentum(NamedTuple):
    """β_{1t} = β1 λ^{t−1} / t^p: constant, Corollary 1's (λ < 1), or the remark's β1/t (p = 1)."""

    beta1: float
    decay: float = 1.0
    power: float = 0.0
