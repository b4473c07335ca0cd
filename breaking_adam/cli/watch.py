"""``python -m breaking_adam.watch``: one run on a counterexample, or on any problem."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from breaking_adam.cli import options, trials
from breaking_adam.cli.startup import standard_streams
from breaking_adam.counterexamples.names import TITLES

if TYPE_CHECKING:
    from breaking_adam.runs.settings import Settings

COMMAND = "watch"

DESCRIPTION = (
    "Run optimizers on a published counterexample, with its own step size, schedule and number of "
    "steps where nothing else is said; or on a problem with constants of one's own, with those of "
    "the other commands."
)


class Listed(options.Help, argparse.RawDescriptionHelpFormatter):
    """The counterexamples are a list, and stay one."""


def parser() -> options.Parser:
    """The command's options, and the counterexamples with what each is."""
    p = options.parser(COMMAND, textwrap.fill(DESCRIPTION, 79))
    p.formatter_class = Listed
    longest = max(map(len, TITLES))
    lines = [f"  {name:<{longest}}  {title}" for name, title in TITLES.items()]
    p.epilog = "\n".join(["counterexamples:", *lines])
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status."""
    standard_streams()
    chosen = options.read(parser(), COMMAND, arguments)

    def settings() -> Settings:
        from breaking_adam.counterexamples.watched import watched

        own = options.of_settings(chosen.typed)
        return watched(own.pop("problem"), **own)

    return trials.carry_out(COMMAND, chosen, settings)
