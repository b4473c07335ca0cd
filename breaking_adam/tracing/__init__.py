"""Rules, read from what an optimizer's own ``step()`` does to one coordinate."""

from breaking_adam.tracing.course import Course
from breaking_adam.tracing.reader import Reader
from breaking_adam.tracing.reading import Read, UnsettledError
from breaking_adam.tracing.tape import UnreadableError

__all__ = ["Course", "Read", "Reader", "UnreadableError", "UnsettledError"]
