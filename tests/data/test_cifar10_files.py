"""Batches of CIFAR-10 in both versions, packed and not; pickles from elsewhere run nothing."""

import io
import pickle
import struct
import tarfile

import numpy as np
import pytest

from breaking_adam.data import DataError, read_cifar10
from breaking_adam.data.batch_pickle import PickleError, plain

NAMES = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]


def rows(batch, count=4):
    random = np.random.default_rng(batch)
    return random.integers(0, 256, (count, 3072), np.uint8), (np.arange(count) + batch) % 10


def binary(pixels, labels):
    return np.column_stack([labels.astype(np.uint8), pixels]).tobytes()


def text(value):
    """Text or bytes as Python 2 pickles them: as either."""
    value = value.encode() if isinstance(value, str) else value
    return b"T" + struct.pack("<i", len(value)) + value


def python(pixels, labels, kind="u1"):
    """A batch as Python 2 and its NumPy pickled it, opcode by opcode."""
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        + b"(K\x01"
        + b"".join(b"J" + struct.pack("<i", size) for size in pixels.shape)
        + b"\x86cnumpy\ndtype\n"
        + text(kind)
        + b"K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
        + text(pixels.tobytes())
        + b"tb"
    )
    listed = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + text("data") + array + text("labels") + listed + b"u."


VERSIONS = {
    "cifar-10-batches-bin": (binary, ".bin", "cifar-10-binary.tar.gz"),
    "cifar-10-batches-py": (python, "", "cifar-10-python.tar.gz"),
}


def contents(folder):
    write, suffix, _ = VERSIONS[folder]
    return {f"{name}{suffix}": write(*rows(i)) for i, name in enumerate(NAMES)}


def unpacked(directory, folder):
    (directory / folder).mkdir()
    for name, content in contents(folder).items():
        (directory / folder / name).write_bytes(content)
    return directory


def packed(directory, folder):
    with tarfile.open(directory / VERSIONS[folder][2], "w:gz") as tar:
        for name, content in {**contents(folder), "readme.html": b"<html>"}.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return directory


@pytest.mark.parametrize("where", [".", "cifar10"])
@pytest.mark.parametrize("lay", [unpacked, packed])
@pytest.mark.parametrize("folder", VERSIONS)
def test_what_was_written_is_read(tmp_path, folder, lay, where):
    (tmp_path / where).mkdir(exist_ok=True)
    lay(tmp_path / where, folder)
    data = read_cifar10(tmp_path)
    assert data.name == "cifar10"
    pixels, labels = zip(*(rows(i) for i in range(6)), strict=True)
    assert np.array_equal(data.train.pixels.reshape(20, 3072), np.concatenate(pixels[:5]))
    assert np.array_equal(data.train.labels, np.concatenate(labels[:5]))
    assert np.array_equal(data.test.pixels.reshape(4, 3072), pixels[5])
    # Red is the first of the three planes, row by row.
    assert data.test.pixels[0, 1, 2, 3] == pixels[5][0, 1024 + 2 * 32 + 3]


@pytest.mark.parametrize(
    ("folder", "content", "reason"),
    [
        ("cifar-10-batches-bin", b"\x01" * 3072, "3,072 bytes are no multiple of the 3,073"),
        ("cifar-10-batches-bin", binary(*rows(2, 3)), "it has 3 images, and another batch has"),
        ("cifar-10-batches-bin", b"", "it has no images"),
        ("cifar-10-batches-bin", b"\x0a" * 3073, "label 0 is 10"),
        ("cifar-10-batches-py", b"", "it is no pickle of data"),
        ("cifar-10-batches-py", python(*rows(0))[:-500], "it is no pickle of data"),
        ("cifar-10-batches-py", pickle.dumps([1, 2]), "it has no rows of 3,072 bytes"),
        ("cifar-10-batches-py", python(rows(0)[0][:, :-1], rows(0)[1]), "no rows of 3,072 bytes"),
        ("cifar-10-batches-py", python(rows(0)[0], rows(0)[1][1:]), "3 labels for 4 images"),
        ("cifar-10-batches-py", python(*rows(0), "O8"), "other than unsigned bytes"),
        ("cifar-10-batches-py", python(rows(0)[0], [0, 1, 2, 11]), "label 3 is 11"),
    ],
)
def test_a_wrong_batch_is_named_in_one_line(tmp_path, folder, content, reason):
    unpacked(tmp_path, folder)
    path = tmp_path / folder / f"data_batch_2{VERSIONS[folder][1]}"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read_cifar10(tmp_path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize("folder", VERSIONS)
def test_missing_and_damaged_files(tmp_path, folder):
    with pytest.raises(DataError, match=r"has neither test_batch\.bin nor test_batch"):
        read_cifar10(tmp_path)
    archive = tmp_path / VERSIONS[folder][2]
    packed(tmp_path, folder)
    archive.write_bytes(archive.read_bytes()[:2000])
    with pytest.raises(DataError, match="it is damaged"):
        read_cifar10(tmp_path)
    unpacked(tmp_path, folder)
    name = f"data_batch_3{VERSIONS[folder][1]}"
    (tmp_path / folder / name).unlink()
    with pytest.raises(DataError, match=f"has no {name}: unpack"):
        read_cifar10(tmp_path)


class Runs:
    """What unpickling would call, with a trace that it was called."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_is_executed(tmp_path, protocol):
    trace = tmp_path / "trace"
    hostile = pickle.dumps({"data": Runs(open, str(trace), "w")}, protocol)
    with pytest.raises(PickleError, match=r"asks for \w+\.open"):
        plain(hostile)
    assert not trace.exists()
    pickle.loads(hostile)["data"].close()  # which would have been called
    assert trace.exists()


def test_a_stand_in_does_nothing_with_what_it_is_called_with():
    # An array of objects, whose content a real array would unpickle and call.
    hostile = pickle.dumps(np.array([Runs(print, "called")], object), 2)
    with pytest.raises(PickleError):
        plain(hostile)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("protocol", [3, 4])
def test_arrays_of_python_3_are_read_too(protocol, order):
    array = np.asarray(rows(0)[0], order=order)
    assert np.array_equal(plain(pickle.dumps(array, protocol)), array)
