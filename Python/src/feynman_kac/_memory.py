"""NumPy arrays over the library's memory, without copies."""

from __future__ import annotations

import ctypes as C
import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _native

FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)
INT32 = np.dtype(np.int32)
INT64 = np.dtype(np.int64)

_DTYPES: dict[int, np.dtype[Any]] = {_native.FLOAT32: FLOAT32, _native.FLOAT64: FLOAT64, _native.INT32: INT32, _native.INT64: INT64}


@functools.lru_cache(maxsize=256)
def _bytes(size: int) -> Any:
    """The ctypes type of so many bytes; making one takes longer than all else here."""
    return C.c_char * size


def view(address: int, shape: tuple[int, ...], dtype: np.dtype[Any], count: int, *, writeable: bool = False) -> npt.NDArray[Any]:
    """An array over somebody else's memory, valid as long as that is.

    Args:
        address: Where the memory begins.
        shape: The array's.
        dtype: The array's.
        count: How many elements the shape has.
        writeable: Whether the array may be written to.
    """
    if count == 0:
        return np.empty(shape, dtype)
    array: npt.NDArray[Any] = np.frombuffer(_bytes(count * dtype.itemsize).from_address(address), dtype)
    if len(shape) > 1:
        array = array.reshape(shape)
    if not writeable:
        array.flags.writeable = False
    return array


class Owner:
    """A result of the library, which is freed with the last array over it."""

    freed = 0

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._free = _native.library.fkc_result_free

    def __del__(self) -> None:
        self._free(self.handle)
        Owner.freed += 1


class _Exporter:
    """What NumPy keeps as the base of an array, and with it the owner of the memory."""

    def __init__(self, owner: Owner, interface: dict[str, Any]) -> None:
        self.owner = owner
        self.__array_interface__ = interface


def described(array: _native.Array) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """The shape and the type of an array of the library."""
    return tuple(array.shape[: array.rank]), _DTYPES[array.type]


def owned(owner: Owner, array: _native.Array) -> npt.NDArray[Any]:
    """A read-only array of a result, which keeps the result alive."""
    shape, dtype = described(array)
    if 0 in shape:
        return np.empty(shape, dtype)
    interface = {"version": 3, "shape": shape, "typestr": dtype.str, "data": (array.data, True)}
    return np.asarray(_Exporter(owner, interface))


def copied(array: _native.Array) -> npt.NDArray[Any]:
    """A copy of an array of the library."""
    shape, dtype = described(array)
    return view(array.data or 0, shape, dtype, int(np.prod(shape)), writeable=True).copy()
