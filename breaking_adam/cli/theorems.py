"""``python -m breaking_adam.theorems``: each theorem, its bound, and what was measured."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breaking_adam.cli import endings, options
from breaking_adam.cli.endings import storage_failures
from breaking_adam.cli.startup import quick_imports
from breaking_adam.cli.table import table
from breaking_adam.paper.theorems import NAMES
from breaking_adam.support.results import save_figure, save_summary

if TYPE_CHECKING:
    from breaking_adam.paper.section import Check, Section

DESCRIPTION = (
    "Run the paper's theorems on their own constructions, with the constants of their proofs and "
    "α_t = α/√t, and print what was measured beside what was proved."
)


@storage_failures("theorems")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status, 1 where a theorem does not hold."""
    start = time.perf_counter()
    parser = options.Parser("theorems", DESCRIPTION)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=NAMES,
        default=NAMES,
        metavar="NAME",
        help=f"which to check: {', '.join(NAMES)}",
    )
    parser.add_argument(
        "--figures", metavar="DIR", help="where to save the pictures (default: beside the summary)"
    )
    options.add_picture(parser)
    options.add_output(parser)
    chosen = parser.parse_args(arguments)
    if chosen.figures and not Path(chosen.figures).is_dir():
        parser.error(f"argument --figures: there is no directory {chosen.figures!r}")

    with quick_imports():
        from breaking_adam.cli.refusals import RequestError, make_directory
        from breaking_adam.paper import theorems
        from breaking_adam.plots import panels

    picture = options.picture_of(parser, chosen)
    try:
        directory = make_directory(chosen.logdir, "theorems")
    except RequestError as error:
        parser.error(str(error))
    summaries, unexpected = [], []
    for name in options.distinct(chosen.only):
        endings.at(name)
        section = theorems.section(name)
        path = Path(chosen.figures or directory) / f"{name}.png"
        save_figure(panels.figure(section.panels, section.theorem, picture), path)
        summaries.append({"name": name, **_summary(section), "figure": str(path)})
        unexpected += [
            f"{section.theorem}, {check.construction}: {check.detail} "
            f"{'holds, though a misprint' if check.misprint else 'does not hold'}"
            for check in section.checks
            if not check.as_expected
        ]
        if not chosen.json:
            _report(section, path)
    holds = all(summary["holds"] for summary in summaries)
    seconds = time.perf_counter() - start
    result = {"holds": holds, "seconds": seconds, "logdir": str(directory), "theorems": summaries}
    text = save_summary(result, directory)
    if chosen.json:
        print(text)
    else:
        verdict = "Every theorem holds" if holds else "NOT every theorem holds as expected"
        print("".join(f"{line}\n" for line in unexpected), end="")
        print(f"{verdict}, in {seconds:.0f} s. Summary: {directory / 'summary.json'}")
    return 0 if holds else 1


def _summary(section: Section) -> dict[str, Any]:
    return {
        "theorem": section.theorem,
        "claim": section.claim,
        "measure": section.measure,
        "form": section.form,
        "holds": section.holds,
        **({"table": section.table} if section.table else {}),
        "checks": [_as_json(check) for check in section.checks],
    }


def _as_json(check: Check) -> dict[str, Any]:
    """Its fields, with a misprint as ``printed``: a claim as the paper prints it."""
    fields = check._asdict()
    fields["printed"] = fields.pop("misprint")
    return fields


def _report(section: Section, path: Path) -> None:
    print(f"{section.theorem}: {section.claim}")
    print(f"  checked {section.form}\n")
    if section.table:
        columns = list(dict.fromkeys(key for row in section.table.values() for key in row))
        smallest = [
            [name, *(f"{row[c]:,}" if c in row else "" for c in columns)]
            for name, row in section.table.items()
        ]
        print(table(smallest, ["smallest C", *columns], "l" + "r" * len(columns)) + "\n")
    headers = ["construction", section.measure, "bound", "tightness", "holds", "detail"]
    rows = [
        [
            check.construction,
            f"{check.measured:.4g}",
            f"{check.bound:.4g}",
            f"{check.tightness:.4f}" if check.tightness > 0.01 else f"{check.tightness:.1e}",
            ("yes" if check.holds else "no") + (", as printed" if check.misprint else ""),
            check.detail,
        ]
        for check in section.checks
    ]
    print(table(rows, headers, "lrrrll", spare=["tightness"]))
    print(f"\nfigure: {path}\n", flush=True)
