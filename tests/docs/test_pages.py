"""The README and the documentation: code runs, commands are understood, links lead somewhere."""

import argparse
import contextlib
import doctest
import importlib
import io
import re
import shlex
import sys
from pathlib import Path

import pytest

import breaking_adam
from breaking_adam.__main__ import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
}

#: A fenced block, its language first.
FENCED = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def python_blocks(text):
    return [code for language, code in FENCED.findall(text) if language == "python"]


def prose(text):
    """A page without its fenced blocks."""
    return FENCED.sub("", text)


def run(blocks, page):
    """Run a page's blocks one after another; those with prompts as doctests."""
    names = {"__name__": "__main__"}
    for block in blocks:
        if ">>> " in block:
            test = doctest.DocTestParser().get_doctest(block, names, page, None, None)
            assert doctest.DocTestRunner().run(test, clear_globs=False).failed == 0
            names = test.globs
        else:
            exec(compile(block, page, "exec"), names)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if python_blocks(text)])
def test_its_code_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(python_blocks(PAGES[page]), page)


def test_a_page_with_wrong_code_is_found(capsys):
    run(["x = 1\n", ">>> x\n1\n"], "right")
    with pytest.raises(NameError):
        run(["y\n"], "a name that no block before has made")
    with pytest.raises(AssertionError):
        run([">>> 1 + 1\n3\n"], "a result that is another")


class UnderstoodError(Exception):
    """In place of what a command would do."""


def understand(module, arguments, monkeypatch):
    """Have a command read its arguments, and do nothing; SystemExit if it refuses them."""

    def parse(parser, *rest, **named):
        if sys.argv[1:] != ["--help"]:  # which prints, and ends well
            read(parser, *rest, **named)
        raise UnderstoodError

    read = argparse.ArgumentParser.parse_args
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    with pytest.raises(UnderstoodError):
        importlib.import_module(module).main()


#: python -m PACKAGE[.NAME] or breaking-adam NAME, up to the end of the code that it stands in.
COMMAND = re.compile(
    r"(?:python -m (breaking_adam\.\w+|benchmarks|mutants)|breaking-adam (\w+))(.*)"
)


def code_in(text):
    """What stands as code on a page: lines of blocks, and between backticks."""
    outside = re.sub(r" \\\n +", " ", prose(text))  # a line that goes on
    yield from (line.strip() for _, block in FENCED.findall(text) for line in block.splitlines())
    yield from (line.strip() for line in outside.splitlines() if line.startswith("    "))
    yield from re.findall(r"`([^`]+)`", outside)


def commands(text):
    for code in code_in(text):
        if found := COMMAND.search(code):
            module, name, rest = found.groups()
            arguments = shlex.split(re.split(r" +(?:#|&&|2?>)", rest)[0])
            if not any("…" in word for word in arguments):
                module = module or f"breaking_adam.{name}"
                yield module if "." in module else f"{module}.__main__", tuple(arguments)


ALL_COMMANDS = sorted({command for text in PAGES.values() for command in commands(text)})


@pytest.mark.parametrize(
    ("module", "arguments"),
    ALL_COMMANDS,
    ids=lambda value: str(value).replace("breaking_adam.", ""),
)
def test_a_command_is_understood(module, arguments, monkeypatch):
    understand(module, arguments, monkeypatch)


def test_commands_are_found_wherever_they_stand(monkeypatch):
    text = (
        "`python -m breaking_adam.online`, and\n\n    python -m benchmarks a  # why\n\n"
        "```sh\npython -m breaking_adam.stochastic --seed 1 && ls\nbreaking-adam figure1\n```\n"
    )
    assert sorted(commands(text)) == [
        ("benchmarks.__main__", ("a",)),
        ("breaking_adam.figure1", ()),
        ("breaking_adam.online", ()),
        ("breaking_adam.stochastic", ("--seed", "1")),
    ]
    with pytest.raises(SystemExit):
        understand("breaking_adam.online", ["--period", "often"], monkeypatch)


#: A long option.
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")

#: Options of other programs that the pages name.
OTHERS = {"--index-url", "--multirun", "--no-deps", "--randomly-seed"}


def helped(module, monkeypatch):
    """The options that a command's help lists."""
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    with contextlib.redirect_stdout(io.StringIO()) as told, pytest.raises(SystemExit):
        importlib.import_module(module).main()
    return set(OPTION.findall(told.getvalue()))


def test_an_option_that_a_page_names_is_one_of_a_command(monkeypatch):
    modules = [f"breaking_adam.{name}" for name in COMMANDS]
    modules += ["benchmarks.__main__", "mutants.__main__"]
    known = OTHERS.union(*(helped(module, monkeypatch) for module in modules))
    named = {page: set(OPTION.findall("\n".join(code_in(text)))) for page, text in PAGES.items()}
    assert {page: sorted(each - known) for page, each in named.items() if each - known} == {}
    assert OTHERS.issubset(set().union(*named.values()))


def anchors(text):
    """The anchors of a page's headings, as GitHub and the site have them."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def dead_links(page, text):
    """Relative links and pictures without a file, or without the heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            yield target


@pytest.mark.parametrize("page", PAGES)
def test_its_links_lead_somewhere(page):
    assert list(dead_links(page, PAGES[page])) == []


def test_dead_links_are_found():
    text = "# A title, with α\n[a](README.md) [b](#a-title-with-α) [c](no.md) [d](README.md#no)"
    assert list(dead_links("README.md", text)) == ["#a-title-with-α", "no.md", "README.md#no"]
    assert anchors(text) == {"a-title-with-α"}


@pytest.mark.parametrize("page", PAGES)
def test_the_files_and_targets_it_names_exist(page):
    named = set(code_in(PAGES[page]))
    folders = r"(?:\.ci|benchmarks|breaking_adam|docs|mutants|notebooks|recipes|tests)/[\w./-]+"
    paths = {name for name in named if re.fullmatch(folders, name)}
    paths -= {path for path in paths if re.search(r"\b[A-Z]+\.", path)}  # NAME.py of one's own
    assert [path for path in paths if not (ROOT / path).exists()] == []
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = {found[1] for name in named if (found := re.match(r"make ([\w-]+)", name))}
    assert made <= targets


def test_the_readme_is_read_in_two_minutes():
    assert len(PAGES["README.md"].splitlines()) <= 150


def test_every_public_name_is_in_the_reference():
    reference = "\n".join(text for page, text in PAGES.items() if page.startswith("docs/reference"))
    entries = set(re.findall(r"^\.\. (?:auto|py:)\w+:: (\w[\w.]*)", reference, re.MULTILINE))
    modules = {"bounds": "breaking_adam.paper.bounds"}
    modules["constructions"] = "breaking_adam.paper.constructions"
    assert [
        name
        for name in breaking_adam.__all__
        if name not in entries and modules.get(name) not in entries
    ] == []


def test_every_page_is_in_the_table_of_contents():
    trees = [
        block for page in PAGES.values() for kind, block in FENCED.findall(page) if "toc" in kind
    ]
    lines = [line for tree in trees for line in tree.splitlines()]
    entries = [re.sub(r".*<(.+)>", r"\1", line) for line in lines if line and line[0] != ":"]
    listed = {Path(entry).name for entry in entries}
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.nblink")]
    assert {page.stem for page in pages} == listed


def test_the_notebooks_pages_name_notebooks():
    for page in (ROOT / "docs").glob("*.nblink"):
        target = re.fullmatch(r'\{"path": "(.+)"\}\n', page.read_text("utf-8"))
        assert target
        assert (ROOT / "docs" / target[1]).is_file()
