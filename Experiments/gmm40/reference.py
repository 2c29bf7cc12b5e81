"""Exact samples and exact log Z of the forty-mode mixture to a whole power.

    python reference.py --output reference.npy                      10,000 samples of q^3, raw coordinates
    python reference.py --write-exact                               exact.json and gmm40_scaled.json

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


def draw(masses, means, variances, count, seed):
    generator = np.random.default_rng(seed)
    component = generator.choice(len(masses), count, p=masses / masses.sum())
    noise = generator.standard_normal((count, means.shape[1]))
    return (means[component] + np.sqrt(variances[component])[:, None] * noise).astype(np.float32)


def load(name):
    stored = json.loads((HERE / name).read_text())
    means = np.array(stored["means"])
    deviations = np.broadcast_to(np.array(stored["standard_deviations"], float), len(means))
    return means, deviations, np.array(stored["weights"])


def write_scaled():
    means, deviations, weights = load("gmm40.json")
    (HERE / "gmm40_scaled.json").write_text(json.dumps({
        "source": "gmm40.json with coordinates divided by 50.",
        "means": (means / 50).tolist(), "weights": weights.tolist(), "standard_deviations": deviations[0] / 50,
    }, indent=1) + "\n")


def exact(name, sigma_min, exponent=3):
    means, deviations, weights = load(name)
    log_integral, masses, centres, variances = power(means, deviations**2 + sigma_min**2, weights, exponent)
    mean = masses @ centres
    variance = masses @ (variances[:, None] + (centres - mean) ** 2)
    return {
        "model": name, "inverse_temperature": exponent, "sigma_min": sigma_min, "log_normalizer": log_integral,
        "mean": mean.tolist(), "variance": variance.tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gmm40.json", help="gmm40.json or gmm40_scaled.json")
    parser.add_argument("--inverse-temperature", type=int, default=3)
    parser.add_argument("--sigma-min", type=float, default=0.01, help="noise at the end of the path")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", help=".npy file of float32 [samples, 2]")
    parser.add_argument("--write-exact", action="store_true", help="write exact.json and gmm40_scaled.json")
    options = parser.parse_args()
    if options.output:
        means, deviations, weights = load(options.model)
        _, *mixture = power(
            means, deviations**2 + options.sigma_min**2, weights, options.inverse_temperature)
        np.save(options.output, draw(*mixture, options.samples, options.seed))
    if options.write_exact:
        write_scaled()
        cases = [exact("gmm40.json", sigma_min) for sigma_min in (0.0, 0.01, 0.025, 0.5)]
        cases += [exact("gmm40_scaled.json", sigma_min) for sigma_min in (0.0, 0.0005, 0.01)]
        # Coordinates divided by s multiply densities by s^d: log Z rises by (beta - 1) d log s.
        shift = cases[4]["log_normalizer"] - cases[0]["log_normalizer"]
        assert abs(shift - 4 * math.log(50)) < 1e-9, shift
        (HERE / "exact.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
