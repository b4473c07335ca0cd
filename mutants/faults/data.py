"""Faults in what reads images."""

from mutants.fault import Fault

MNIST, IMAGES = "data/mnist.py", "data/images.py"

FAULTS = [
    Fault(MNIST, "if pixels.shape[1:] != (SIDE, SIDE):", "if False:"),
    Fault(MNIST, "min(count, LARGEST) + 1", "min(count, LARGEST)"),
    Fault(IMAGES, "if len(pixels) != len(labels):", "if False:"),
    Fault(IMAGES, "if labels.max() >= CLASSES:", "if labels.max() > CLASSES:"),
]
