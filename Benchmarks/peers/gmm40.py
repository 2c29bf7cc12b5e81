"""The mixture of forty modes and the run that both frameworks are timed with.

Annealing to β by the published sampler: Euler–Maruyama in t on a variance-exploding path from σ = 50 to 0.01, weights by
left-point sums, systematic resampling below half of the effective sample size, a Gaussian start with its exact weights.
"""

import argparse
import json
import math
import os
import pathlib

LOW, HIGH, BETA = 0.01, 50.0, 3.0
FILE = pathlib.Path(__file__).parents[2] / "Experiments/gmm40/gmm40.json"


def mixture():
    """Means `[40, 2]` and the variance that all modes have in both directions."""
    stated = json.loads(FILE.read_text())
    assert max(stated["weights"]) - min(stated["weights"]) < 1e-9, "the peers take equal weights"
    return stated["means"], stated["standard_deviations"] ** 2


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--particles", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repetitions", type=int, default=1)
    return parser.parse_args()


def step_numbers(step, steps):
    """σ² at the step's start and g²Δt."""
    sigma = LOW * (HIGH / LOW) ** (1 - step / steps)
    return sigma**2, 2 * math.log(HIGH / LOW) * sigma**2 / steps
