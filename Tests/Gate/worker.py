"""Scores of a Gaussian mixture, by the protocol for programs: the mixture is the first argument, as JSON."""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "Clients" / "python")]

import exact
import feynman_kac_worker
import numpy

weights, means, variances = map(numpy.array, exact.mixture_of(json.loads(sys.argv[1])))


def scores(x, time, signal, noise, condition):
    spread = signal**2 * variances + noise**2
    apart = x[:, None, :] - signal * means
    logs = numpy.log(weights) - 0.5 * (apart**2 / spread + numpy.log(spread)).sum(axis=2)
    shares = numpy.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return -(shares[:, :, None] * apart / spread).sum(axis=1)


feynman_kac_worker.serve(scores, dimensions=means.shape[1])
