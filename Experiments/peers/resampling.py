"""Systematic resampling below a share of the effective sample size, which RNE and DriftLite have in common."""

import numpy
from peer_models import log_sum


def systematic(weights, generator):
    places = (generator.random() + numpy.arange(len(weights))) / len(weights)
    return numpy.minimum(numpy.searchsorted(numpy.cumsum(weights), places, side="right"), len(weights) - 1)


def resampled(logs, threshold, generator):
    """What log Z grows by, the places of the particles that live on, and their log weights; no places where nothing is resampled."""
    weights = numpy.exp(logs - log_sum(logs))
    if 1 / (weights**2).sum() >= threshold * len(logs):
        return 0.0, None, logs
    return log_sum(logs), systematic(weights, generator), numpy.full(len(logs), -numpy.log(len(logs)))
