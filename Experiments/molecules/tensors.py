"""Reads safetensors files with the standard library: what the demo has when there is no Python package at all.

Only what the files here hold: float16 and float32.
"""

import json
import pathlib
import struct

CODES = {"F16": ("e", 2), "F32": ("f", 4)}


def read(path):
    """Name → (shape, flat tuple of floats), and the metadata of the file's header."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    stated = header.pop("__metadata__", {})
    found = {}
    for name, entry in header.items():
        code, size = CODES[entry["dtype"]]
        first, last = entry["data_offsets"]
        values = struct.unpack_from(f"<{(last - first) // size}{code}", content, 8 + length + first)
        found[name] = (tuple(entry["shape"]), values)
    return found, stated


def rows_of_npy(path):
    """A float32 or float64 `.npy` file of one or two axes as a list of rows (of floats where it has one axis)."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<H", content, 8)
    header = content[10 : 10 + length].decode()
    code = {"<f4": "f", "<f8": "d"}[header.split("'descr': '")[1].split("'")[0]]
    shape = [int(part) for part in header.split("(")[1].split(")")[0].split(",") if part.strip()]
    count = 1
    for extent in shape:
        count *= extent
    values = struct.unpack_from(f"<{count}{code}", content, 10 + length)
    if len(shape) == 1:
        return list(values)
    return [values[row * shape[1] : (row + 1) * shape[1]] for row in range(shape[0])]
