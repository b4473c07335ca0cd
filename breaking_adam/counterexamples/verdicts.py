"""Verdicts from Python: any optimizers on the counterexamples, as a Dataset."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from breaking_adam.counterexamples.criteria import WORDS
from breaking_adam.counterexamples.entrants import entrants
from breaking_adam.counterexamples.matrix import play
from breaking_adam.counterexamples.summary import summarised, words
from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.optimizers.find import did_you_mean

if TYPE_CHECKING:
    import xarray

    from breaking_adam.counterexamples.counterexample import Counterexample


def verdicts(
    optimizers: Iterable[Any],
    problems: Iterable[str] | None = None,
    *,
    store: str | os.PathLike[str] | None = None,
    client: Any = None,
    tell: Callable[[str], None] | None = None,
) -> xarray.Dataset:
    """Put optimizers on the stand: each on each published counterexample, with a verdict.

    A run is judged by its tail (:mod:`breaking_adam.counterexamples.criteria`), and a pair by its
    runs over 13 step sizes and the problem's seeds (:mod:`breaking_adam.counterexamples.summary`).

    Args:
        optimizers: classes, functions that take parameters and ``lr``, or names as the commands
            have them, such as ``"adam(betas=(0.9, 0.99))"``; with their own defaults.
        problems: names of counterexamples; all of them if None.
        store: a directory, for what is done to be kept in, by the names of optimizers and problems:
            a call that is stopped goes on there, and another finds what it has in common.
        client: a ``dask.distributed.Client`` to play on.
        tell: takes lines for people; by default they go to standard error.

    Returns:
        A Dataset. Over (optimizer, problem) it has ``verdict`` in a word, ``solved``, the share of
        step sizes and seeds that solve it, ``best_alpha``, ``best_distance``, and ``predicted``,
        the theory's word for Adam and RMSprop. Over these, alpha and seed it has ``outcome``, a
        word for each run that there is, and ``distance`` to the best points.

    Raises:
        ValueError, TypeError: for an optimizer or a problem that there is not.

    >>> import torch
    >>> ds = verdicts([torch.optim.SGD], ["bowl_steep"])  # 50 x²: it solves it where α < 0.02
    >>> ds.verdict.item(), round(13 * ds.solved.item())
    ('solves', 7)
    """
    entered, chosen = entrants(optimizers), counterexamples(problems)
    path = None if store is None else Path(store)
    ds = summarised(play(entered, chosen, store=path, client=client, tell=tell))
    named = np.array([*WORDS, ""])
    found = ds.assign(
        outcome=(ds.outcome.dims, words(ds.outcome.values)),
        verdict=(ds.verdict.dims, named[ds.verdict.values]),
        predicted=(ds.predicted.dims, named[ds.predicted.values]),
    )
    return found[
        ["verdict", "solved", "best_alpha", "best_distance", "predicted", "outcome", "distance"]
    ]


def counterexamples(names: Iterable[str] | None) -> list[Counterexample]:
    """The counterexamples by their names, in the order in which they are shown.

    Raises:
        ValueError: if there is none of a name.
    """
    wanted = list(COUNTEREXAMPLES) if names is None else list(names)
    for name in wanted:
        if name not in COUNTEREXAMPLES:
            raise ValueError(
                f"there is no counterexample {name!r}{did_you_mean(name, COUNTEREXAMPLES)}: choose "
                f"from {', '.join(COUNTEREXAMPLES)}"
            )
    return [one for name, one in COUNTEREXAMPLES.items() if name in wanted]
