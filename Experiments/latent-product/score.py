"""How far a run folder is from the exact answers, as JSON: python score.py RUN [RUN …]

mode_mass_error: total variation between the exact masses of the nine shared clusters and the samples', each sample
shared between all 144 components by its posterior; what falls to other components is a tenth class.
mean_error: root mean square over coordinates, in the target's standard deviations. variance_ratio: mean over
coordinates. log_normalizer_error: in nats, null without correction.
"""
import json
import pathlib
import sys

import design
import numpy as np

HERE = pathlib.Path(__file__).parent


def expert(name):
    stored = json.loads((HERE / name).read_text())
    return tuple(np.array(stored[key]) for key in ("weights", "means", "standard_deviations"))


def mode_masses(samples, weights, mixture):
    """[10]: the shared clusters, then everything else."""
    log_masses, means, variances = np.log(np.maximum(mixture[0], 1e-300)), mixture[1], mixture[2]
    constant = log_masses - 0.5 * (np.log(variances) + means**2 / variances).sum(1)
    logs = constant - 0.5 * samples**2 @ (1 / variances).T + samples @ (means / variances).T
    posterior = np.exp(logs - logs.max(1, keepdims=True))
    posterior /= posterior.sum(1, keepdims=True)
    count = design.SHARED + design.OWN
    shared = (weights @ posterior)[[k * (count + 1) for k in range(design.SHARED)]]
    return np.append(shared, 1 - shared.sum())


def figures(samples, weights, exact, mixture):
    """How far weighted samples are from the exact answers."""
    mean = weights @ samples
    variance = weights @ (samples - mean) ** 2
    masses = mode_masses(samples, weights, mixture)
    return {
        "mode_mass_error": 0.5 * np.abs(masses - np.append(exact["mode_masses"], exact["other_mass"])).sum(),
        "mode_masses": masses.tolist(),
        "mean_error": np.sqrt(np.mean((mean - exact["mean"]) ** 2 / np.array(exact["variance"]))),
        "variance_ratio": np.mean(variance / exact["variance"]),
        "effective_sample_size": 1 / (weights**2).sum(),
    }


def score(folder, exact, mixture):
    logs = np.load(folder / "log_weights.npy")
    weights = np.exp(logs - logs.max())
    summary = json.loads((folder / "summary.json").read_text())
    log_normalizer = summary.get("log_normalizer")
    return {
        "run": str(folder),
        **figures(np.load(folder / "samples.npy").astype(float), weights / weights.sum(), exact, mixture),
        "log_normalizer_error": None if log_normalizer is None else log_normalizer - exact["log_normalizer"],
        "log_normalizer_standard_error": summary.get("log_normalizer_standard_error"),
    }


def main():
    exact = json.loads((HERE / "exact.json").read_text())
    _, *components = design.product(expert("expert_a.json"), expert("expert_b.json"), exact["noise_level"])
    mixture = design.flat(*components)
    print(json.dumps([score(pathlib.Path(name), exact, mixture) for name in sys.argv[1:]], indent=1))


if __name__ == "__main__":
    main()
