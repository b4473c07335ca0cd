"""IDX files as they should be, and every way in which one may be wrong."""

import gzip
import struct

import numpy as np
import pytest
from mnist_files import idx, small_mnist, write_mnist

from breaking_adam.data import DataError, read_mnist


@pytest.mark.parametrize("folder", [".", "mnist", "MNIST/raw"])
@pytest.mark.parametrize("gzipped", [True, False])
@pytest.mark.parametrize("before_idx", ["-", "."])  # as it unpacks from some archives
def test_what_was_written_is_read(tmp_path, folder, gzipped, before_idx):
    for path in list(write_mnist(tmp_path / folder, gzipped).iterdir()):
        path.rename(path.with_name(path.name.replace("-idx", f"{before_idx}idx")))
    data = read_mnist(tmp_path)
    assert data.name == "mnist"
    for part, start in (data.train, "train"), (data.test, "t10k"):
        content = small_mnist()[f"{start}-images-idx3-ubyte"]
        assert part.pixels.shape[1:] == (1, 28, 28)
        assert part.pixels.tobytes() == content[16:]
        assert part.labels.tolist() == [i % 10 for i in range(len(part))]


IMAGES, LABELS = "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
GOOD = small_mnist()

WRONG = {
    "a byte short": (IMAGES, GOOD[IMAGES][:-1], "23,520 bytes and it has 23,519"),
    "a byte long": (IMAGES, GOOD[IMAGES] + b"\0", "23,520 bytes and it has more"),
    "no header": (IMAGES, b"\0\0\x08\x03\0\0", "no IDX file of bytes with 3 axes"),
    "empty": (LABELS, b"", "no IDX file of bytes with 1 axes"),
    "labels for images": (IMAGES, GOOD["train-labels-idx1-ubyte"], "no IDX file of bytes with 3"),
    "of floats": (IMAGES, b"\0\0\x0d\x03" + GOOD[IMAGES][4:], "no IDX file of bytes with 3"),
    "a page of HTML": (IMAGES, b"<!doctype html><title>Not found</title>", "no IDX file"),
    "of another size": (IMAGES, idx(np.zeros((30, 32, 32), np.uint8)), "32 by 32, where"),
    "a label of 10": (LABELS, GOOD[LABELS][:-1] + b"\x0a", "label 19 is 10, where labels are 0"),
    "too few labels": (LABELS, idx(np.zeros(19, np.uint8)), "19 labels for 20 images"),
    "no images": (IMAGES, idx(np.zeros((0, 28, 28), np.uint8)), "30 labels for 0 images"),
    "a huge header": (IMAGES, struct.pack(">HBB3I", 0, 8, 3, *[2**32 - 1] * 3), "and it has 0"),
}


@pytest.mark.parametrize("gzipped", [True, False])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_named_in_one_line(tmp_path, wrong, gzipped):
    write_mnist(tmp_path, gzipped)
    name, content, reason = WRONG[wrong]
    path = tmp_path / (f"{name}.gz" if gzipped else name)
    path.write_bytes(gzip.compress(content) if gzipped else content)
    with pytest.raises(DataError) as error:
        read_mnist(tmp_path)
    message = str(error.value)
    assert reason in message
    assert str(path.parent) in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b[:20] + b"\xff" * 9 + b[29:], lambda b: b"x"]
)
def test_damaged_gzip(tmp_path, damage):
    write_mnist(tmp_path)
    path = tmp_path / f"{IMAGES}.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz: it is damaged"):
        read_mnist(tmp_path)


def test_a_missing_file(tmp_path):
    write_mnist(tmp_path)
    (tmp_path / f"{LABELS}.gz").unlink()
    with pytest.raises(DataError, match="has no t10k-labels-idx1-ubyte, nor"):
        read_mnist(tmp_path)
