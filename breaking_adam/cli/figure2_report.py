"""What ``figure2`` tells when it ends: a table for each experiment and β2, and the differences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from breaking_adam.cli.table import table, width
from breaking_adam.networks.experiments import ALGORITHMS, CONTROL, EPS, EXPERIMENTS, RIVALS
from breaking_adam.networks.figure2 import Outcome
from breaking_adam.networks.results import Control, Pair, Row
from breaking_adam.networks.settings import Settings

DEMONSTRATION = (
    "a demonstration on 4,000 images of MNIST, not the paper's experiment: that takes all 60,000, "
    "with --data DIR or --download"
)

NOTES = (
    "± is a standard deviation over the seeds. Losses and accuracies are means over the last tenth "
    "of the iterations. {chosen} "
    f"ε is {EPS:g} and not the paper's 0: where a pixel is dark in every image, 0 gives 0/0. "
    "AMSGrad (paper) is compared with the Adam that does not correct its bias either, the others "
    "with Adam: the same seed has the same initial weights and the same batches."
)
SEARCHED = (
    "Each α is the best of its grid, for the training loss and for the loss on held-out images, by "
    "seeds that are not reported."
)
GIVEN = "α is the one that was asked for: no better one was looked for."

#: The AMSGrad of each order.
ORDERS = {str(ALGORITHMS[name].bias_correction): name for name in RIVALS}


def title(settings: Settings) -> str:
    """What stands above the picture."""
    return "" if settings.data else "Demonstration on 4,000 images, not the paper's experiment"


def summary(settings: Settings, outcomes: Sequence[Outcome], figure: Path) -> dict[str, Any]:
    """All there is to tell, for JSON."""
    return {
        **asdict(settings),
        "demonstration": settings.data is None,
        "eps": EPS,
        "figure": str(figure),
        "rows": [row._asdict() for outcome in outcomes for row in outcome.rows],
        "pairs": [pair._asdict() for outcome in outcomes for pair in outcome.pairs],
        "controls": [each._asdict() for outcome in outcomes for each in outcome.controls],
    }


def text(settings: Settings, outcomes: Sequence[Outcome]) -> str:
    """The tables, and what they are of."""
    parts = []
    for outcome in outcomes:
        plan = outcome.plan
        about = f"{plan.iterations:,} iterations of {plan.batch} images, {plan.seeds} seeds"
        for beta2 in plan.beta2:
            parts.append(f"{EXPERIMENTS[plan.experiment].title}, β2 = {beta2:g}: {about}")
            parts.append(_rows([row for row in outcome.rows if row.beta2 == beta2]))
            beside: list[Pair | Control] = [*outcome.pairs, *outcome.controls]
            parts.append(_differences([each for each in beside if each.beta2 == beta2]))
    searched = any(outcome.plan.search() for outcome in outcomes)
    parts.append(textwrap.fill(NOTES.format(chosen=SEARCHED if searched else GIVEN), width()))
    if any(row.at_edge for outcome in outcomes for row in outcome.rows):
        parts.append("* This α is at the edge of its grid: a better one may lie beyond.")
    if settings.data is None:
        parts.append(textwrap.fill(f"This is {DEMONSTRATION}.", width()))
    return "\n\n".join(part for part in parts if part)


def _rows(rows: Sequence[Row]) -> str:
    """A line for each algorithm: training, then test."""
    lines = [
        [
            ALGORITHMS[train.algorithm].label,
            _alpha(train),
            _spread(train.loss, train.loss_sd, 4),
            _alpha(test),
            _spread(test.loss, test.loss_sd, 4),
            _spread(100 * test.accuracy, 100 * test.accuracy_sd, 2),
        ]
        for train, test in _by_split(rows)
    ]
    headers = ["optimizer", "α", "train loss", "α", "test loss", "test %"]
    return table(lines, headers, "lrrrrr")


def _by_split(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Each algorithm's rows for training and for testing."""
    test = {row.algorithm: row for row in rows if row.split == "test"}
    return ((row, test[row.algorithm]) for row in rows if row.split == "train")


def _differences(found: Sequence[Pair | Control]) -> str:
    """A line for each comparison and split, where anything was compared."""
    if not found:
        return ""
    lines = [
        [
            _name(each),
            each.split,
            _spread(each.difference, each.sd, 5, "+"),
            f"{each.seeds_agreeing} of {each.seeds}",
            _better(each),
        ]
        for each in found
    ]
    headers = ["paired by seed", "loss", "difference", "seeds agreeing", "better"]
    return table(lines, headers, "llrrl")


def _name(each: Pair | Control) -> str:
    """What is taken from what."""
    ours = CONTROL[0] if isinstance(each, Control) else ORDERS[each.order]
    return f"{ALGORITHMS[ours].label} − Adam"


def _better(each: Pair | Control) -> str:
    """Who is better, where all seeds say so."""
    if each.seeds_agreeing < each.seeds:
        return "undecided"
    if each.difference > 0:
        return "Adam"
    return "α/√t" if isinstance(each, Control) else "AMSGrad"


def _alpha(row: Row) -> str:
    return f"{row.alpha:g}{'*' if row.at_edge else ''}"


def _spread(mean: float, sd: float, digits: int, sign: str = "") -> str:
    return f"{mean:{sign}.{digits}f}±{sd:.{digits}f}"
