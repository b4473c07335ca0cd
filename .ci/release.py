"""What a release is tried with: its wheel and its source, each in an empty environment.

``make release`` builds both, and runs this on the directory that they are in. From the wheel come
the commands alone, by both of their names, and then every command of the README with the extras
that it takes; from the source comes what a newcomer types first.
"""

import re
import shlex
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: What the README's commands need beyond the commands' own packages.
EXTRAS = "conformance,data,stand"

#: A command of the README: on a line of its own, or in a sentence.
COMMAND = re.compile(r"(?:^    |`)(python -m breaking_adam[^`\n#]*?)\s*(?:`|#|$)", re.MULTILINE)

#: What stands for something to be filled in is no command.
PLACEHOLDER = re.compile(r"[A-Z\[…]|my_module")

#: An option that fetches data; without it the command takes those of a package.
FETCHES = " --download"


def commands(readme: str) -> list[str]:
    """The README's commands in their order, each once, on data that are here."""
    found = (match.group(1).replace(FETCHES, "") for match in COMMAND.finditer(readme))
    return list(dict.fromkeys(text for text in found if not PLACEHOLDER.search(text)))


def run(*words: str | Path, cwd: Path) -> None:
    """Run the command; end with its status if it fails."""
    print("$", shlex.join(map(str, words)), flush=True)
    done = subprocess.run([str(word) for word in words], cwd=cwd)
    if done.returncode:
        sys.exit(f"{words[0]} ended with status {done.returncode}")


def try_wheel(wheel: Path, empty: Path) -> None:
    """Install the wheel without extras, then with them, and run what each is for."""
    python, script = empty / "bin/python", empty / "bin/breaking-adam"
    install = (python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt")
    run(sys.executable, "-m", "venv", empty, cwd=ROOT)
    run(*install, wheel, cwd=empty)
    run(script, "online", cwd=empty)
    run(*install, f"{wheel}[{EXTRAS}]", cwd=empty)
    run(*install, "--no-deps", "labml-nn", "pytorch_optimizer", cwd=empty)
    for command in commands((ROOT / "README.md").read_text(encoding="utf-8")):
        run(python, *shlex.split(command)[1:], cwd=empty)


def try_source(source: Path, empty: Path) -> None:
    """Unpack the source, and type there what the README begins with."""
    with tarfile.open(source) as archive:
        archive.extractall(empty, filter="data")
    (unpacked,) = empty.iterdir()
    run("make", "online", cwd=unpacked)


def main(directory: Path) -> None:
    (wheel,), (source,) = directory.glob("*.whl"), directory.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as empty:
        try_wheel(wheel, Path(empty))
    with tempfile.TemporaryDirectory() as empty:
        try_source(source, Path(empty))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
