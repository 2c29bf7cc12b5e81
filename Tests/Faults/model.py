"""A model program that needs nothing but Python, the scores of a normal distribution, and that fails as FAULT in the environment says.

    FAULT=KIND:CALL python3 model.py

At that request it `die`s, is `kill`ed, `hang`s, answers `nan` in one row, answers `short` or too `long`, `garbage` for an answer's head, for another
number of rows (`rows`) or with words of its own that it cannot (`refuse`). Without FAULT it is well.
"""
import array
import os
import signal
import struct
import sys
import time

HELLO = struct.Struct("<4s3I")
REQUEST = struct.Struct("<4s5I3d")
ANSWER = struct.Struct("<4s5I")


def read(count):
    data = bytearray()
    while len(data) < count:
        part = os.read(0, count - len(data))
        if not part:
            raise SystemExit(0)
        data += part
    return bytes(data)


def write(data):
    while data:
        data = data[os.write(1, data):]


def fail(kind, head, scores):
    """What is answered instead; some kinds answer nothing."""
    if kind == "die":
        print("the model is tired", file=sys.stderr, flush=True)
        raise SystemExit(3)
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "hang":
        time.sleep(600)
    if kind == "refuse":
        words = b"the model knows no such point"
        return ANSWER.pack(b"FKrs", 1, *ANSWER.unpack(head)[2:5], len(words)) + words
    if kind == "short":
        write(head + scores[:-4])
        os.close(1)
        raise SystemExit(0)
    if kind == "garbage":
        return b"\xff\x00garbage" * 40
    if kind == "rows":
        _, _, rows, width, parts, _ = ANSWER.unpack(head)
        return ANSWER.pack(b"FKrs", 0, rows + 1, width, parts, 0) + scores + scores[:4 * width]
    if kind == "long":
        return head + scores + scores
    if kind == "nan":
        return head + struct.pack("<f", float("nan")) + scores[4:]
    raise SystemExit(f"no such fault: {kind}")


def main():
    kind, _, call = os.environ.get("FAULT", "").partition(":")
    HELLO.unpack(read(HELLO.size))
    write(HELLO.pack(b"FKhi", 1, 0, 0))
    calls = 0
    while True:
        _, rows, width, parts, length, _, _, sigma, noise = REQUEST.unpack(read(REQUEST.size))
        read(4 * parts + 4 * parts * length)
        states = array.array("f", read(4 * rows * width))
        variance = sigma * sigma + noise * noise
        scores = array.array("f", (-x / variance for x in states)).tobytes() * parts
        head = ANSWER.pack(b"FKrs", 0, rows, width, parts, 0)
        calls += 1
        write(fail(kind, head, scores) if kind and calls == int(call) else head + scores)


main()
