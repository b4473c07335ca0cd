"""MNIST's four files, made by the tests."""

import gzip
import struct

import numpy as np


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def small_mnist(train=30, test=20, seed=0):
    """The contents of the files by their names: noise; a bright row tells the digit."""
    random = np.random.default_rng(seed)
    files = {}
    for start, count in (("train", train), ("t10k", test)):
        pixels = random.integers(0, 100, (count, 28, 28), np.uint8)
        pixels[np.arange(count), 5 + np.arange(count) % 10] += 100
        files[f"{start}-images-idx3-ubyte"] = idx(pixels)
        files[f"{start}-labels-idx1-ubyte"] = idx(np.arange(count, dtype=np.uint8) % 10)
    return files


def write_mnist(directory, gzipped=True, **sizes):
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in small_mnist(**sizes).items():
        if gzipped:
            (directory / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (directory / name).write_bytes(content)
    return directory
