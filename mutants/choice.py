"""Which tests may see a fault: those that import what it touches, the nearest first."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import grimp

from mutants.fault import PACKAGE, ROOT, Fault

#: A module's name within a test, be it imported or only written.
MENTIONED = re.compile(rf"\b{PACKAGE}(?:\.\w+)*")

#: The marks of tests that take no time, and of all others.
QUICK, SLOW = "not slow and not alone", "slow or alone"


@cache
def graph() -> grimp.ImportGraph:
    """What imports what in the package, with the names that its doors hand on."""
    imports = grimp.build_graph(PACKAGE, cache_dir=None)
    for package, names in _handed_on().items():
        for module in names.values():
            imports.add_import(importer=package, imported=module)
    return imports


def _handed_on() -> dict[str, dict[str, str]]:
    """What packages import lazily: the module of each name, as their stubs say."""
    found = {}
    for stub in (ROOT / PACKAGE).rglob("__init__.pyi"):
        package = ".".join(stub.parent.relative_to(ROOT).parts)
        found[package] = {
            alias.name: f"{package}.{node.module or ''}".rstrip(".")
            for node in ast.walk(ast.parse(stub.read_text()))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
    return found


@cache
def modules_of(test: Path) -> frozenset[str]:
    """The package's modules that a test names, in its own text or in that of its helpers."""
    text = test.read_text()
    helpers = {path.stem: path for path in (ROOT / "tests").rglob("*.py")}
    known, handed = graph().modules, _handed_on()[PACKAGE]
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if node.module == PACKAGE and alias.name in handed:
                    whole = f"{handed[alias.name]}.{alias.name}"
                    found |= {handed[alias.name]} & known
                found |= {whole} & known
                if node.module in helpers and helpers[node.module] != test:
                    found |= modules_of(helpers[node.module])
    for name in MENTIONED.findall(text):
        while name not in known and name != PACKAGE:
            name = name.rpartition(".")[0]
        found.add(name)
    if f'"{PACKAGE}.' in text or f"{PACKAGE}.{{" in text:  # a command by its name
        found |= {
            door for door in graph().find_children(PACKAGE) if not graph().find_children(door)
        }
    return frozenset(found - {PACKAGE})


@cache
def distances(module: str) -> dict[str, int]:
    """How many imports lie between the module and each that comes to use it."""
    found, frontier, steps = {module: 0}, {module}, 0
    while frontier:
        steps += 1
        frontier = {
            importer
            for each in frontier
            for importer in graph().find_modules_that_directly_import(each)
        } - found.keys()
        found |= dict.fromkeys(frontier, steps)
    return found


class Choice(NamedTuple):
    """Files with tests, and the marks of those among them that are to be run."""

    files: list[str]
    marks: str


def choice_of(fault: Fault) -> list[Choice]:
    """What may see the fault, the nearest first; what takes seconds comes last.

    Nearest are the examples of the file itself, then the tests of its wing, then all that import
    it, be it by way of others.
    """
    near, wing = distances(fault.module), Path(fault.path).parts[0]
    beside: list[tuple[int, str]] = []
    elsewhere: list[tuple[int, str]] = []
    for test in sorted((ROOT / "tests").rglob("test_*.py")):
        if steps := [near[module] for module in modules_of(test) & near.keys()]:
            place = test.relative_to(ROOT)
            ranked = beside if place.parts[1] == wing else elsewhere
            ranked.append((min(steps), str(place)))
    doctests = [str(fault.file)] if ">>> " in (ROOT / fault.file).read_text() else []
    first = doctests + [place for _, place in sorted(beside)]
    then = [place for _, place in sorted(elsewhere)]
    choices = [Choice(first, QUICK), Choice(then, QUICK), Choice(first + then, SLOW)]
    return [choice for choice in choices if choice.files]
