"""Faults in the published counterexamples, and in what is predicted of them."""

from mutants.fault import Fault

FAULTS = [
    Fault("counterexamples/reddi_cycle.py", "moved < 0 else", "moved > 0 else"),
    Fault("counterexamples/reddi_random.py", "(2500.0, -50.0, 0.02)", "(2500.0, -50.0, 0.01)"),
    Fault("counterexamples/at_random.py", "(1 - beta2) * kappa(beta1, beta2)", "1 - beta2"),
    Fault("counterexamples/zero_slopes.py", "[0.0] * 48", "[0.0] * 20"),
    Fault("counterexamples/pulled_apart.py", "1 / (N - 1) ** 2", "1 / (N - 1)"),
    Fault("paper/off_centre.py", "large_at=10.0)", "large_at=9.0)"),
    Fault("counterexamples/smooth.py", "way(ALPHA, t, GIANT_STEPS) > X_1", "True"),
    Fault("counterexamples/smooth.py", "slope / (slope + eps)", "scale / (scale + eps)"),
    Fault("counterexamples/minimum.py", "beta1 == 0 and fall(beta2) > LOWEST", "False"),
    Fault("counterexamples/minimum.py", "eps > half_step**3", "eps > 0"),
    Fault("paper/off_centre.py", "first_step=2, ", ""),
    Fault("counterexamples/heavy.py", "partial(HeavyTails, 1.2)", "partial(HeavyTails, 1.5)"),
    Fault("counterexamples/watched.py", "**{**own, **others}", "**{**others, **own}"),
    Fault("counterexamples/watched.py", "near=one.near", "near=None"),
]
