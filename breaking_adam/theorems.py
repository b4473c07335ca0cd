"""``python -m breaking_adam.theorems``: each theorem, its bound, and what was measured."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breaking_adam import options
from breaking_adam.report import save_figure, save_summary, storage_failures
from breaking_adam.startup import end_quietly, quick_imports

if TYPE_CHECKING:
    from breaking_adam.claims import Section

DESCRIPTION = (
    "Run the paper's theorems on their own constructions, with the constants of their proofs and "
    "α_t = α/√t, and print what was measured beside what was proved."
)

NAMES = (
    "theorem-1",
    "theorem-2",
    "theorem-3",
    "theorem-4",
    "corollary-1",
    "theorem-5",
    "corollary-2",
    "theorem-6",
)


@storage_failures("python -m breaking_adam.theorems")
def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, run, report; the exit status, 1 where a theorem does not hold."""
    start = time.perf_counter()
    parser = options.Parser(prog="python -m breaking_adam.theorems", description=DESCRIPTION)
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
    options.add_output(parser)
    chosen = parser.parse_args(arguments)
    if chosen.figures and not Path(chosen.figures).is_dir():
        parser.error(f"argument --figures: there is no directory {chosen.figures!r}")

    with quick_imports():
        from breaking_adam import claims, panels
        from breaking_adam.refusals import RequestError, make_directory

    try:
        directory = make_directory(chosen.logdir, "theorems")
    except RequestError as error:
        parser.error(str(error))
    summaries = []
    for name in options.distinct(chosen.only):
        section = getattr(claims, name.replace("-", "_"))()
        path = Path(chosen.figures or directory) / f"{name}.png"
        save_figure(panels.figure(section.panels, section.theorem), path)
        summaries.append({"name": name, **_summary(section), "figure": str(path)})
        if not chosen.json:
            _report(section, path)
    holds = all(summary["holds"] for summary in summaries)
    seconds = time.perf_counter() - start
    result = {"holds": holds, "seconds": seconds, "logdir": str(directory), "theorems": summaries}
    text = save_summary(result, directory)
    if chosen.json:
        print(text)
    else:
        verdict = "Every theorem holds" if holds else "NOT every theorem holds"
        print(f"{verdict}, in {seconds:.0f} s. Summary: {directory / 'summary.json'}")
    return 0 if holds else 1


def _summary(section: Section) -> dict[str, Any]:
    return {
        "theorem": section.theorem,
        "claim": section.claim,
        "measure": section.measure,
        "form": section.form,
        "holds": all(check.holds for check in section.checks if not check.printed),
        **({"table": section.table} if section.table else {}),
        "checks": [check._asdict() for check in section.checks],
    }


def _report(section: Section, path: Path) -> None:
    from tabulate import tabulate

    print(f"{section.theorem}: {section.claim}")
    print(f"  checked {section.form}\n")
    if section.table:
        columns = list(dict.fromkeys(key for row in section.table.values() for key in row))
        rows = [[name, *(row.get(c, "") for c in columns)] for name, row in section.table.items()]
        print(tabulate(rows, ["smallest C", *columns], intfmt=",") + "\n")
    headers = ["construction", section.measure, "bound", "tightness", "holds", "detail"]
    rows = [
        [
            check.construction,
            f"{check.measured:.4g}",
            f"{check.bound:.4g}",
            f"{check.tightness:.4f}" if check.tightness > 0.01 else f"{check.tightness:.1e}",
            ("yes" if check.holds else "no") + (", as printed" if check.printed else ""),
            check.detail,
        ]
        for check in section.checks
    ]
    align = ("left", "right", "right", "right", "left", "left")
    print(tabulate(rows, headers, disable_numparse=True, colalign=align))
    print(f"\nfigure: {path}\n", flush=True)


if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
