"""What Hypothesis draws: the same every time, on any machine and after any other tests."""

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# Now and then it draws a constant of a module of ours that is loaded: whichever tests were before.
assert callable(providers.is_local_module_file), "Hypothesis has it under another name by now"
providers.is_local_module_file = lambda path: False

SETTINGS = settings(
    deadline=None, max_examples=150, suppress_health_check=list(HealthCheck), derandomize=True
)
