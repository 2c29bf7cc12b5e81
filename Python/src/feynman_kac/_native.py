"""The C interface, declared for ctypes as Sources/CFeynmanKac/include/feynman_kac.h declares it, and the library that has it."""

from __future__ import annotations

import ctypes as C
import os
import pathlib
import sys

from ._locations import candidates

ABI_VERSION = 1
MESSAGE_SIZE = 1024

OK, FUNCTION_FAILED, USAGE, BAD_DATA, MISSING_INPUT = 0, 1, 64, 65, 66
UNAVAILABLE, NUMERICAL_FAILURE, CANNOT_WRITE, INTERRUPTED = 69, 70, 73, 75
FLOAT32, FLOAT64, INT32, INT64 = 1, 2, 3, 4

# Pointers to memory are addresses here, which NumPy and struct take as they are.
ModelFunction = C.CFUNCTYPE(C.c_int32, C.c_void_p, C.c_void_p)
RewardFunction = C.CFUNCTYPE(C.c_int32, C.c_void_p, C.c_void_p)
ProcessFunction = C.CFUNCTYPE(C.c_double, C.c_void_p, C.c_double)
ResamplingFunction = C.CFUNCTYPE(C.c_int32, C.c_void_p, C.c_void_p)
RandomFunction = C.CFUNCTYPE(C.c_uint64, C.c_void_p)
Observer = C.CFUNCTYPE(C.c_int32, C.c_void_p, C.c_void_p, C.c_void_p)
Notice = C.CFUNCTYPE(None, C.c_void_p, C.c_char_p)


class ModelBatch(C.Structure):
    """fkc_model_batch."""

    _fields_ = [
        ("rows", C.c_int64),
        ("dimensions", C.c_int64),
        ("states", C.c_void_p),
        ("time", C.c_double),
        ("signal", C.c_double),
        ("noise", C.c_double),
        ("conditions", C.c_int64),
        ("labels", C.c_void_p),
        ("vectors", C.c_void_p),
        ("vector_length", C.c_int64),
        ("outputs", C.c_void_p),
        ("log_densities", C.c_void_p),
        ("message", C.c_void_p),
    ]


class RewardBatch(C.Structure):
    """fkc_reward_batch."""

    _fields_ = [
        ("rows", C.c_int64),
        ("dimensions", C.c_int64),
        ("states", C.c_void_p),
        ("values", C.c_void_p),
        ("gradients", C.c_void_p),
        ("message", C.c_void_p),
    ]


class Process(C.Structure):
    """fkc_process."""

    _fields_ = [("signal", ProcessFunction), ("noise", ProcessFunction), ("signal_rate", ProcessFunction), ("noise_rate", ProcessFunction)]


class Resampling(C.Structure):
    """fkc_resampling."""

    _fields_ = [
        ("count", C.c_int64),
        ("weights", C.c_void_p),
        ("ancestors", C.c_void_p),
        ("random", RandomFunction),
        ("source", C.c_void_p),
        ("message", C.c_void_p),
    ]


class Step(C.Structure):
    """fkc_step."""

    _fields_ = [
        ("step", C.c_int64),
        ("steps", C.c_int64),
        ("time", C.c_double),
        ("noise_level", C.c_double),
        ("effective_sample_size", C.c_double),
        ("log_normalizer_ratio", C.c_double),
        ("resampled_islands", C.c_int64),
        ("unique_ancestors", C.c_int64),
        ("elapsed_seconds", C.c_double),
        ("particle_steps_per_second", C.c_double),
    ]


class Array(C.Structure):
    """fkc_array."""

    _fields_ = [("data", C.c_void_p), ("type", C.c_int32), ("rank", C.c_int32), ("shape", C.c_int64 * 4)]


class Options(C.Structure):
    """fkc_options."""

    _fields_ = [
        ("size", C.c_size_t),
        ("folder", C.c_char_p),
        ("name", C.c_char_p),
        ("threads", C.c_int32),
        ("allow_programs", C.c_int32),
        ("output", C.c_char_p),
        ("overwrite", C.c_int32),
        ("resume", C.c_int32),
        ("report", C.c_int32),
        ("observer", Observer),
        ("observer_context", C.c_void_p),
        ("notice", Notice),
        ("notice_context", C.c_void_p),
        ("stop", C.c_void_p),
        ("settings", C.POINTER(C.c_char_p)),
        ("settings_count", C.c_int64),
    ]


# A text that the caller frees stays an address; c_char_p would make a copy of it and lose where it was.
SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "fkc_abi_version": (C.c_int32, []),
    "fkc_version": (C.c_char_p, []),
    "fkc_error_code": (C.c_int32, [C.c_void_p]),
    "fkc_error_text": (C.c_char_p, [C.c_void_p]),
    "fkc_error_free": (None, [C.c_void_p]),
    "fkc_functions_new": (C.c_void_p, []),
    "fkc_functions_free": (None, [C.c_void_p]),
    "fkc_functions_model": (None, [C.c_void_p, C.c_char_p, ModelFunction, C.c_void_p]),
    "fkc_functions_reward": (None, [C.c_void_p, C.c_char_p, RewardFunction, C.c_void_p]),
    "fkc_functions_process": (None, [C.c_void_p, C.c_char_p, C.POINTER(Process), C.c_void_p]),
    "fkc_functions_resampler": (None, [C.c_void_p, C.c_char_p, ResamplingFunction, C.c_void_p]),
    "fkc_snapshot_array": (C.c_int32, [C.c_void_p, C.c_char_p, C.POINTER(Array)]),
    "fkc_run": (C.c_int32, [C.c_char_p, C.POINTER(Options), C.c_void_p, C.POINTER(C.c_void_p), C.POINTER(C.c_void_p)]),
    "fkc_check": (C.c_int32, [C.c_char_p, C.POINTER(Options), C.c_void_p, C.POINTER(C.c_void_p), C.POINTER(C.c_void_p)]),
    "fkc_load": (C.c_int32, [C.c_char_p, C.POINTER(C.c_void_p), C.POINTER(C.c_void_p)]),
    "fkc_schema": (C.c_void_p, []),
    "fkc_text_free": (None, [C.c_void_p]),
    "fkc_result_arrays": (C.c_char_p, [C.c_void_p]),
    "fkc_result_array": (C.c_int32, [C.c_void_p, C.c_char_p, C.POINTER(Array)]),
    "fkc_result_text": (C.c_char_p, [C.c_void_p, C.c_char_p]),
    "fkc_result_report": (C.c_int32, [C.c_void_p, C.c_char_p, C.POINTER(C.c_void_p)]),
    "fkc_result_free": (None, [C.c_void_p]),
}

_SUFFIX = ".dylib" if sys.platform == "darwin" else ".so"
FILE_NAME = "libfeynman_kac" + _SUFFIX


def path(value: str | os.PathLike[str]) -> bytes:
    """A path as the library takes it.

    Raises:
        ValueError: It is empty, or has a zero, where the library would end it, and write elsewhere.
    """
    encoded = os.fsencode(value)
    if not encoded:
        raise ValueError("a path is not empty; '.' is the working directory")
    if b"\0" in encoded:
        raise ValueError(f"a path has no zero character; found {os.fspath(value)!r}")
    return encoded


def load(path: pathlib.Path) -> C.CDLL:
    """The library at a path, with its functions declared.

    Raises:
        ImportError: It cannot be loaded, or has another ABI version.
    """
    try:
        loaded = C.CDLL(str(path))
        loaded.fkc_abi_version.restype = C.c_int32
        version = loaded.fkc_abi_version()
    except (OSError, AttributeError) as error:
        raise ImportError(f"feynman_kac: {path} could not be loaded: {error}") from error
    if version != ABI_VERSION:
        raise ImportError(
            f"feynman_kac: {path} has ABI version {version}, and this package needs {ABI_VERSION}; "
            "the library and the package must be of one release (FEYNMAN_KAC_LIBRARY names another library)"
        )
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype = result
        function.argtypes = arguments
    return loaded


def find() -> C.CDLL:
    """The library, from the first place that has it.

    Raises:
        ImportError: There is none.
    """
    places = list(candidates(FILE_NAME, "FEYNMAN_KAC_LIBRARY", "bin"))
    for path in places:
        if path.is_file():
            return load(path)
    looked = "".join(f"\n  {path}" for path in places)
    raise ImportError(f"feynman_kac: {FILE_NAME} was not found; FEYNMAN_KAC_LIBRARY names it, or it lies at one of:{looked}")


library = find()
