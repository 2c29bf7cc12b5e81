"""Exact samples and exact log Z of the forty-mode mixture to a whole power. Needs numpy.

    python reference.py         reference.npy (10,000 samples of q^3) and exact.json

At the end of a sampler's path the model carries the noise of the level v_0 (sigma_min squared under a
variance-exploding process), so the target is (q * N(0, v_0))^beta. It is a Gaussian mixture: one component for each
way to choose beta of the forty, with repetition.
"""
import argparse
import itertools
import json
import math
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def load():
    """means [K, d], standard deviations [K], weights [K]."""
    stored = json.loads((HERE / "gmm40.json").read_text())
    means = np.array(stored["means"])
    count = len(means)
    return (
        means, np.broadcast_to(stored["standard_deviations"], count),
        np.array(stored.get("weights", np.full(count, 1 / count))))


def power(means, variances, weights, exponent):
    """log of the integral of q^exponent, and the components of its normalised mixture.

    means [K, d], variances [K] (isotropic), weights [K].
    """
    count, dimensions = means.shape
    chosen = np.array(list(itertools.combinations_with_replacement(range(count), exponent)))
    precisions = 1 / variances[chosen]
    total = precisions.sum(1)
    mean = (precisions[:, :, None] * means[chosen]).sum(1) / total[:, None]
    squares = (precisions[:, :, None] * (means[chosen] - mean[:, None]) ** 2).sum((1, 2))
    orders = np.array(
        [math.factorial(exponent) / math.prod(math.factorial(n) for n in np.unique(row, return_counts=True)[1])
         for row in chosen])
    log_mass = (
        np.log(orders) + np.log(weights[chosen]).sum(1)
        - 0.5 * dimensions * np.log(2 * np.pi * variances[chosen]).sum(1)
        - 0.5 * squares + 0.5 * dimensions * np.log(2 * np.pi / total))
    largest = log_mass.max()
    log_integral = largest + np.log(np.exp(log_mass - largest).sum())
    return log_integral, np.exp(log_mass - log_integral), mean, 1 / total


def exact(sigma_min, exponent):
    means, deviations, weights = load()
    log_integral, masses, centres, variances = power(means, deviations**2 + sigma_min**2, weights, exponent)
    mean = masses @ centres
    variance = masses @ (variances[:, None] + (centres - mean) ** 2)
    return {
        "sigma_min": sigma_min, "log_normalizer": log_integral, "mean": mean.tolist(),
        "variance": variance.tolist()}


def draw(masses, centres, variances, count, seed):
    generator = np.random.default_rng(seed)
    chosen = generator.choice(len(masses), size=count, p=masses / masses.sum())
    noise = generator.standard_normal((count, centres.shape[1]))
    return (centres[chosen] + noise * np.sqrt(variances[chosen])[:, None]).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inverse-temperature", type=int, default=3)
    parser.add_argument("--sigma-min", type=float, default=0.025, help="noise at the end of the path")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    means, deviations, weights = load()
    _, *mixture = power(means, deviations**2 + options.sigma_min**2, weights, options.inverse_temperature)
    np.save(HERE / "reference.npy", draw(*mixture, options.samples, options.seed))
    answers = {
        "inverse_temperature": options.inverse_temperature,
        "data": exact(0.0, options.inverse_temperature),
        "end_of_path": exact(options.sigma_min, options.inverse_temperature),
    }
    (HERE / "exact.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
