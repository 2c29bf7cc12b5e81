"""Readers of our own for what fkc reads, strict and simple: what they refuse, fkc may not take."""
import ast
import csv
import io
import json
import math
import re
import struct

from common import Failure

NUMBERS = {"f4": "f", "f8": "d", "i4": "i", "i8": "q"}


def packed(kind, values):
    return struct.pack(f"{kind[0]}{len(values)}{NUMBERS[kind[1:]]}", *values)


def npy(kind, shape, values):
    """An NPY file of version 1."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + packed(kind, values)


def array(content, what):
    """The shape and the values of an NPY file."""
    try:
        if content[:6] != b"\x93NUMPY" or content[6] not in (1, 2, 3):
            raise ValueError("no NPY file")
        length, start = (struct.unpack_from("<H", content, 8)[0], 10) if content[6] == 1 else (struct.unpack_from("<I", content, 8)[0], 12)
        if start + length > len(content):
            raise ValueError("the header is longer than the file")
        # Zeros before a number change nothing, and Python does not have them.
        words = re.sub(r"\b0+(?=\d)", "", content[start:start + length].decode("utf-8" if content[6] == 3 else "latin-1"))
        header = ast.literal_eval(words.strip(" \n"))
        kind, shape = header["descr"], tuple(header["shape"])
        if set(header) != {"descr", "fortran_order", "shape"} or not all(isinstance(size, int) and size >= 0 for size in shape):
            raise ValueError("another header")
        order = {"<": "<", ">": ">", "=": "<"}[kind[0]]
        count, size = math.prod(shape), int(kind[2:])
        body = content[start + length:]
        if len(body) < count * size:
            raise ValueError("numbers are missing")
        values = list(struct.unpack_from(f"{order}{count}{NUMBERS[kind[1:]]}", body))
    except (ValueError, SyntaxError, KeyError, IndexError, TypeError, struct.error, MemoryError) as error:
        raise Failure(f"{what}: taken, and is no array: {error}") from None
    if header["fortran_order"] and len(shape) == 2:
        values = [values[column * shape[0] + row] for row in range(shape[0]) for column in range(shape[1])]
    return shape, values


def unique(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a name comes twice")
    return dict(pairs)


def summary(content, what, **sizes):
    try:
        found = json.loads(text(content, what), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Failure(f"{what}: taken, and is no JSON: {error}") from None
    for name, size in sizes.items():
        if found.get(name) != size:
            raise Failure(f"{what}: taken, with {name} {found.get(name)}")
    return found


def table(content, what, rows):
    lines = list(csv.reader(io.StringIO(text(content, what))))
    if len(lines) != rows + 1 or any(len(line) != len(lines[0]) for line in lines):
        raise Failure(f"{what}: taken, and has not {rows} whole rows")
    for line in lines[1:]:
        for cell in line:
            if cell and not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?|-?inf|-?nan", cell):
                raise Failure(f"{what}: taken, with the number {cell!r}")
    return lines


def text(content, what):
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(f"{what}: taken, and is no UTF-8: {error}") from None
