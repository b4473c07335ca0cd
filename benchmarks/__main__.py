"""Every benchmark, one after another; two runs side by side; the tables of a page.

python -m benchmarks [NAME ...] [--json FILE]
python -m benchmarks --compare A.json B.json
python -m benchmarks --fill FILE.json docs/speed.md
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import (
    command,
    engine,
    fused,
    grids,
    lanes,
    networks,
    optimizers,
    read,
    results,
)

BENCHMARKS = {
    "engine": engine.main,
    "lanes": lanes.main,
    "grids": grids.main,
    "command": command.main,
    "fused": fused.main,
    "read": read.main,
    "networks": networks.main,
    "optimizers": lambda: optimizers.main([]),
}


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.split("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument(
        "--json",
        type=Path,
        default=Path("build/benchmarks.json"),
        help="where every ratio is written (%(default)s)",
    )
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("A", "B"), help="two such files")
    parser.add_argument(
        "--fill", nargs=2, type=Path, metavar=("FILE", "PAGE"), help="a file's tables into a page"
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no benchmark {min(unknown)!r}: choose from {', '.join(BENCHMARKS)}")
    if options.compare:
        print(results.compare(*options.compare))
    elif options.fill:
        source, target = options.fill
        target.write_text(results.fill(target.read_text(), *results.load(source)))
    else:
        run(options.names or list(BENCHMARKS), options.json)


def run(names: list[str], path: Path) -> None:
    """Run the benchmarks of the names, and write what they find."""
    about, found = results.machine(), []
    for key, value in about.items():
        print(f"{key:12s} {value}")
    for name in names:
        print()
        found += BENCHMARKS[name]()
    path.parent.mkdir(parents=True, exist_ok=True)
    results.save(path, about, found)
    print(f"\n{path}")


if __name__ == "__main__":
    main()
