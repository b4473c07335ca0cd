"""``breaking-adam``: every command by its name, and nothing imported that it does not need."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import done

import breaking_adam
from breaking_adam.__main__ import COMMANDS, main

#: What no line of help needs.
HEAVY = {"torch", "numpy", "numba", "matplotlib", "torchbearer", "xarray", "tabulate", "tqdm"}

AS_SCRIPT = "import sys; sys.argv[0] = '/usr/bin/breaking-adam'; "
SCRIPT = f"{AS_SCRIPT}from breaking_adam.__main__ import script; script()"


def script(*words, code=SCRIPT, cwd=None):
    ended = done([sys.executable, "-c", code, *words], cwd, text=True)
    return ended.returncode, ended.stdout, ended.stderr


def test_every_door_is_a_command():
    doors = {path.stem for path in Path(breaking_adam.__file__).parent.glob("[!_]*.py")}
    assert set(COMMANDS) == doors


def test_alone_it_lists_the_commands_as_they_are_typed():
    status, out, err = script()
    assert (status, err) == (0, "")
    for command in COMMANDS:
        assert f"\n  breaking-adam {command} " in out
    assert "torch.optim.NAdam" in out
    assert script("--help") == (status, out, err)
    assert script("--version")[:2] == (0, f"breaking_adam {breaking_adam.__version__}\n")


def test_as_a_module_it_lists_modules(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out
    for command, what in COMMANDS.items():
        assert f"  python -m breaking_adam.{command} " in listed
        assert f" {what}\n" in listed


@pytest.mark.parametrize(
    ("typed", "meant"), [("onlin", "did you mean online?"), ("xyz", "there are online, stochastic")]
)
def test_what_is_no_command_gets_one_line(typed, meant, capsys):
    assert main([typed]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"breaking_adam: error: {typed!r} is no command: {meant}")


def test_lines_about_a_command_are_as_it_was_typed():
    status, out, err = script("online", "--steps", "0")
    assert (status, out) == (2, "")
    assert err.startswith("breaking-adam online: error: argument --steps: 0 is not from 1")


@pytest.mark.slow
def test_a_run_is_carried_on_as_it_was_begun(tmp_path):
    words = ["online", "--steps", "2000", "--optimizer", "adam", "--json"]
    status, out, err = script(*words, cwd=tmp_path)
    assert status == 0, err
    told = json.loads(out)
    assert told["complete"]
    status, again, err = script("online", "--resume", "logs/online", "--json", cwd=tmp_path)
    assert (status, json.loads(again)["runs"]) == (0, told["runs"])
    status, _, err = script("stochastic", "--resume", "logs/online", cwd=tmp_path)
    assert (status, err.strip().endswith("a run of breaking-adam online (see --help)")) == (2, True)


HELPED = f"""{AS_SCRIPT}
import contextlib, io, json
from breaking_adam.__main__ import COMMANDS, main
loaded = {{}}
for command in COMMANDS:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main([command, "--help"])
    assert out.getvalue().startswith(f"usage: breaking-adam {{command}} "), out.getvalue()
    loaded[command] = sorted({{name.partition(".")[0] for name in sys.modules}})
print(json.dumps(loaded))
"""


def test_help_imports_nothing_heavy():
    status, out, err = script(code=HELPED)
    assert status == 0, err
    assert {command: HEAVY & set(names) for command, names in json.loads(out).items()} == {
        command: set() for command in COMMANDS
    }


def seconds(*words):
    """The least time of five that a process takes."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


@pytest.mark.alone
@pytest.mark.parametrize("words", [(), ("online", "--help"), ("figure2", "--help")])
def test_help_is_there_at_once(words):
    assert seconds("-c", SCRIPT, *words) < 0.3
