"""Functions of the caller as the library calls them: exceptions are kept, memory comes and goes as arrays."""

from __future__ import annotations

import ctypes as C
import math
import struct
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _native
from ._memory import FLOAT32, FLOAT64, INT32, INT64, view
from .points import NoisePoint

# One unpacking takes a fifth of the time of as many fields of a ctypes structure.
MODEL_BATCH = struct.Struct("@qqPdddqPPqPPP")
REWARD_BATCH = struct.Struct("@qqPPPP")
RESAMPLING = struct.Struct("@qPPPPP")


class Failure:
    """The first exception that a run's functions raised; those of other threads after it are dropped, and no function is called again."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.place = ""
        self.step, self.steps = -1, 0
        self._lock = threading.Lock()

    def keep(self, error: BaseException, place: str, message: int = 0) -> int:
        """Keeps an exception, and says it to the library.

        Args:
            error: The exception.
            place: What raised it.
            message: Where the library wants its text.

        Returns:
            What the function returns to the library.
        """
        with self._lock:
            if self.error is None:
                self.error = error
                when = "before the first step" if self.step < 0 else f"after step {self.step} of {self.steps}"
                self.place = f"{place}, {when}"
        if message:
            text = _described(error).encode(errors="replace")[: _native.MESSAGE_SIZE - 1].decode(errors="ignore").encode()
            C.memmove(message, text + b"\0", len(text) + 1)
        return 1


def _described(error: BaseException) -> str:
    """An exception in words; one that cannot tell them has its type alone, as nothing may be raised into the library."""
    try:
        return f"{type(error).__name__}: {error}"
    except BaseException:  # noqa: BLE001, the words are the caller's code
        return type(error).__name__


def _states(address: int, rows: int, dimensions: int, shape: tuple[int, ...] | None) -> npt.NDArray[np.float32]:
    """A copy of a batch of states: whoever keeps a view of the library's memory, a traceback among others, reads later what was freed."""
    x = view(address, (rows, dimensions), FLOAT32, rows * dimensions).copy()
    return x if shape is None else x.reshape((rows, *shape))


def as_array(answer: Any) -> npt.NDArray[Any]:
    """What a function answered, as an array."""
    if isinstance(answer, np.ndarray):
        return answer
    if not hasattr(answer, "__array__") and hasattr(answer, "__dlpack__"):
        return np.from_dlpack(answer)
    return np.asarray(answer)


def _write(answer: Any, address: int, shape: tuple[int, ...], dtype: np.dtype[Any], name: str, other: tuple[int, ...] | None = None) -> None:
    """Copies an answer to where the library wants it, if it has the shape, or the other."""
    if answer is None:
        raise TypeError(f"{name} answered None; expected an array of shape {_either(shape, other)}: does the function return it?")
    if isinstance(answer, np.ma.MaskedArray) and np.ma.is_masked(answer):
        raise ValueError(f"{name} answered an array with masked elements; expected a number in each: .filled(0.0), for example")
    array = as_array(answer)
    if array.shape != shape:
        if array.shape != other:
            raise ValueError(f"{name} answered an array of shape {array.shape}; expected {_either(shape, other)}")
        array = array.reshape(shape)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} answered an array of {array.dtype}; expected real numbers, of {dtype}")
    if dtype.kind == "i" and array.dtype.kind in "iu" and array.size:
        # A cast of the same kind wraps around.
        limits = np.iinfo(dtype)
        if int(array.min()) < limits.min or int(array.max()) > limits.max:
            raise ValueError(f"{name} answered {array.min()} to {array.max()}; expected {limits.min} to {limits.max}")
    np.copyto(view(address, shape, dtype, array.size, writeable=True), array, casting="same_kind")


def _either(shape: tuple[int, ...], other: tuple[int, ...] | None) -> str:
    return f"{shape}" if other in (None, shape) else f"{other} or {shape}"


def model_callback(function: Callable[..., Any], name: str, shape: tuple[int, ...] | None, failure: Failure) -> Any:
    """A model as the library calls it.

    Args:
        function: ``function(x, point)`` or ``function(x, point, conditions)``.
        name: What messages call it.
        shape: The shape of one state.
        failure: Keeps what it raises.
    """
    read, label = _bytes_at(MODEL_BATCH), f"model '{name}'"

    def call(_: int | None, address: int) -> int:
        message, time = 0, 0.0
        if failure.error is not None:
            return 1
        try:
            (
                rows, dimensions, states, time, signal, noise, count, labels, vectors, length, outputs, densities, message,
            ) = read(address)  # fmt: skip
            x = _states(states, rows, dimensions, shape)
            if labels:
                answer = function(x, NoisePoint(time, signal, noise), view(labels, (count,), INT64, count).copy())
            elif vectors:
                answer = function(x, NoisePoint(time, signal, noise), view(vectors, (count, length), FLOAT32, count * length).copy())
            else:
                answer = function(x, NoisePoint(time, signal, noise))
            if isinstance(answer, tuple) and len(answer) == 2:
                answer, density = answer
                if densities:
                    _write(density, densities, (rows,), FLOAT64, f"{label}, as log densities,")
            elif densities:
                raise TypeError(f"{label} has log_density=True and answered no pair of outputs and log densities")
            if labels or vectors:
                _write(answer, outputs, (count, rows, dimensions), FLOAT32, label, (count, *x.shape))
            else:
                _write(answer, outputs, (rows, dimensions), FLOAT32, label, x.shape)
            return 0
        except BaseException as error:  # noqa: BLE001, it travels on by the failure
            return failure.keep(error, f"{label} at t = {time:.6g}", message)

    return _native.ModelFunction(call)


def reward_callback(function: Callable[..., Any], gradient: bool | Callable[..., Any], name: str, shape: tuple[int, ...] | None, failure: Failure) -> Any:
    """A reward as the library calls it.

    Args:
        function: ``function(x)``, which answers r, or ``(r, gradient)``.
        gradient: A function of x that answers the gradient, or whether ``function`` does.
        name: What messages call it.
        shape: The shape of one state.
        failure: Keeps what it raises.
    """
    read = _bytes_at(REWARD_BATCH)

    def call(_: int | None, address: int) -> int:
        message = 0
        if failure.error is not None:
            return 1
        try:
            rows, dimensions, states, values, gradients, message = read(address)
            x = _states(states, rows, dimensions, shape)
            answer, slope = function(x), None
            if isinstance(answer, tuple) and len(answer) == 2:
                answer, slope = answer
            if gradients:
                if callable(gradient):
                    slope = gradient(x)
                if slope is None:
                    raise TypeError(f"reward '{name}' has a gradient and answered no pair of r and its gradient")
                _write(slope, gradients, (rows, dimensions), FLOAT32, f"reward '{name}', as a gradient,", x.shape)
            _write(answer, values, (rows,), FLOAT64, f"reward '{name}'")
            return 0
        except BaseException as error:  # noqa: BLE001, it travels on by the failure
            return failure.keep(error, f"reward '{name}'", message)

    return _native.RewardFunction(call)


def process_callbacks(process: Any, failure: Failure) -> _native.Process:
    """A process as the library calls it.

    Args:
        process: An object with ``signal`` and ``noise``, and their rates if it knows them.
        failure: Keeps what they raise.
    """

    def guarded(function: Callable[[float], Any]) -> Any:
        def call(_: int | None, time: float) -> float:
            try:
                return float(function(time))
            except BaseException as error:  # noqa: BLE001, it travels on by the failure
                failure.keep(error, f"the process at t = {time:.6g}")
                return math.nan

        return _native.ProcessFunction(call)

    rates = [getattr(process, name, None) for name in ("signal_rate", "noise_rate")]
    both = all(callable(rate) for rate in rates)
    return _native.Process(guarded(process.signal), guarded(process.noise), *(guarded(rate) for rate in rates if both and callable(rate)))


def resampling_callback(function: Callable[..., Any], name: str, failure: Failure) -> Any:
    """A resampler as the library calls it.

    Args:
        function: ``function(weights, generator)``, which answers the parents [N]; its generator is one of NumPy's, whose seed comes
            from the stream that belongs to the draw.
        name: What messages call it.
        failure: Keeps what it raises.
    """
    read = _bytes_at(RESAMPLING)

    def call(_: int | None, address: int) -> int:
        message = 0
        if failure.error is not None:
            return 1
        try:
            count, weights, ancestors, random, source, message = read(address)
            bits = _native.RandomFunction(random)
            generator = np.random.Generator(np.random.PCG64([bits(source), bits(source)]))
            _write(function(view(weights, (count,), FLOAT64, count).copy(), generator), ancestors, (count,), INT32, f"resampler '{name}'")
            return 0
        except BaseException as error:  # noqa: BLE001, it travels on by the failure
            return failure.keep(error, f"resampler '{name}'", message)

    return _native.ResamplingFunction(call)


def _bytes_at(layout: struct.Struct) -> Callable[[int], tuple[Any, ...]]:
    kind, unpack = C.c_char * layout.size, layout.unpack_from
    return lambda address: unpack(kind.from_address(address))
