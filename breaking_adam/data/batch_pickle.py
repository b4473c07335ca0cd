"""The pickles of CIFAR-10's Python batches, of which nothing is executed.

A pickle may name any function and have it called. Here it may name the three things of NumPy that
an array is pickled with, and gets inert stand-ins for them: they keep what they are given, and the
array is made from that afterwards.
"""

from __future__ import annotations

import io
import math
import pickle
from typing import Any

import numpy as np


class PickleError(ValueError):
    """A pickle that is no batch of CIFAR-10."""


class _Kept:
    """Keeps what a pickle would call it with, and set it to."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments
        self.state: object = None

    def __setstate__(self, state: object) -> None:
        self.state = state


class _Array(_Kept):
    """In place of ``numpy.core.multiarray._reconstruct``, which makes an empty array."""


class _Type(_Kept):
    """In place of ``numpy.dtype``."""


class _Class(_Kept):
    """In place of ``numpy.ndarray``, which is an argument alone."""


#: What may be named, by NumPy's names before and since its version 2.
STAND_INS = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _Class,
    ("numpy", "dtype"): _Type,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return STAND_INS[module, name]
        except KeyError:
            raise PickleError(f"it asks for {module}.{name}, which no batch has") from None


def plain(content: bytes) -> Any:
    """What the pickle holds, with its arrays of bytes; text of Python 2 comes as bytes.

    Raises:
        PickleError: if it holds anything but data.

    >>> plain(pickle.dumps({"a": [1, None]}))
    {'a': [1, None]}
    >>> plain(pickle.dumps(print))
    Traceback (most recent call last):
    breaking_adam.data.batch_pickle.PickleError: it asks for builtins.print, which no batch has
    """
    try:
        return _made(_Unpickler(io.BytesIO(content), encoding="bytes").load())
    except PickleError:
        raise
    except Exception as error:  # damaged bytes raise whatever they come upon
        raise PickleError("it is no pickle of data") from error


def _made(value: Any) -> Any:
    """The value with arrays in place of what stands for them at its first level."""
    if isinstance(value, _Array):
        return _array(value)
    if isinstance(value, dict):
        return {
            key: _array(item) if isinstance(item, _Array) else item for key, item in value.items()
        }
    return value


def _array(kept: _Array) -> np.ndarray:
    """The array of unsigned bytes that NumPy would make of the state."""
    if not (isinstance(kept.state, tuple) and len(kept.state) == 5):
        raise PickleError("it has an array without content")
    _, shape, dtype, by_columns, content = kept.state
    if not (isinstance(dtype, _Type) and dtype.arguments[:1] in ((b"u1",), ("u1",))):
        raise PickleError("it has an array of something other than unsigned bytes")
    if not (
        isinstance(shape, tuple)
        and all(type(size) is int and size >= 0 for size in shape)
        and isinstance(content, bytes)
        and len(content) == math.prod(shape)
    ):
        raise PickleError("it has an array whose content does not fill its shape")
    return np.frombuffer(content, np.uint8).reshape(shape, order="F" if by_columns else "C")
