"""What a release is tried with, and what is in its wheel."""

import re
import runpy
import shutil
import sys
import zipfile
from functools import partial
from pathlib import Path

import pytest
from processes import done

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release():
    return runpy.run_path(str(ROOT / ".ci/release.py"))


def test_every_command_of_the_readme_is_tried(release):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = release["commands"](readme)
    assert {"python -m breaking_adam.online", "python -m breaking_adam.figure1"} <= set(commands)
    assert len(commands) == len(set(commands))
    doors = set(re.findall(r"`python -m breaking_adam\.(\w+)", readme))
    assert doors <= set(re.findall(r"-m breaking_adam\.(\w+)", "\n".join(commands)))


def test_what_is_to_be_filled_in_is_no_command(release):
    text = """
    python -m breaking_adam.online --optimizer my_module.Mine
    python -m breaking_adam.readable [NAME …]
    python -m breaking_adam.theorems            # all of them
    python -m breaking_adam.figure2 --download  # from a network

`python -m breaking_adam` and `python -m breaking_adam.stochastic --replicas 1000`, `make online`
"""
    assert release["commands"](text) == [
        "python -m breaking_adam.theorems",
        "python -m breaking_adam.figure2",
        "python -m breaking_adam",
        "python -m breaking_adam.stochastic --replicas 1000",
    ]


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package_and_its_script(tmp_path):
    source = tmp_path / "source"
    without_caches = partial(shutil.copytree, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("breaking_adam", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        copy = without_caches if (ROOT / name).is_dir() else shutil.copy
        source.mkdir(exist_ok=True)
        copy(ROOT / name, source / name)
    code = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"
    ended = done([sys.executable, "-c", code, str(tmp_path)], source, text=True)
    assert ended.returncode == 0, ended.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        held = set(archive.namelist())
        (entries,) = (name for name in held if name.endswith("entry_points.txt"))
        scripts = archive.read(entries).decode()
    package = ROOT / "breaking_adam"
    files = [
        path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    needed = {str(path.relative_to(ROOT)) for path in files}
    assert needed == {name for name in held if name.startswith("breaking_adam/")}
    assert "breaking-adam = breaking_adam.__main__:script" in scripts
