"""A model of your own for fkc, as a program beside it.

    import feynman_kac_worker

    def scores(x, time, signal, noise, condition):
        return -x / (signal**2 + noise**2)

    feynman_kac_worker.serve(scores)

x is float32 [rows, dimensions], in the coordinates of the model's own process, x = signal * data + noise * normal; the
answer has its shape. time, signal and noise are floats; a model by timesteps 0 ... K - 1 gets time * (K - 1). condition
is None, or float32 [conditions]. Arrays and PyTorch tensors will do as answers. The same x must always get the same
answer, or runs do not repeat.

With serve(..., stacked=True) rows that are asked under several conditions, such as both branches of guidance, come in one
call, one condition below the other: x is [all rows, dimensions] and condition float32 [all rows, conditions], NaN in rows
that have none.

A reward of your own is served the same way, by feynman_kac_worker.serve_reward(function): it gets x, float32 [rows, dimensions]
in units of the data, and answers r(x) in nats, [rows]; with gradient=True both r(x) and its gradient, [rows, dimensions].

The protocol needs standard output for itself, so what is printed goes to standard error, from the import on.
"""

import os
import stat
import struct
import sys
import traceback

import numpy

VERSION = 1
HELLO = struct.Struct("<4s3I")  # magic, version, dimensions, condition length
REWARD_REQUEST = struct.Struct("<4s3IQ")  # magic, rows, dimensions, 1 where gradients are wanted, 0
REQUEST = struct.Struct("<4s5I3d")  # magic, rows, dimensions, parts, condition length, 0, time, signal, noise
ANSWER = struct.Struct("<4s5I")  # magic, status, rows, dimensions, parts, length of the error's text
LONGEST_MESSAGE = 65536

_streams = None


def _take_streams():
    """The real standard input and output; both are somebody else's from here on."""
    global _streams
    if _streams is None:
        source, sink = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        # Lines that were printed before, and are still in a buffer, leave by standard error.
        sys.stdout.flush()
        _streams = source, sink
    return _streams


# Standard input is a socket or a pipe where a program has started this one to talk to it.
if stat.S_ISSOCK(os.fstat(0).st_mode) or stat.S_ISFIFO(os.fstat(0).st_mode):
    _take_streams()


def serve(function, dimensions=0, conditions=0, stacked=False):
    """Answers requests until there are no more.

    dimensions and conditions, where they are given, are compared with those of the config before a run starts. stacked says
    that the function takes a condition for each row.
    """
    source, sink = _begin(dimensions, conditions)
    while header := _read(source, REQUEST.size, may_end=True):
        magic, rows, width, parts, length, _, time, signal, noise = REQUEST.unpack(header)
        if magic != b"FKrq":
            raise SystemExit("feynman_kac_worker: the request is not one for a model of version 1 of the protocol")
        given = numpy.frombuffer(_read(source, 4 * parts), "<u4")
        values = numpy.frombuffer(_read(source, 4 * parts * length), "<f4").reshape(parts, length)
        states = numpy.frombuffer(_read(source, 4 * rows * width), "<f4").reshape(rows, width)
        with _Answer(sink, rows, width, parts) as answer:
            if stacked:
                values = numpy.where(given[:, None], values, numpy.float32("nan"))
                condition = numpy.repeat(values, rows, axis=0) if length else None
                answer.parts = [_answer(function, numpy.tile(states, (parts, 1)), time, signal, noise, condition)]
            else:
                answer.parts = [
                    _answer(function, states, time, signal, noise, values[part] if given[part] else None)
                    for part in range(parts)
                ]


def serve_reward(function, dimensions=0, gradient=False):
    """Answers requests for a reward until there are no more.

    dimensions, where it is given, is compared with that of the models before a run starts. gradient says that the function answers
    the gradient too; the config has to say the same.
    """
    source, sink = _begin(dimensions, 0)
    while header := _read(source, REWARD_REQUEST.size, may_end=True):
        magic, rows, width, wanted, _ = REWARD_REQUEST.unpack(header)
        if magic != b"FKrw":
            raise SystemExit("feynman_kac_worker: the request is not one for a reward; this program serves no model")
        states = numpy.frombuffer(_read(source, 4 * rows * width), "<f4").reshape(rows, width)
        with _Answer(sink, rows, width, 1 + wanted) as answer:
            if wanted and not gradient:
                raise ValueError("the config asks for gradients, which serve_reward(..., gradient=True) answers")
            given = function(states.copy())
            value, slope = given if gradient else (given, None)
            answer.parts = [_bytes(value, (rows,), "<f8")]
            if wanted:
                answer.parts.append(_bytes(slope, states.shape, "<f4"))


def _begin(dimensions, conditions):
    """Exchanges hellos."""
    source, sink = _take_streams()
    asked = HELLO.unpack(_read(source, HELLO.size))
    if asked[0] != b"FKhi":
        raise SystemExit("feynman_kac_worker: standard input is not that of a model; this program is started by fkc")
    _write(sink, HELLO.pack(b"FKhi", VERSION, dimensions, conditions))
    return source, sink


class _Answer:
    """Sends an answer at its end, or what the user's function threw."""

    def __init__(self, sink, rows, width, parts):
        self.sink, self.shape, self.parts = sink, (rows, width, parts), []

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None and not issubclass(kind, Exception):
            return False
        text = b""
        if kind is not None:
            traceback.print_exception(kind, error, trace)
            text = f"{kind.__name__}: {error}".encode()[:LONGEST_MESSAGE]
            self.parts = [text]
        _write(self.sink, b"".join([ANSWER.pack(b"FKrs", 0 if kind is None else 1, *self.shape, len(text)), *self.parts]))
        return True


def _answer(function, states, time, signal, noise, condition):
    # Copies: the function may write into what it gets, and the next part must find the same.
    output = function(states.copy(), time, signal, noise, None if condition is None else condition.copy())
    return _bytes(output, states.shape, "<f4")


def _bytes(output, shape, kind):
    if hasattr(output, "detach"):
        output = output.detach().cpu().numpy()
    output = numpy.asarray(output)
    if output.shape != shape:
        raise ValueError(f"the function returned shape {output.shape} for rows of shape {shape}" if kind == "<f4" else
                         f"the function returned shape {output.shape} for {shape[0]} rewards")
    return numpy.ascontiguousarray(output, kind).tobytes()


def _read(source, count, may_end=False):
    """Exactly so many bytes; the process ends where there are fewer."""
    data = bytearray(count)
    view = memoryview(data)
    done = 0
    while done < count:
        size = os.readv(source, [view[done:]])
        if size == 0:
            if may_end and done == 0:
                return None
            raise SystemExit(0)
        done += size
    return data


def _write(sink, data):
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(sink, view) :]
        except BrokenPipeError:
            raise SystemExit(0)
