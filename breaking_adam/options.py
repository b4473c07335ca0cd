"""The options that the commands share. Nothing heavy is imported before they are read."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn


class Help(argparse.HelpFormatter):
    """Each option's help with its default, as one would type it."""

    def _get_help_string(self, action: argparse.Action) -> str:
        value = action.default
        if value is None or value is False or value is argparse.SUPPRESS:
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


def integer(low: int, high: int) -> Callable[[str], int]:
    """A type of option: a whole number in [low, high], such as 6000000, 6_000_000 or 6e6."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            try:
                whole, value = float(text).is_integer(), int(float(text))
            except (ValueError, OverflowError):
                whole = False
            if not whole:
                raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not from {low:,} to {high:,}")
        return value

    return convert


#: A type of option: a number of steps.
count = integer(1, 10**12)


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
        "--checkpoint-every",
        type=number(0, math.inf),
        default=30.0,
        metavar="SECONDS",
        help="the time from one checkpoint to the next",
    )
    p.add_argument(
        "--resume",
        metavar="RUN",
        default=None,
        help="carry on in this directory of a run, with the run's own settings",
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


#: Where a run keeps its options, and which of them are not settings of the run.
SETTINGS = "settings.json"
NOT_SETTINGS = ("json", "resume")


def read(parser: Parser, command: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options typed, or those of the run that is to be resumed."""
    chosen = parser.parse_args(arguments)
    if chosen.resume is None:
        return chosen
    # An option that was not typed stays as it is set beforehand.
    unset = argparse.Namespace(**dict.fromkeys(vars(chosen), parser))
    for name, value in vars(parser.parse_args(arguments, unset)).items():
        if value is not parser and name not in NOT_SETTINGS:
            parser.error(f"argument {_option(name)}: a resumed run keeps its own settings")
    path = Path(chosen.resume) / SETTINGS
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        problem = settings.pop("problem")
        typed = [part for name, value in settings.items() for part in _typed(name, value)]
    except OSError as error:
        parser.error(f"argument --resume: {chosen.resume!r} is no run: {path}: {error.strerror}")
    except (AttributeError, KeyError, TypeError, ValueError):
        parser.error(f"argument --resume: {path} is damaged: put a copy of it back")
    if problem != command:
        parser.error(
            f"argument --resume: {chosen.resume!r} is a run of python -m breaking_adam.{problem}"
        )
    parser.prog = f"{parser.prog}: {path}"  # whose fault it is if the parser refuses them
    stored = parser.parse_args(typed)
    stored.resume, stored.json = chosen.resume, chosen.json
    return stored


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """The options that make the run what it is."""
    return {name: value for name, value in vars(options).items() if name not in NOT_SETTINGS}


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _typed(name: str, value: Any) -> list[str]:
    """The option as one would type it."""
    if value is None:
        return []
    if isinstance(value, list):
        return [_option(name), *map(str, value)]
    return [f"{_option(name)}={value}"]


def distinct(names: Sequence[str]) -> list[str]:
    """The names in their order, each once."""
    return list(dict.fromkeys(names))
