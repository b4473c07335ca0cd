"""Files that are whole or not there."""

import os

import pytest

from breaking_adam.support import files


def test_a_file_is_replaced_and_nothing_else_is_there(tmp_path):
    path = tmp_path / "a.json"
    for content in b"first", b"second":
        files.replace(path, content)
        assert path.read_bytes() == content
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("there", [True, False])
def test_what_stops_it_half_way_leaves_all_as_it_was(tmp_path, monkeypatch, there, error):
    path = tmp_path / "a.json"
    if there:
        path.write_bytes(b"first")

    def stop(descriptor):
        assert [each.suffix for each in set(tmp_path.iterdir()) - {path}] == [files.PART]
        raise error

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(type(error)):
        files.replace(path, b"second")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == (
        {"a.json": b"first"} if there else {}
    )


def test_a_name_that_is_taken_is_counted_on(tmp_path):
    made = [files.new_directory(tmp_path / "logs", "run") for _ in range(3)]
    assert [path.name for path in made] == ["run", "run_2", "run_3"]
    assert all(path.is_dir() for path in made)


def test_where_no_directory_can_be_none_is_looked_for_for_ever(tmp_path):
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    with pytest.raises(FileExistsError):
        files.new_directory(tmp_path / "nowhere", "run")


def test_a_directory_is_claimed_by_one_at_a_time(tmp_path):
    lock = files.claim(tmp_path)
    assert files.claim(tmp_path) is None
    os.close(lock)
    again = files.claim(tmp_path)
    assert again is not None
    os.close(again)
