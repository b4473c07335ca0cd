"""What a step of a problem shows, as pure functions on plain numbers."""

from __future__ import annotations

from typing import Any, NamedTuple


class Cost(NamedTuple):
    """What step t shows, as functions that Numba compiles; c are the problem's constants.

    A cost may be anything that has a value and a gradient at every x: it need be neither linear
    nor convex, and its first step may differ (with the first t among the constants).
    """

    #: (x, t, key, c) -> (f_t(x), f_t'(x))
    at: Any
    #: (k, c) -> key, by which ``at`` knows replica k; an unsigned integer
    key: Any
    #: The same for a loop over a single replica, where another way to say it takes less time
    at_alone: Any = None

    @property
    def alone(self) -> Cost:
        """The cost as a loop over a single replica takes it."""
        return self._replace(at=self.at_alone or self.at)
