"""Two experts on 64-dimensional vectors, and everything that is known exactly about their product.

    python design.py                                   writes expert_a.json, expert_b.json and exact.json
    python design.py --reference reference.npy         also 10,000 exact samples of the product

Like the latent vectors of molecules under two property models: nine clusters that both experts know, which each weighs
and stretches in its own way and puts in a slightly different place, and three more that only one of them knows, near
clusters of the other. The product q_a q_b is a mixture of 144 components with closed form.

What makes it hard: while the noise still blurs the clusters, the product of the noised experts weighs them by the
product of the experts' weights. The final masses depend as well on how well both agree inside a cluster, which spans
e^3.6 here and shows only when the clusters have already parted.
"""
import argparse
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
DIMENSIONS, SHARED, OWN = 64, 9, 3
CENTRE_SPREAD = 0.4        # of the clusters' centres, in each coordinate
SPREADS = (0.4, 0.7)       # of a cluster, from its narrowest to its widest coordinate
AGREEMENT = 1.8            # log overlaps of the experts inside a cluster run from minus to plus this
DISPLACEMENT = 2.0         # what the experts' disagreement about a centre costs on average, in nats
OWN_DISTANCE = 4.0         # from a cluster that only one expert knows to a cluster of the other
OWN_SHARE = 0.2            # of an expert's weight on the clusters that only it knows
NOISE_LEVEL = 1e-4         # v_0 of a variance-exploding path with sigma_min 0.01


def spreads(generator):
    """[K, d] standard deviations; every cluster has the same volume, so that dimensions do not decide its mass."""
    low, high = np.log(SPREADS)
    logs = generator.uniform(low, high, (SHARED + OWN, DIMENSIONS))
    return np.exp(logs - logs.mean(1, keepdims=True) + 0.5 * (low + high))


def neighbours(generator, centres):
    """[OWN, d] points at OWN_DISTANCE from different centres."""
    directions = generator.normal(size=(OWN, DIMENSIONS))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return centres[generator.permutation(SHARED)[:OWN]] + OWN_DISTANCE * directions


def design(seed):
    """The two experts as (weights [K], means [K, d], standard deviations [K, d])."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(0, CENTRE_SPREAD, (SHARED, DIMENSIONS))
    spread_a, spread_b = spreads(generator).round(4), spreads(generator).round(4)

    # The integral of both experts' densities of a cluster is exp(volume - cost), cost half the squared displacement
    # in units of the joint spread: choose displacements so that the overlaps take the values wanted.
    joint = spread_a[:SHARED] ** 2 + spread_b[:SHARED] ** 2
    volume = -0.5 * np.log(joint).sum(1)
    volume -= volume.mean()
    wanted = generator.permutation(np.linspace(-AGREEMENT, AGREEMENT, SHARED))
    cost = np.maximum(volume - wanted + DISPLACEMENT, 0.3)
    direction = generator.normal(size=(SHARED, DIMENSIONS))
    displacement = direction * np.sqrt(2 * cost / (direction**2 / joint).sum(1))[:, None]
    means_a = np.vstack([centres - displacement / 2, neighbours(generator, centres)]).round(4)
    means_b = np.vstack([centres + displacement / 2, neighbours(generator, centres)]).round(4)

    masses = generator.dirichlet(np.full(SHARED, 4.0))
    weights_b = generator.dirichlet(np.full(SHARED, 3.0))
    weights_a = masses / (np.exp(volume - cost) * weights_b)
    weights = [
        np.append((1 - OWN_SHARE) * part / part.sum(), np.full(OWN, OWN_SHARE / OWN))
        for part in (weights_a, weights_b)]
    return (weights[0], means_a, spread_a), (weights[1], means_b, spread_b)


def product(first, second, noise_level):
    """log Z of the product at a noise level, and its components [K_a, K_b]: weights, means, variances."""
    (weights_a, means_a, spread_a), (weights_b, means_b, spread_b) = first, second
    variance_a, variance_b = (spread_a**2 + noise_level)[:, None], (spread_b**2 + noise_level)[None]
    joint = variance_a + variance_b
    gap = means_a[:, None] - means_b[None]
    logs = (np.log(weights_a)[:, None] + np.log(weights_b)[None]
            - 0.5 * (np.log(2 * np.pi * joint) + gap**2 / joint).sum(-1))
    log_normalizer = logs.max() + np.log(np.exp(logs - logs.max()).sum())
    means = (means_a[:, None] * variance_b + means_b[None] * variance_a) / joint
    return log_normalizer, np.exp(logs - log_normalizer), means, variance_a * variance_b / joint


def flat(weights, means, variances):
    return weights.ravel(), means.reshape(-1, DIMENSIONS), variances.reshape(-1, DIMENSIONS)


def write(name, content):
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def draw(weights, means, variances, count, seed):
    """Exact samples of a flat mixture, float32 [count, 64]."""
    generator = np.random.default_rng(seed)
    component = generator.choice(len(weights), count, p=weights / weights.sum())
    noise = generator.standard_normal((count, DIMENSIONS))
    return (means[component] + np.sqrt(variances[component]) * noise).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of the design; the files in this folder are of seed 1")
    parser.add_argument("--reference", help=".npy file for exact samples of the product, float32 [samples, 64]")
    parser.add_argument("--samples", type=int, default=10_000)
    options = parser.parse_args()

    experts = design(options.seed)
    for name, (weights, means, deviations) in zip("ab", experts):
        write(f"expert_{name}.json", {
            "means": means.tolist(), "weights": weights.tolist(), "standard_deviations": deviations.tolist()})

    log_normalizer, masses, centres, spread = product(*experts, NOISE_LEVEL)
    weights, means, variances = flat(masses, centres, spread)
    mean = weights @ means
    kept = np.argsort(-weights)[: int((weights > 1e-4).sum())]
    write("exact.json", {
        "noise_level": NOISE_LEVEL,
        "log_normalizer": log_normalizer,
        "mean": mean.tolist(),
        "variance": (weights @ (variances + (means - mean) ** 2)).tolist(),
        "mode_masses": np.diag(masses)[:SHARED].tolist(),
        "other_mass": 1 - np.trace(masses[:SHARED, :SHARED]),
        "components": [
            {"a": int(k) // (SHARED + OWN), "b": int(k) % (SHARED + OWN), "weight": weights[k],
             "mean": means[k].round(6).tolist(), "variance": variances[k].round(8).tolist()} for k in kept],
    })
    if options.reference:
        np.save(options.reference, draw(weights, means, variances, options.samples, options.seed + 1))


if __name__ == "__main__":
    main()
