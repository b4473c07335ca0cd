"""The command: Adam and AMSGrad as libraries have them, beside ours.

Run as ``python -m breaking_adam.conformance``. Every optimizer is fed the same gradients in
float64, and compared with ours set to the algorithm that it is said to be, and with all the
others that go by a similar name.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.report import show
from breaking_adam.cli.startup import quick_imports
from breaking_adam.cli.table import table
from breaking_adam.support.results import as_json

if TYPE_CHECKING:
    from breaking_adam.peers.comparison import Comparison, Missing

#: labml-nn asks for torchvision, torchtext and fairscale, which its optimizers do not use.
INSTALL = (
    "pip install -c constraints.txt -e '.[conformance]' && "
    "pip install -c constraints.txt --no-deps labml-nn"
)

DESCRIPTION = (
    "Adam and AMSGrad as torch, labml-nn, optax and Keras have them, beside ours: the largest "
    "relative difference of x over the same gradients in float64. They are optional: " + INSTALL
)


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = options.Parser("conformance", DESCRIPTION)
    parser.add_argument(
        "--steps", type=options.integer(1, 10**6), default=1000, metavar="N", help="steps compared"
    )
    parser.add_argument(
        "--seed",
        type=options.integer(0, 2**64 - 1),
        default=0,
        metavar="S",
        help="of the gradients",
    )
    parser.add_argument("--json", action="store_true", help=options.JSON_HELP)
    return parser.parse_args(argv)


@storage_failures("conformance")
def main(argv: list[str] | None = None) -> int:
    chosen = parse(argv)
    with quick_imports():
        from breaking_adam.peers.comparison import comparisons
        from breaking_adam.peers.gradients import BETAS, EPS, LR
        from breaking_adam.peers.orders import orders

    with contextlib.redirect_stdout(sys.stderr):  # a library may print
        found = list(comparisons(chosen.steps, chosen.seed, at=endings.at))
        endings.at("the online problem")
        firsts = orders()
    if chosen.json:
        settings = {"steps": chosen.steps, "seed": chosen.seed}
        settings |= {"lr": LR, "betas": BETAS, "eps": EPS}
        rows = [as_row(one) for one in found]
        show(as_json({"settings": settings, "rows": rows, "orders": firsts}))
    else:
        show(report(found, firsts, chosen.steps))
    return 0


def as_row(found: Comparison | Missing) -> dict[str, Any]:
    """A row of the JSON: every row has every key."""
    from breaking_adam.peers.comparison import Comparison

    if isinstance(found, Comparison):
        return {**found._asdict(), "missing": ""}
    nothing = {"optimizer": "", "ours": "", "random": None, "spiky": None, "next": None}
    return {"library": found.library, **nothing, "missing": not_usable(found)}


def not_usable(missing: Missing) -> str:
    return f"not usable ({missing.reason}): {INSTALL}"


def report(found: Sequence[Comparison | Missing], firsts: dict[str, int | None], steps: int) -> str:
    """Both tables, and what their columns mean."""
    from breaking_adam.peers import orders
    from breaking_adam.peers.comparison import Comparison, Missing
    from breaking_adam.peers.gradients import BETAS, EPS, LR

    rows = [
        (*one[:3], *(f"{number:.1e}" for number in (one.random, one.spiky, one.next)))
        for one in found
        if isinstance(one, Comparison)
    ]
    headers = ["library", "optimizer", "is ours with", "random", "spiky", "next"]
    ends = [(name, f"{t:,}" if t else "never") for name, t in firsts.items()]
    level = f"first step with x ≤ {orders.LIMIT}"
    *betas, eps = orders.HYPER
    return "\n".join(
        [
            f"x over {steps} steps in float64, α = {LR:g}, β = {BETAS}, ε = {EPS}",
            "",
            table(rows, headers, "lllrrr"),
            *(f"{one.library}: {not_usable(one)}" for one in found if isinstance(one, Missing)),
            "",
            "random, spiky: the largest relative difference over such gradients",
            "next: the same, but from the nearest of the other algorithms",
            "",
            table(ends, ["online problem", level], "lr"),
            "",
            f"α = {orders.ALPHA}, β = {tuple(betas)}, ε = {eps}, x_1 = 0; "
            f"never: within {orders.STEPS:,} steps",
        ]
    )
