"""Scores of a target's models and nothing else, by the protocol for programs: the models are the first argument, as JSON; a condition is one's place."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / "Gate"), str(ROOT / "Clients" / "python")]

import exact
import feynman_kac_worker
import numpy

MODELS = [tuple(map(numpy.array, exact.mixture_of(model))) for model in json.loads(pathlib.Path(sys.argv[1]).read_text())]


def scores(x, time, signal, noise, condition):
    weights, means, variances = MODELS[int(condition[0])]
    spread = signal**2 * variances + noise**2
    pull = (signal * means[:, None, :] - x) / spread[:, None, :]
    if len(weights) == 1:
        return pull[0]
    logs = numpy.log(weights)[:, None] - 0.5 * (pull**2 * spread[:, None, :] + numpy.log(spread)[:, None, :]).sum(axis=2)
    shares = numpy.exp(logs - logs.max(axis=0))
    shares /= shares.sum(axis=0)
    return (shares[:, :, None] * pull).sum(axis=0)


feynman_kac_worker.serve(scores, dimensions=MODELS[0][1].shape[1], conditions=1)
