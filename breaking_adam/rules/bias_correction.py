"""Bias correction: what a zero-initialised running mean has seen so far."""

from collections.abc import Callable

from breaking_adam.rules.rule import Numbers, compilable

#: (α_t, hyper, (1 − β1ᵗ, 1 − β2ᵗ)) -> c: what a step's coefficients are once the corrections are
#: known.
Coefficients = Callable[[float, Numbers, tuple[float, float]], Numbers]


@compilable
def settled(beta):
    """A step from which 1 − βᵗ rounds to 1: βᵗ ≤ exp(−t(1−β)), and e⁻⁴⁰ < 2⁻⁵⁴.

    >>> settled(0.99), 1 - 0.99 ** settled(0.99)
    (3999, 1.0)
    """
    return int(40.0 / (1.0 - beta))


@compilable
def bias_correction(beta, t):
    """1 − βᵗ, the weight that a zero-initialised average with decay β has seen by step t.

    >>> bias_correction(0.9, 1), bias_correction(0.9, 10**9)
    (0.09999999999999998, 1.0)
    """
    return 1.0 - beta ** (1.0 * t) if t < settled(beta) else 1.0


_COEFFICIENTS: dict[Callable[[int, float, Numbers], Numbers], Coefficients] = {}


def corrected(coefficients: Coefficients) -> Callable[[int, float, Numbers], Numbers]:
    """A rule's ``at`` from its coefficients, where ``hyper`` begins with β1 and β2.

    Loops over lanes of different decays come by the corrections with a product instead of a
    power for each lane and step, and use the coefficients as they are: see
    :func:`coefficients_of`.

    >>> @corrected
    ... def at(alpha, hyper, corrections):
    ...     return (alpha / corrections[0],)
    >>> at(1, 0.1, (0.5, 0.9)), at(10**6, 0.1, (0.5, 0.9))
    ((0.2,), (0.1,))
    """
    inner = compilable(coefficients)

    @compilable
    def at(t, alpha, hyper):
        beta1, beta2 = hyper[0], hyper[1]
        if t >= settled(max(beta1, beta2)):
            return inner(alpha, hyper, (1.0, 1.0))
        return inner(alpha, hyper, (bias_correction(beta1, t), bias_correction(beta2, t)))

    _COEFFICIENTS[at] = inner
    return at


def coefficients_of(at: Callable[[int, float, Numbers], Numbers]) -> Coefficients | None:
    """The coefficients that an ``at`` was made of by :func:`corrected`; None if it was not."""
    return _COEFFICIENTS.get(at)
