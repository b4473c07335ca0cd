"""The readings of this process, which the tiles of a grid share, and the trust in them."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence

import torch
from torch.optim import Optimizer

from breaking_adam.engine.advance import Schedule
from breaking_adam.engine.digest import UnknownContentError, digest
from breaking_adam.engine.packs import WIDTH
from breaking_adam.grids.cell import Game, Showing
from breaking_adam.grids.lockstep import walk
from breaking_adam.grids.reads import Reads, differing, kind_of
from breaking_adam.tracing import places

#: How many readings are kept.
MOST = 64

#: What there is, by what it is of; those used last come last.
_KEPT: dict[Hashable, Reads] = {}

_ONE_AT_A_TIME = threading.RLock()


def reading_of(optimizers: Sequence[Optimizer], games: Sequence[Game], schedule: Schedule) -> Reads:
    """The reading of optimizers of one kind, to be trusted on all of some problems.

    One that there is serves again for optimizers which are set to the same, differ in the same
    numbers, and step parameters of the same dtype under the same default dtype.

    Args:
        optimizers: of one kind, as they begin.
        games: the problems that they will play.
        schedule: α_t/α as a function of t.

    Raises:
        UnreadableError: if they cannot be read.
    """
    own, facts = differing(optimizers), places.facts(optimizers[0])
    constants = tuple(fact for place, fact in facts.items() if place not in own)
    default = torch.get_default_dtype()  # in which an optimizer may keep a number, as NAdam does
    key = kind_of(optimizers[0]), frozenset(own), constants, _content(schedule), default
    with _ONE_AT_A_TIME:
        if (reads := _KEPT.pop(key, None)) is None:
            reads = Reads(optimizers, games[0], schedule)
        trust(reads, games)
        _KEPT[key] = reads
        while len(_KEPT) > MOST:
            del _KEPT[next(iter(_KEPT))]
    return reads


def trust(reads: Reads, games: Sequence[Game]) -> None:
    """Walk on problems that are new to the rule.

    A walk for every cell would take longer than the grid. So each of the optimizers that stand
    for the others walks in lockstep with its own step, on the first problem of every new kind, a
    middle one, the last, and Gaussian slopes: all at once, as coordinates of one parameter. Where
    coordinates of one optimizer would see each other, each is a parameter of an optimizer of its
    own, and of every new kind only the first walks.

    Raises:
        UnreadableError: if the rule goes astray.
    """
    fresh: dict[Showing, list[Game]] = {}
    for game in games:
        if game.showing not in reads.trusted:
            fresh.setdefault(game.showing, []).append(game)
    if not fresh:
        return
    some: list[Game] = []
    for each in fresh.values():
        places_of = (0,) if reads.alone else (0, len(each) // 2, len(each) - 1)
        some += [each[i] for i in dict.fromkeys(places_of)]
    for optimizer in reads.some:
        for begin in range(0, len(some), WIDTH - 1):
            walk(reads, optimizer, [*some[begin : begin + WIDTH - 1], None])
    reads.trusted |= fresh.keys()


def _content(schedule: Schedule) -> Hashable:
    try:
        return digest(schedule)
    except UnknownContentError:
        return schedule
