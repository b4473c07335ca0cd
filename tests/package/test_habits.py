"""What helps people develop this is of one piece: Makefile, hooks, workflows, lists of files."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def targets():
    """The Makefile's, each with its recipe."""
    found = re.findall(r"^([\w-]+):.*\n((?:\t.*\n)*)", read("Makefile"), re.MULTILINE)
    return {name: recipe.replace("\t", "").splitlines() for name, recipe in found}


def test_a_commit_is_checked_with_the_tools_of_make_check():
    config = yaml.safe_load(read(".pre-commit-config.yaml"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    entries = [hook["entry"].replace(".venv/bin", "$(BIN)") for hook in hooks]
    assert entries == targets()["check"]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}  # and so of their versions


def test_every_target_is_phony_and_none_else():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    assert sorted(phony.split()) == sorted(targets())


@pytest.mark.skipif(not WORKFLOWS, reason="a source distribution has none")
def test_the_workflows_call_what_there_is():
    commands = [
        step["run"]
        for path in WORKFLOWS
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    assert sorted(commands) == ["bash .ci/run", "make docs", "make release"]
    called = [*commands, *(line for line in read(".ci/run").splitlines() if "make " in line)]
    names = [word for line in called if line.startswith("make") for word in shlex.split(line)[1:]]
    assert {"check", "docs", "test", "release"} <= set(names) <= set(targets())


@pytest.mark.skipif(not WORKFLOWS, reason="a source distribution has none")
def test_whoever_reports_a_fault_is_asked_for_the_command_and_its_json():
    form = yaml.safe_load(read(".github/ISSUE_TEMPLATE/bug.yml"))
    asked = {field["id"]: field for field in form["body"]}
    assert {"command", "json"} <= set(asked)
    for name in "command", "json":
        assert asked[name]["validations"]["required"]
    assert "--json" in asked["json"]["attributes"]["description"]


def test_every_file_that_contributing_lists_is_there():
    text = read("CONTRIBUTING.md")
    listed = re.findall(r"`((?:[\w.]+/)+[\w.]*|[\w-]+\.(?:py|pyi|txt|cff))`", text)
    assert len(listed) > 30
    places = [ROOT, ROOT / "breaking_adam"]
    missing = [
        name
        for name in listed
        if not re.search("FAMILY|NAME|build/", name)
        and not any((place / name).exists() for place in places)
    ]
    assert missing == []
