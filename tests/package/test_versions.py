"""One version of the package; of every dependency a lowest and a newest, pinned."""

import re
import runpy
from importlib.metadata import version as installed
from importlib.util import find_spec
from pathlib import Path

import pytest
import setuptools
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import breaking_adam

ROOT = Path(__file__).parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
def metadata(monkeypatch):
    """What setup.py says."""
    said = {}
    monkeypatch.setattr(setuptools, "setup", lambda **words: said.update(words))
    runpy.run_path(str(ROOT / "setup.py"))
    return said


def requirements(metadata):
    lists = [metadata["install_requires"], *metadata["extras_require"].values()]
    return [Requirement(text) for each in lists for text in each]


def pins(name):
    found = re.findall(r"^([\w.-]+)==(\S+)$", read(name), re.MULTILINE)
    return {canonicalize_name(package): Version(pin) for package, pin in found}


def test_every_place_has_the_version_of_the_one_that_says_it(metadata):
    version = breaking_adam.__version__
    assert metadata["version"] == version
    assert re.search(r"^version: (.*)$", read("CITATION.cff"), re.MULTILINE).group(1) == version
    assert (
        re.search(r"\b\d+\.\d+\.\d+\b", read("CHANGELOG.md").split("\n## ")[1]).group() == version
    )


def test_no_other_place_says_it():
    version = breaking_adam.__version__
    for path in [ROOT / "setup.py", ROOT / "pyproject.toml", *(ROOT / "docs").rglob("*.py")]:
        assert f'"{version}"' not in path.read_text(encoding="utf-8"), path


def test_every_dependency_is_pinned_within_its_bounds(metadata):
    newest = pins("constraints.txt")
    for each in requirements(metadata):
        assert newest[canonicalize_name(each.name)] in each.specifier, each


def test_every_extra_is_told_and_none_else(metadata):
    told = re.findall(r"^\| `(\w+)` \| [A-Z].*\. \|$", read("docs/start.md"), re.MULTILINE)
    assert sorted(told) == sorted(metadata["extras_require"])


def test_a_lower_bound_is_what_the_lowest_suite_runs_with(metadata):
    lowest = pins("constraints-lowest.txt")
    extras = metadata["extras_require"]
    tested = [*metadata["install_requires"], *extras["test"], *extras["zoo"]]
    assert len(tested) > 30
    for each in map(Requirement, tested):
        (bound,) = (bound for bound in each.specifier if bound.operator in (">=", "=="))
        assert lowest[canonicalize_name(each.name)] == Version(bound.version), each


@pytest.mark.skipif(find_spec("importlinter") is None, reason="the extra check is not installed")
def test_the_linters_are_those_of_the_constraints(metadata):
    newest = pins("constraints.txt")
    for name in metadata["extras_require"]["check"]:
        assert Version(installed(name)) == newest[canonicalize_name(name)]
