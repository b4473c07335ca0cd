"""The command: Adam and AMSGrad as libraries have them, beside ours.

Run as ``python -m breaking_adam.conformance``. Every optimizer is fed the same gradients in
float64, and compared with ours set to the algorithm that it is said to be, and with all the
others that go by a similar name.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from breaking_adam.cli import options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.table import table
from breaking_adam.peers.comparison import Comparison, Missing, comparisons
from breaking_adam.peers.gradients import BETAS, EPS, LR
from breaking_adam.peers.orders import STEPS, orders

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
    found = list(comparisons(chosen.steps, chosen.seed))
    firsts = orders()
    if chosen.json:
        settings = {"steps": chosen.steps, "seed": chosen.seed}
        settings |= {"lr": LR, "betas": BETAS, "eps": EPS}
        rows = [as_row(one) for one in found]
        print(json.dumps({"settings": settings, "rows": rows, "orders": firsts}))
        return 0
    report(found, firsts, chosen.steps)
    return 0


def as_row(found: Comparison | Missing) -> dict[str, Any]:
    """A row of the JSON: every row has every key."""
    if isinstance(found, Comparison):
        return {**found._asdict(), "missing": ""}
    nothing = {"optimizer": "", "ours": "", "random": None, "spiky": None, "next": None}
    return {"library": found.library, **nothing, "missing": not_usable(found)}


def not_usable(missing: Missing) -> str:
    return f"not usable ({missing.reason}): {INSTALL}"


def report(
    found: Sequence[Comparison | Missing], firsts: dict[str, int | None], steps: int
) -> None:
    print(f"x over {steps} steps in float64, α = 2⁻¹⁰, β = {BETAS}, ε = {EPS}\n")
    lines = [
        (*one[:3], *(f"{number:.1e}" for number in (one.random, one.spiky, one.next)))
        for one in found
        if isinstance(one, Comparison)
    ]
    headers = ["library", "optimizer", "is ours with", "random", "spiky", "next"]
    print(table(lines, headers, "lllrrr"))
    for one in found:
        if isinstance(one, Missing):
            print(f"{one.library}: {not_usable(one)}")
    print("\nrandom, spiky: the largest relative difference over such gradients")
    print("next: the same, but from the nearest of the other algorithms\n")
    ends = [(name, f"{t:,}" if t else "never") for name, t in firsts.items()]
    print(table(ends, ["online problem", "first step with x ≤ −0.99"], "lr"))
    print(f"\nα = 0.001, β = (0.9, 0.99), ε = 1e-8, x_1 = 0; never: within {STEPS:,} steps")
