"""The options that the commands share. Nothing heavy is imported before they are read."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn


class Help(argparse.HelpFormatter):
    """Each option's help with its default, as one would type it."""

    def _get_help_string(self, action: argparse.Action) -> str:
        value = action.default
        if value in (None, False, argparse.SUPPRESS):
            return action.help or ""
        typed = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        return f"{action.help} (default: {typed})"


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, and shows each option's default."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        one_line = " ".join(message.split())
        self.exit(2, f"{self.prog}: error: {one_line} (see --help)\n")


def count(text: str) -> int:
    """A positive whole number, such as 6000000, 6_000_000 or 6e6."""
    try:
        number = int(text)
    except ValueError:
        try:
            number = int(float(text)) if float(text).is_integer() else 0
        except (ValueError, OverflowError):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not 1 <= number <= 10**12:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 10^12")
    return number


def number(low: float, high: float, *, open_low: bool = False) -> Callable[[str], float]:
    """A type of option: a finite number in [low, high), or in (low, high)."""
    within = f"{'above' if open_low else 'at least'} {low:g}" + (
        f" and below {high:g}" if math.isfinite(high) else ""
    )

    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not (low < value if open_low else low <= value) or not value < high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number {within}")
        return value

    return convert


def integer(low: int, high: int) -> Callable[[str], int]:
    """A type of option: a whole number in [low, high]."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not from {low} to {high}")
        return value

    return convert


def parser(prog: str, description: str) -> Parser:
    """The parser with the options of every command that runs Trials."""
    p = Parser(prog=f"python -m breaking_adam.{prog}", description=description)
    p.add_argument(
        "--optimizer",
        nargs="+",
        default=["adam", "amsgrad"],
        metavar="NAME",
        help="short names (see python -m breaking_adam) or import paths, as torch.optim.NAdam",
    )
    p.add_argument("--steps", type=count, default=6_000_000, metavar="N", help="steps of each run")
    p.add_argument(
        "--lr",
        type=number(0, math.inf, open_low=True),
        default=0.001,
        metavar="ALPHA",
        help="the step size α",
    )
    p.add_argument(
        "--betas",
        type=number(0, 1),
        nargs=2,
        default=[0.9, 0.99],
        metavar=("B1", "B2"),
        help="decays of the first and second moment, in optimizers that have them",
    )
    p.add_argument(
        "--eps",
        type=number(0, math.inf),
        default=1e-8,
        help="added to the denominator (0 in the paper)",
    )
    p.add_argument(
        "--schedule",
        choices=["constant", "inverse-sqrt"],
        default="constant",
        help="the step size at step t: α, or the theory's α/√t",
    )
    p.add_argument(
        "--first-step",
        type=integer(0, 10**12),
        default=1,
        metavar="T",
        help="where t starts: 1 as in the paper, 0 as a 0-based batch counter has it",
    )
    p.add_argument(
        "--engine",
        choices=["auto", "compiled", "eager"],
        default="auto",
        help="a loop of machine code, a torch step at a time, or compiled where possible",
    )
    p.add_argument(
        "--log-every", type=count, default=1000, metavar="N", help="steps from point to point"
    )
    p.add_argument(
        "--figure",
        metavar="PATH",
        help="where to save the picture, as its suffix says (default: a PNG beside the logs)",
    )
    p.add_argument(
        "--dtype", choices=["float32", "float64"], default="float64", help="precision of x"
    )
    p.add_argument(
        "--seed", type=integer(0, 2**64 - 1), default=0, help="of the draws, where there are any"
    )
    add_output(p)
    return p


def add_output(p: argparse.ArgumentParser) -> None:
    """The options of every command that writes results."""
    p.add_argument(
        "--logdir", default="logs", metavar="DIR", help="where to make a directory for this run"
    )
    p.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else on stdout"
    )


def distinct(names: Sequence[str]) -> list[str]:
    """The names in their order, each once."""
    return list(dict.fromkeys(names))
