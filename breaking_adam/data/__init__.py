"""MNIST and CIFAR-10: read from a directory, downloaded, or a demonstration that is installed."""

from breaking_adam.data.cifar10 import read_cifar10
from breaking_adam.data.demonstration import demonstration
from breaking_adam.data.download import DownloadError, download
from breaking_adam.data.images import Data, DataError, Images
from breaking_adam.data.mnist import read_mnist

__all__ = [
    "Data",
    "DataError",
    "DownloadError",
    "Images",
    "demonstration",
    "download",
    "read_cifar10",
    "read_mnist",
]
