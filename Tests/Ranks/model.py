"""A model of known cost that needs nothing but Python: the scores of a normal distribution, after a pause.

    python3 model.py [--pause SECONDS] [--fail-on RANK --fail-at CALL] [--times FILE]

The pause stands for a network whose time does not depend on who else computes: on an accelerator of its own, say. FILE gets a line a call: the
seconds from the last byte of the request to the first of the answer.
"""
import argparse
import array
import os
import struct
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


def rank():
    for name in ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"):
        if name in os.environ:
            return int(os.environ[name])
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--fail-on", type=int, default=-1)
    parser.add_argument("--fail-at", type=int, default=0)
    parser.add_argument("--times")
    options = parser.parse_args()
    HELLO.unpack(read(HELLO.size))
    write(HELLO.pack(b"FKhi", 1, 0, 0))
    calls = 0
    while True:
        _, rows, width, parts, length, _, _, signal, noise = REQUEST.unpack(read(REQUEST.size))
        read(4 * parts + 4 * parts * length)
        states = array.array("f", read(4 * rows * width))
        began = time.monotonic()
        if options.pause:
            time.sleep(options.pause)
        calls += 1
        variance = signal * signal + noise * noise
        scores = array.array("f", (-x / variance for x in states))
        if rank() == options.fail_on and calls >= options.fail_at:
            scores = array.array("f", [float("nan")] * len(states))
        if options.times:
            with open(options.times, "a") as file:
                file.write(f"{time.monotonic() - began}\n")
        write(ANSWER.pack(b"FKrs", 0, rows, width, parts, 0) + scores.tobytes() * parts)


main()
