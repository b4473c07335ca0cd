"""The source distribution holds what the README sends its reader to."""

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from processes import done

ROOT = Path(__file__).parents[2]


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return [Path(line) for line in listed.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="what is tracked, only a checkout knows")
def test_the_sdist_holds_all_that_is_tracked_and_the_readme_names(tmp_path):
    code = "from setuptools.build_meta import build_sdist; import sys; build_sdist(sys.argv[1])"
    source = tmp_path / "source"
    for path in tracked():  # a build writes beside setup.py
        if (ROOT / path).is_file():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes((ROOT / path).read_bytes())
    built = done([sys.executable, "-c", code, str(tmp_path)], source, text=True)
    assert built.returncode == 0, built.stderr
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        held = {Path(*Path(name).parts[1:]) for name in archive.getnames()}
    left_out = [path for path in tracked() if path not in held]
    assert len(held) > 500
    assert {path.parts[0] for path in left_out} == {".github", ".gitignore", "logs"}
    links = re.findall(r"\]\(([^):#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [link for link in links if Path(link) not in held and not (ROOT / link).is_dir()] == []
