"""What a run of the benchmarks found: ratios with their bounds, and the machine they are of.

A ratio is the median, over rounds in which the contestants take turns, of the ratio within a
round; a machine that other work slows down for a while slows both.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

import torch
from tabulate import tabulate


class Ratio(NamedTuple):
    """One line of a benchmark."""

    benchmark: str
    what: str
    ratio: float
    low: float  # the quartiles over the rounds
    high: float
    least: float  # of the least times, which work of others disturbs least
    at_most: float | None

    @property
    def verdict(self) -> str:
        if self.at_most is None:
            return ""
        return f"at most {self.at_most:g}: {'met' if self.ratio <= self.at_most else 'MISSED'}"


def ratio(
    benchmark: str, what: str, over: list[float], under: list[float], at_most: float | None = None
) -> Ratio:
    """From the seconds of two contestants, round by round."""
    rounds = [a / b for a, b in zip(over, under, strict=True)]
    low, middle, high = quantiles(rounds, n=4) if len(rounds) > 1 else rounds * 3
    numbers = [round(x, 3) for x in (middle, low, high, min(over) / min(under))]
    return Ratio(benchmark, what, *numbers, at_most)


def machine() -> dict[str, str]:
    """What decides how fast this machine is, in words."""
    compiler = shutil.which("cc")
    told = [compiler, "--version"] if compiler else None
    versions = {name: version(name) for name in ("torch", "numba", "numpy", "torchbearer")}
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "cores": f"{os.cpu_count()}, of which torch uses {torch.get_num_threads()}",
        "caches": _caches(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **versions,
        "c": subprocess.check_output(told, text=True).splitlines()[0] if told else "none",
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    found = {
        name: re.search(rf"^{name}\s*: (.*)$", text, re.MULTILINE)
        for name in ("model name", "cpu family", "model")
    }
    words = [match[1] for match in found.values() if match]
    if len(words) == 3:
        return f"{words[0]} (family {words[1]}, model {words[2]}), {platform.machine()}"
    return platform.processor() or platform.machine()


def _caches() -> str:
    """Level and size of each cache of the first core, as Linux tells them."""
    told = []
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (folder / name).read_text().strip() for name in ("level", "type", "size")
        )
        told.append(f"L{level} {kind.lower()} {size}")
    return ", ".join(told) or "unknown"


def save(path: Path, about: dict[str, str], ratios: list[Ratio]) -> None:
    """Write a run as one JSON object."""
    kept = {"machine": about, "ratios": [found._asdict() for found in ratios]}
    path.write_text(json.dumps(kept, indent=1) + "\n")


def load(path: Path) -> tuple[dict[str, str], list[Ratio]]:
    """What ``save`` wrote."""
    kept: dict[str, Any] = json.loads(path.read_text())
    return kept["machine"], [Ratio(**row) for row in kept["ratios"]]


def table(ratios: list[Ratio]) -> str:
    """A line for each."""
    lines = [
        (r.what, f"{r.ratio:.2f}", f"{r.low:.2f}-{r.high:.2f}", f"{r.least:.2f}", r.verdict)
        for r in ratios
    ]
    return tabulate(
        lines,
        ["", "ratio", "quartiles", "least", ""],
        colalign=("left", "right", "right", "right", "left"),
        disable_numparse=True,
    )


def compare(a: Path, b: Path) -> str:
    """Two runs side by side: their machines where they differ, and every ratio."""
    (machine_a, ratios_a), (machine_b, ratios_b) = load(a), load(b)
    names = list(dict.fromkeys([*machine_a, *machine_b]))
    about = [(n, machine_a.get(n, ""), machine_b.get(n, "")) for n in names]
    found = [{(r.benchmark, r.what): r.ratio for r in ratios} for ratios in (ratios_a, ratios_b)]
    lines = [
        (*key, *(f"{of[key]:.2f}" if key in of else "" for of in found), _change(*found, key))
        for key in dict.fromkeys([*found[0], *found[1]])
    ]
    differing = [line for line in about if line[1] != line[2]]
    return "\n\n".join(
        [
            tabulate(differing, ["", a.name, b.name], disable_numparse=True),
            tabulate(
                lines,
                ["benchmark", "", a.name, b.name, "B / A"],
                colalign=("left", "left", "right", "right", "right"),
                disable_numparse=True,
            ),
        ]
    )


def _change(a: dict[Any, float], b: dict[Any, float], key: Any) -> str:
    return f"{b[key] / a[key]:.2f}" if key in a and key in b else ""


def fill(text: str, about: dict[str, str], ratios: list[Ratio]) -> str:
    """The text with the tables between its markers made anew.

    ``<!-- benchmark: NAME -->`` and ``<!-- end -->`` stand around the table of a benchmark, or
    with the name ``machine`` around what the ratios were measured on.

    Raises:
        ValueError: for a marker of a benchmark that the run does not hold.
    """

    def made(match: re.Match[str]) -> str:
        name = match[2]
        if name == "machine":
            body = "\n".join(f"{key:12s} {value}" for key, value in about.items())
        elif rows := [found for found in ratios if found.benchmark == name]:
            body = table(rows)
        else:
            held = ", ".join(dict.fromkeys(found.benchmark for found in ratios))
            raise ValueError(f"there is no benchmark {name!r} in this run: it holds {held}")
        block = "\n".join(f"    {line}".rstrip() for line in body.splitlines())
        return f"{match[1]}\n\n{block}\n\n{match[3]}"

    marked = r"(<!-- benchmark: (.+?) -->)\n.*?(<!-- end -->)"
    return re.sub(marked, made, text, flags=re.DOTALL)
