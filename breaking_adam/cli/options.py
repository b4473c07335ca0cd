"""The options that the commands share. Nothing heavy is imported before they are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from breaking_adam.plots.picture import STYLES, Picture
from breaking_adam.runs.fields import LONGEST, SettingError
from breaking_adam.runs.output import Output
from breaking_adam.runs.problem_settings import PROBLEMS, WatchSettings
from breaking_adam.runs.settings import Settings
from breaking_adam.runs.stored import SETTINGS, from_json, names_of, stored, to_json
from breaking_adam.support.command import as_typed


class Help(argparse.HelpFormatter):
    """Each option's help with its default, as one would type it."""

    def _get_help_string(self, action: argparse.Action) -> str:
        value = action.default
        if value is None or value is False or value is argparse.SUPPRESS:
            return action.help or ""
        typed = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        return f"{action.help} (default: {typed})"


class Parser(argparse.ArgumentParser):
    """A command's parser: it says what is wrong in one line, and shows each option's default."""

    def __init__(self, command: str, description: str, **options: Any) -> None:
        super().__init__(
            prog=as_typed(command),
            description=description,
            formatter_class=Help,
            allow_abbrev=False,
            **options,
        )
        # By default "-1e3" is taken for an option, and not for a number as "-1000" is.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> NoReturn:
        one_line = " ".join(message.split())
        self.exit(2, f"{self.prog}: error: {one_line} (see --help)\n")


def whole(text: str) -> int:
    """A type of option: a whole number, such as 6000000, 6_000_000 or 6e6."""
    try:
        return int(text)
    except ValueError:
        try:
            value = float(text)
            if value.is_integer():
                return int(value)
        except (ValueError, OverflowError):
            pass
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def real(text: str) -> float:
    """A type of option: a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def integer(low: int, high: int) -> Callable[[str], int]:
    """A type of option: a whole number in [low, high]."""

    def convert(text: str) -> int:
        value = whole(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not from {low:,} to {high:,}")
        return value

    return convert


#: A type of option: a number of steps.
count = integer(1, LONGEST)


def parser(command: str, description: str) -> Parser:
    """The parser of a command that runs Trials; what is not typed is not in its namespace."""
    p = Parser(command, description, argument_default=argparse.SUPPRESS)
    usual, usual_alpha = _usual(command)
    if command == WatchSettings.command:
        p.add_argument("problem", nargs="?", metavar="NAME", help=WATCHED_HELP)

    def add(option: str, help: str, **rest: Any) -> None:  # noqa: A002 - as argparse has it
        field = option.lstrip("-").replace("-", "_")
        if field not in usual:  # it is another problem's
            return
        if usual[field] is not None:
            help += f" (default: {_shown(usual[field])})"  # noqa: A001
        p.add_argument(option, help=help, **rest)

    add(
        "--optimizer",
        "short names (see python -m breaking_adam) or import paths such as torch.optim.NAdam, each "
        "with keywords where it is to have its own, as 'sgd(lr=0.1, momentum=0.9)'",
        nargs="+",
        metavar="NAME",
    )
    add("--steps", "steps of each run", type=whole, metavar="N")
    own = "where an optimizer's keywords do not say it (default: {}; else the class's own)"
    add("--lr", "the step size α, " + own.format(usual_alpha), type=real)
    add(
        "--betas",
        "decays of the moments, " + own.format("0.9 0.99 for short names"),
        type=real,
        nargs="+",
        metavar="B",
    )
    add(
        "--eps",
        "added to the denominator (0 in the paper), " + own.format("1e-08 for short names"),
        type=real,
    )
    add(
        "--schedule",
        "the step size at step t: α (constant), the theory's α/√t (inverse-sqrt), or that from "
        "about the 100th step on (late-inverse-sqrt)",
    )
    add("--large", "the rare slope", type=real)
    add("--small", "the common slope", type=real)
    add("--period", "steps from a rare slope to the next", type=whole, metavar="N")
    add("--probability", "of the rare slope", type=real)
    add(
        "--replicas",
        "independent runs at once; x is then their median, with quartiles as a band",
        type=whole,
        metavar="R",
    )
    add("--x0", "where x starts", type=real)
    add("--domain", "where x may be", type=real, nargs=2, metavar=("LOW", "HIGH"))
    add(
        "--first-step",
        "where t starts: 1 as in the paper, 0 as a 0-based batch counter has it",
        type=whole,
        metavar="T",
    )
    add(
        "--engine",
        "compiled (machine code of a written rule), read (of one that is read from the optimizer's "
        "own step), eager (a torch step at a time), or auto: the first of these that can be",
    )
    add("--log-every", "steps from point to point", type=whole, metavar="N")
    add(
        "--checkpoint-every",
        "the time from one checkpoint to the next",
        type=real,
        metavar="SECONDS",
    )
    add("--dtype", "precision of x: float32 or float64")
    add("--seed", "of the draws, where there are any", type=whole)
    carry_on = "carry on in this directory of a run, with its settings"
    p.add_argument("--resume", metavar="RUN", help=carry_on)
    add("--name", "what to call this run's directory (default: the problem's name)")
    add(
        "--figure",
        "where to save the picture, as its suffix says (default: a PNG beside the logs)",
        metavar="PATH",
    )
    add(
        "--animate",
        "where to save an animation of why the optimizers part, as a .gif or an .mp4",
        metavar="PATH",
    )
    add_picture(p)
    add("--logdir", "where to make a directory for this run", metavar="DIR")
    p.add_argument("--json", action="store_true", help=JSON_HELP)
    return p


def _usual(command: str) -> tuple[dict[str, Any], str]:
    """What is used where nothing is typed, by the fields that there are; and the step size."""
    if command != WatchSettings.command:
        kind = PROBLEMS[command]
        return to_json(Settings(problem=kind()), Output()), "0.001 for short names"
    own = "the counterexample's own"
    usual = to_json(Settings(problem=WatchSettings(call="")), Output())
    return {**usual, "steps": own, "schedule": own, "log_every": "some 2000 points"}, own


WATCHED_HELP = (
    "a counterexample, or any problem with its constants, as 'power(k=6)': online, stochastic, "
    "parabolas, pulled_apart, power, pseudo_huber, heavy_tails or zero_slopes"
)


JSON_HELP = "print one JSON object and nothing else on stdout"


def add_output(p: argparse.ArgumentParser) -> None:
    """The options of the other commands that write results."""
    p.add_argument(
        "--logdir", default="logs", metavar="DIR", help="where to make a directory for this run"
    )
    p.add_argument("--json", action="store_true", help=JSON_HELP)


def pixels(text: str) -> tuple[int, int]:
    """A type of option: a width and a height in pixels, such as 1920x1080."""
    try:
        width, height = (integer(1, 20_000)(part) for part in text.lower().split("x"))
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT") from None
    return width, height


def add_picture(p: argparse.ArgumentParser) -> None:
    """The options of every command that draws: see :class:`breaking_adam.plots.picture.Picture`."""
    p.add_argument(
        "--style",
        choices=STYLES,
        help="what a picture is for: paper, a slide (1920x1080, in type for the back row) or a "
        "poster (default: paper)",
    )
    p.add_argument(
        "--size",
        type=pixels,
        metavar="WxH",
        help="width and height of a picture in pixels (default: at least 1600 across)",
    )
    p.add_argument(
        "--dpi",
        type=integer(50, 1200),
        metavar="N",
        help="dots per inch of a picture: with the same --size, fewer make the type smaller "
        "(default: 300)",
    )


def picture_of(parser: Parser, chosen: argparse.Namespace) -> Picture:
    """What the options of :func:`add_picture` ask for."""
    try:
        return Picture(chosen.size, chosen.dpi or 300, chosen.style or "paper")
    except ValueError as error:
        parser.error(f"argument --size: {error}")


class Chosen(NamedTuple):
    """What a command line asks for.

    Args:
        settings: what is to be run.
        output: where its results go.
        resume: the run to carry on, in place of both.
        json: whether to print JSON.
        typed: the settings that were typed, by their fields.
    """

    settings: Settings
    output: Output
    resume: str | None
    json: bool
    typed: dict[str, Any]


def read(p: Parser, command: str, arguments: Sequence[str] | None) -> Chosen:
    """What is asked for: typed, or that of the run that is to be resumed."""
    typed = vars(p.parse_args(arguments))
    json, resume = typed.pop("json", False), typed.pop("resume", None)
    if resume is not None:
        for field in typed:
            p.error(f"argument {option(field)}: a resumed run keeps its own settings")
    elif command == WatchSettings.command and "problem" not in typed:
        p.error("argument NAME: give a counterexample or a problem to watch")
    try:
        if resume is None:
            settings, output = from_json(_flat(command, typed))
            return Chosen(settings, output, None, json, typed)
        settings, output = stored(resume)
    except SettingError as error:
        if error.field != "resume" and resume is not None:
            p.prog += f": {Path(resume) / SETTINGS}"  # whose fault it is
        p.error(f"argument {option(error.field)}: {error.reason}")
    if settings.problem.command != command:
        of = as_typed(settings.problem.command)
        p.error(f"argument --resume: {resume!r} is a run of {of}")
    return Chosen(settings, output, resume, json, typed)


def _flat(command: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as :func:`breaking_adam.runs.stored.from_json` takes it."""
    if command == WatchSettings.command:
        return {**typed, "call": typed["problem"]}
    return {"problem": command, **typed}


def of_settings(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, without where results go."""
    return {key: value for key, value in typed.items() if key not in names_of(Output)}


def option(field: str) -> str:
    """The option of a field."""
    return "NAME" if field == "problem" else "--" + field.replace("_", "-")


def _shown(value: Any) -> str:
    """A default, as one would type it."""
    if isinstance(value, list):
        return " ".join(map(_shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def distinct(names: Sequence[str]) -> list[str]:
    """The names in their order, each once."""
    return list(dict.fromkeys(names))
