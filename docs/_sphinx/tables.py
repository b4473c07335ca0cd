"""Tables that the package itself knows, written into the pages that show them.

python docs/_sphinx/tables.py

``<!-- table: NAME -->`` and ``<!-- end -->`` stand around each on its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from breaking_adam.cli import figure2
from breaking_adam.cli.options import Help
from breaking_adam.counterexamples.counterexample import Counterexample, Prediction
from breaking_adam.counterexamples.table import COUNTEREXAMPLES

#: The pages that have such tables.
PAGES = [Path(__file__).parents[1] / name for name in ("counterexamples.md", "figure2.md")]

#: How a schedule is written, by its function's name.
SCHEDULES = {"constant": "", "inverse_sqrt": "/√t", "late_inverse_sqrt": "/√(1 + (t−1)/100)"}

#: (β1, β2, ε) of torch's own defaults, of Adam and of RMSprop.
ADAM, RMSPROP = (0.9, 0.999, 1e-8), (0.0, 0.99, 1e-8)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def protocol(one: Counterexample) -> str:
    """Its step size, its number of steps and its seeds."""
    alpha = f"α = {one.alpha:g}{SCHEDULES[one.schedule.__name__]}"  # type: ignore[attr-defined]
    seeds = f", {one.seeds} seeds" if one.seeds > 1 else ""
    return f"{alpha}, {one.steps:,} steps{seeds}"


def told(found: Prediction | None) -> str:
    """A prediction as one reads it."""
    if found is None:
        return ""
    value = f"{found.value:,.0f}" if abs(found.value) >= 1000 else f"{found.value:z.3g}"
    return f"{found.verdict}: {value}".replace("-", "−")


def counterexamples() -> str:
    """What each probes, and how it is played."""
    headers = ["name", "what it probes", "from", "played with", "near", "chosen here"]
    return table(
        headers,
        (
            [
                *(f"`{one.name}`", one.mechanism, one.paper, protocol(one)),
                *(f"{one.near:g}", one.ours),
            ]
            for one in COUNTEREXAMPLES.values()
        ),
    )


def predictions() -> str:
    """What the theory says of Adam and of RMSprop, each with torch's own decays."""
    rows = []
    for one in COUNTEREXAMPLES.values():
        found = [one.predicted(*ADAM), one.predicted(*RMSPROP)]
        formula = next((each.formula for each in found if each), "")
        rows.append([f"`{one.name}`", *map(told, found), formula])
    return table(["name", "Adam (0.9, 0.999)", "RMSprop (0.99)", "the number is"], rows)


def figure2_options() -> str:
    """What ``python -m breaking_adam.figure2 --help`` lists."""
    p = figure2.parser()
    p.formatter_class = partial(Help, width=1000, max_help_position=100)  # an option a line
    found = re.findall(r"^  (--\S.*?)  +(.+)$", p.format_help(), re.MULTILINE)
    rows = ([f"`{option}`", re.sub(r"--[a-z][\w-]*", r"`\g<0>`", what)] for option, what in found)
    return table(["option", "what it says"], rows)


TABLES = {
    "counterexamples": counterexamples,
    "predictions": predictions,
    "figure2_options": figure2_options,
}


def filled(text: str) -> str:
    """A page's text with its tables made anew."""
    return re.sub(
        r"(<!-- table: (\w+) -->)\n.*?(<!-- end -->)",
        lambda match: f"{match[1]}\n\n{TABLES[match[2]]()}\n\n{match[3]}",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
