"""Faults in what reads images."""

from mutants.fault import Fault

MNIST, IMAGES, CIFAR_10 = "data/mnist.py", "data/images.py", "data/cifar10.py"

FAULTS = [
    Fault(MNIST, "if pixels.shape[1:] != (SIDE, SIDE):", "if False:"),
    Fault(MNIST, "min(count, LARGEST) + 1", "min(count, LARGEST)"),
    Fault(IMAGES, "if len(pixels) != len(labels):", "if False:"),
    Fault(MNIST, 'f"{start}.idx{axes}-ubyte"', "name"),
    Fault(IMAGES, "if labels.max() >= CLASSES:", "if labels.max() > CLASSES:"),
    Fault(IMAGES, "if len(labels) == 0:", "if False:"),
    Fault(CIFAR_10, "if len(batch) < max(map(len, batches)):", "if False:"),
    Fault(CIFAR_10, "if rest:", "if False:"),
    Fault("data/batch_pickle.py", 'order="F" if by_columns else "C"', 'order="C"'),
    Fault("data/demonstration.py", "% EVERY == EVERY - 1", "% EVERY == 0"),
    Fault("data/download.py", 'f"md5:{md5}"', "None"),
    Fault("data/download.py", '        "ChunkedEncodingError": "the connection broke off",\n', ""),
    Fault(CIFAR_10, 'places = directory, directory / "cifar10"', "places = (directory,)"),
]
