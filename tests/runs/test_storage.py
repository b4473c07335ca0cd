"""Storage that fails: full, gone, read-only, damaged. One line, and nothing lost that was safe."""

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import tempfile
from pathlib import Path

import numba
import numpy as np
import pytest
import torch
from processes import Command, wait_for
from test_resume import ends, logged

from breaking_adam import online
from breaking_adam.engine import compilation
from breaking_adam.runs import checkpoints
from breaking_adam.runs.fields import SettingError
from breaking_adam.runs.rehearsal import check_directory


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB, in a namespace of its own: it takes no privilege, and ends with it."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = f"mount -t tmpfs -o size=2m none '{place}' && echo mounted && exec sleep 1000"
    try:
        holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare to make a small file system with")
    try:
        if holder.stdout.readline() != b"mounted\n":
            pytest.skip("user namespaces, to mount a small file system in, are not permitted here")
        yield Path(f"/proc/{holder.pid}/root{place}")
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()


def fill(disk, leave):
    """Leave so many bytes of the disk free."""
    (disk / "ballast").write_bytes(b"\0" * (shutil.disk_usage(disk).free - leave))


def assert_one_line(process, *words):
    lines = process.err.splitlines()
    assert len(lines) == 1, process.err
    for word in ("error:", *words):
        assert word in lines[0]
    assert "Traceback" not in process.out


SAVING = ("--checkpoint-every", 0.1)
ARGUMENTS = ("--optimizer", "adam", "--steps", 6000, "--log-every", 1, "--checkpoint-every", 0.05)


@pytest.mark.slow
def test_a_full_disk_costs_nothing_that_was_saved(small_disk, tmp_path):
    fill(small_disk, leave=300_000)
    process = Command(tmp_path, "online", *ARGUMENTS, "--logdir", small_disk)
    assert process.wait() == 1
    assert_one_line(process, "No space left on device", "safe in", "adam to step", "--resume")
    assert process.out.splitlines()[2].startswith("adam")
    run = small_disk / "online"
    saved = checkpoints.load(run / "Online_adam/checkpoint.pt")["attempt"]
    assert 0 < saved["problem"]["_extra_state"]["steps"] < 6000

    again = Command(tmp_path, "online", "--resume", run)  # still full: still nothing lost
    assert again.wait() == 1
    assert_one_line(again, "No space left on device", "safe in")

    (small_disk / "ballast").unlink()
    resumed = Command(tmp_path, "online", "--resume", run)
    assert resumed.wait() == 0, resumed.err

    elsewhere = tmp_path / "never full"
    assert Command(tmp_path, "online", *ARGUMENTS, "--logdir", elsewhere).wait() == 0
    assert ends(run)[0] == ends(elsewhere / "online")[0]
    assert logged(run) == logged(elsewhere / "online")


@pytest.mark.slow
def test_a_disk_too_full_for_the_next_checkpoint_keeps_the_last(small_disk, tmp_path):
    """Its 30,000 replicas take more than half of the disk."""
    words = ("--optimizer", "adam", "--steps", "1e7", "--replicas", 30_000)
    process = Command(
        tmp_path, "stochastic", *words, "--logdir", small_disk, "--checkpoint-every", 0.05
    )
    assert process.wait() == 1
    assert_one_line(process, "No space left on device", "adam to step", "--resume")
    run = small_disk / "stochastic"
    saved = checkpoints.load(run / "Stochastic_adam/checkpoint.pt")["attempt"]
    assert f"to step {saved['problem']['_extra_state']['steps']:,};" in process.err
    assert list(run.rglob("*.part")) == []


@pytest.mark.slow
def test_a_disk_too_full_for_the_figure_keeps_the_run(small_disk, tmp_path):
    figure = small_disk / "figure.svg"
    fill(small_disk, leave=4096)
    words = ("--optimizer", "adam", "--steps", 5000, "--figure", figure)
    process = Command(tmp_path, "online", *words)
    assert process.wait() == 1
    assert_one_line(
        process, "No space left on device", "adam to step 5,000", "--resume logs/online"
    )
    assert {path.name for path in small_disk.iterdir()} == {"ballast"}
    (small_disk / "ballast").unlink()
    assert Command(tmp_path, "online", "--resume", "logs/online").wait() == 0
    assert figure.stat().st_size > 5000


@pytest.mark.slow
def test_a_full_disk_before_the_first_step_is_told(small_disk, tmp_path):
    fill(small_disk, leave=0)
    process = Command(tmp_path, "online", *ARGUMENTS, "--logdir", small_disk)
    assert process.wait() == 1
    assert_one_line(process, "No space left on device", "nothing was run")


@pytest.mark.slow
def test_a_log_directory_that_is_removed_is_noticed(tmp_path):
    words = ("--optimizer", "adam", "--steps", "1e10", "--log-every", 100_000, *SAVING)
    process = Command(tmp_path, "online", *words)
    wait_for(lambda: list(tmp_path.glob("logs/online/*/checkpoint.pt")))
    shutil.rmtree(tmp_path / "logs")
    assert process.wait() == 1
    assert_one_line(process, "logs/online is gone", "run the command again")
    assert process.out.splitlines()[2].startswith("adam")


def become_nobody():
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


@pytest.mark.slow
def test_a_log_directory_made_read_only_is_told():
    with tempfile.TemporaryDirectory() as directory:  # where an ordinary user comes, too
        place = Path(directory)
        place.chmod(0o777)
        words = ("--optimizer", "adam", "--steps", "1e10", "--log-every", 100_000, *SAVING)
        process = Command(place, "online", *words, prepare=become_nobody)
        wait_for(lambda: list(place.glob("logs/online/*/checkpoint.pt")))
        logs = place / "logs/online/Online_adam"
        logs.chmod(0o555)
        assert process.wait() == 1
        assert_one_line(process, "Permission denied", "adam to step", "--resume logs/online")
        assert checkpoints.load(logs / "checkpoint.pt")
        logs.chmod(0o755)


@pytest.mark.slow
@pytest.mark.parametrize("there", [False, True])
def test_a_figure_that_may_not_be_written_is_refused_before_anything_runs(there):
    with tempfile.TemporaryDirectory() as directory:
        place, folder = Path(directory), Path(directory) / "figures"
        place.chmod(0o777)
        folder.mkdir()
        figure = folder / "figure.png"
        if there:
            figure.touch()
            figure.chmod(0o444)
            folder.chmod(0o777)
        else:
            folder.chmod(0o555)
        words = ("--steps", 1000, "--optimizer", "adam", "--figure", figure)
        process = Command(place, "online", *words, prepare=become_nobody)
        assert process.wait() == 2
        assert_one_line(process, "argument --figure", "cannot be written")
        assert not (place / "logs").exists()
        folder.chmod(0o755)


def print_to_a_full_device():
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


@pytest.mark.slow
def test_a_full_standard_output_is_told_and_the_run_is_there(tmp_path):
    words = ("--optimizer", "adam", "--steps", 5000)
    process = Command(tmp_path, "online", *words, prepare=print_to_a_full_device)
    assert process.wait() == 1
    assert_one_line(process, "standard output: No space left on device", "adam to step 5,000")
    assert json.loads((tmp_path / "logs/online/summary.json").read_text())["complete"]


class RunsCode:
    """Makes a directory beside the run when it is loaded."""

    def __init__(self, checkpoint):
        self.trace = trace_of(checkpoint)

    def __reduce__(self):
        return (os.mkdir, (str(self.trace),))


def trace_of(checkpoint):
    return checkpoint.parents[2] / "code has run"


def signed(content):
    """A file as ``checkpoints.save`` would have it, with any content."""
    return checkpoints._MAGIC + hashlib.sha256(content).digest() + content


def with_code(path, _):
    torch.save({"settings": RunsCode(path)}, path)
    path.write_bytes(signed(path.read_bytes()))


def of_other_settings(path, content):
    state = checkpoints.decode(content)
    state["settings"]["lr"] = 0.5
    checkpoints.save(path, state)


DAMAGE = {
    "truncated": (lambda path, c: path.write_bytes(c[:-100]), "damaged"),
    "empty": (lambda path, c: path.write_bytes(b""), "not a checkpoint"),
    "one flipped bit": (
        lambda path, c: path.write_bytes(c[:5000] + bytes([c[5000] ^ 4]) + c[5001:]),
        "damaged",
    ),
    "a flipped bit in the checksum": (
        lambda path, c: path.write_bytes(c[:30] + bytes([c[30] ^ 1]) + c[31:]),
        "damaged",
    ),
    "something else": (lambda path, c: path.write_bytes(b"PK" + c), "not a checkpoint"),
    "a pickle that would run code": (with_code, "could run code"),
    "bare pickle": (
        lambda path, c: path.write_bytes(signed(pickle.dumps(RunsCode(path)))),
        "could run code",
    ),
    "no run": (lambda path, c: checkpoints.save(path, [1, 2]), "does not hold a run"),
    "other settings": (of_other_settings, "lr 0.5 where settings.json has None"),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    place = tmp_path_factory.mktemp("finished")
    words = ["--steps", "20000", "--optimizer", "adam", "amsgrad", "--logdir", str(place)]
    assert online.main([*words, "--json"]) == 0
    return place / "online"


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_checkpoint_that_is_not_what_was_saved_is_refused(damage, finished, tmp_path, capsys):
    run = tmp_path / "online"
    shutil.copytree(finished, run)
    path = run / "Online_amsgrad/checkpoint.pt"
    do, reason = DAMAGE[damage]
    do(path, path.read_bytes())
    before = {p: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    capsys.readouterr()
    assert online.main(["--resume", str(run)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert reason in captured.err
    assert str(path) in captured.err
    assert {p: p.read_bytes() for p in run.rglob("*") if p.is_file()} == before
    assert not trace_of(path).exists()
    path.unlink()  # as the line says
    assert online.main(["--resume", str(run), "--json"]) == 0
    assert ends(run)[0] == ends(finished)[0]
    assert logged(run) == logged(finished)


def test_what_a_killed_process_left_half_written_is_removed(finished, tmp_path, capsys):
    run = tmp_path / "online"
    shutil.copytree(finished, run)
    for folder in (run, run / "Online_adam"):
        (folder / ".checkpoint.pt.12345.part").write_bytes(b"half of")
    assert online.main(["--resume", str(run)]) == 0
    assert not list(run.rglob(".*.part"))
    assert ends(run)[0] == ends(finished)[0]


def test_a_finished_run_tells_its_table_again(finished, capsys):
    capsys.readouterr()
    before = ends(finished)
    assert online.main(["--resume", str(finished)]) == 0
    assert "amsgrad  compiled" in " ".join(capsys.readouterr().out.split()).replace(" ", "  ")
    assert ends(finished) == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--resume", "nowhere"], "argument --resume: 'nowhere' is no run"),
        (["--resume", ""], "argument --resume: '' is no run"),
        (["--resume", "RUN", "--steps", "6000000"], "argument --steps: a resumed run keeps"),
        (["--resume", "RUN", "--logdir", "x"], "argument --logdir: a resumed run keeps"),
    ],
)
def test_what_does_not_go_with_resume_is_named(arguments, reason, finished, capsys):
    words = [str(finished) if word == "RUN" else word for word in arguments]
    with pytest.raises(SystemExit) as leaving:
        online.main(words)
    assert leaving.value.code == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ("{}", "damaged"),
        ('{"problem": "stochastic"}', "a run of python -m breaking_adam.stochastic"),
        ('{"problem": "quartic"}', "argument NAME"),
        ('{"problem": "quartic", "call": "power"}', "a run of python -m breaking_adam.watch"),
        ('{"problem": "online", "lr": -1}', "argument --lr"),
        ('{"problem": "online", "speed": 1}', "--speed"),
    ],
)
def test_damaged_settings_are_refused(content, reason, finished, tmp_path, capsys):
    shutil.copytree(finished, tmp_path / "run")
    (tmp_path / "run/settings.json").write_text(content)
    with pytest.raises(SystemExit) as leaving:
        online.main(["--resume", str(tmp_path / "run")])
    assert leaving.value.code == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    assert captured.err.count("\n") == 1


def test_a_run_that_goes_on_cannot_be_resumed_beside_it(tmp_path):
    words = ("--optimizer", "adam", "--steps", "1e10", "--log-every", 100_000, *SAVING)
    Command(tmp_path, "online", *words)
    wait_for(lambda: list(tmp_path.glob("logs/online/*/checkpoint.pt")))
    second = tmp_path / "second"
    second.mkdir()
    other = Command(second, "online", "--resume", tmp_path / "logs/online")
    assert other.wait() == 1
    assert_one_line(other, "is being run by another process")


@pytest.mark.slow
def test_ten_at_once_in_one_directory_are_whole_and_apart(tmp_path):
    places = [tmp_path / str(number) for number in range(10)]
    for place in places:
        place.mkdir()
    logs = tmp_path / "logs"
    words = ("--steps", 50_000, "--log-every", 100, "--logdir", logs)
    processes = [Command(place, "online", *words) for place in places]
    assert [process.wait() for process in processes] == [0] * 10
    runs = sorted(logs.iterdir())
    assert len(runs) == 10
    first = logged(logs / "online")
    assert len(first["Online_adam", "batch/est"]) == 500
    for run in runs:
        assert logged(run) == first
        assert ends(run)[0] == ends(logs / "online")[0]
        assert (run / "online.png").stat().st_size > 10_000
        assert json.loads((run / "summary.json").read_text())["runs"][0]["logdir"].startswith(
            str(run) + "/"
        )


def test_a_directory_that_links_to_nothing_is_refused(tmp_path):
    (tmp_path / "link").symlink_to("gone")
    with pytest.raises(SettingError, match=r"nothing can be written in .*link/runs': No such"):
        check_directory("store", str(tmp_path / "link" / "runs"))
    check_directory("store", str(tmp_path / "new" / "runs"))
    assert not (tmp_path / "new").exists()


def test_a_full_disk_for_compiled_code_is_done_without(small_disk, monkeypatch):
    fill(small_disk, leave=0)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(small_disk))
    double = compilation.jit("double")(lambda x: 2 * x)
    assert double(np.arange(3)).tolist() == [0, 2, 4]
    assert double.signatures


def test_damaged_compiled_code_is_compiled_again(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    def double(x):
        return 2 * x

    assert compilation.jit("double")(double)(4) == 8
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        path.write_bytes(b"damaged")
    assert compilation.jit("double")(double)(4) == 8
